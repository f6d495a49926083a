"""Another machine of an office, to be killed or stood still: `python -m tests.faults.machine HOST` does its jobs.

Its LibreOffice is that of the process that runs the tests, and its leases are short.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import sys
from pathlib import Path

from docgen.desk import open_desk
from docgen.desk.background.job_run import JobTiming
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches import job as batch_job
from docgen.desk.issuing import issue, issue_many
from docgen.desk.service.job_functions import WORKERS
from docgen.libreoffice.remote_converter import RemoteConverter
from docgen.settings import read_settings

LEASE = dt.timedelta(seconds=1)
CHUNK = 10
TIMING = JobTiming(lease=LEASE, tries=9, pauses=(0.1, 0.2, 0.5), poll=0.05)


def main() -> None:
    """Do the jobs of the office until killed."""
    host = sys.argv[1]
    socket.gethostname = lambda: host  # type: ignore[assignment]
    batch_job.CHUNK, issue_many.CHUNK_LEASE, issue.LINE_LEASE = CHUNK, LEASE, LEASE  # type: ignore[misc, attr-defined]
    desk = open_desk(read_settings(), RemoteConverter(Path(os.environ["FAULTS_CONVERTER"])))
    Jobs(desk, WORKERS, TIMING).start()
    signal.pause()


if __name__ == "__main__":
    main()
