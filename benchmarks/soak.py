"""Half an hour of office days and nights, and whether anything grows: `python -m benchmarks.soak`.

Memory, open files, threads and connections of each role are sampled every ten seconds; caches that fill and
LibreOffices that reach their plateau belong to the warm-up, which does not count.
"""

from __future__ import annotations

import argparse
import sys

from benchmarks.day import add_options, plan_of, run


def main() -> None:
    """Play days with nights between them; exit 1 when a call failed or something grows."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="of all days together; nights come on top")
    parser.add_argument("--days", type=int, default=6)
    add_options(parser)
    options = parser.parse_args()
    report = run(options, plan_of(options, options.minutes * 60 / options.days))
    grows = [unit for units in report.slopes().values() for unit in units.values() if not unit.is_flat]
    sys.exit(1 if report.failed or grows else 0)


if __name__ == "__main__":
    main()
