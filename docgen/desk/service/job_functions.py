"""Which function does which kind of job."""

from __future__ import annotations

from docgen.desk.background.jobs import Worker
from docgen.desk.batches.job import run_batch_job
from docgen.desk.bundles.build import run_bundle_job
from docgen.desk.scans.sort import run_scan_job
from docgen.desk.signature_jobs.run import run_signature_job

WORKERS: dict[str, Worker] = {
    "batch": run_batch_job,
    "bundle": run_bundle_job,
    "scan": run_scan_job,
    "signature": run_signature_job,
}
