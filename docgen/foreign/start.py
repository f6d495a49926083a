"""Start the child: a script, run with the folder that holds our packages.

The packages are found by their own folders. The one around them is closed to the child: where docgen runs from a
checkout, the office's data may lie there.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

PACKAGES = ("docgen", "storage", "templates_docx", "wording")


def find_packages(source: Path) -> None:
    """Make our packages importable without `source` on the path."""
    for name in PACKAGES:
        folder = source / name
        spec = importlib.util.spec_from_file_location(
            name, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = package = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(package)


if __name__ == "__main__":
    find_packages(Path(sys.argv[1]))
    from docgen.foreign.child import main

    main()
