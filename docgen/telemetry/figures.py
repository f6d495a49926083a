"""What is asked, and not counted, when Prometheus asks: how things stand at that moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

OFFICE = "office"  # the label that says whose a figure is
# By name; those that end in `_total` only grow.
FIGURES: Mapping[str, str] = {
    "docgen_build_info": "1, with the version of docgen, of its database schema and of Python.",
    "docgen_figures_age_seconds": "How old the answers of database, archive and disks are; above 60 one of them hangs.",
    "docgen_ready": "1 where a part can be used (database, archive, converter, disk, clock), else 0.",
    "docgen_journal_letters": "Letters numbered or decided on and not archived yet; given_up: somebody has to decide.",
    "docgen_journal_oldest_seconds": "How long the oldest of them waits, those given up left out.",
    "docgen_jobs": "Jobs in the queue, by state.",
    "docgen_outbox_pending": "Messages to webhooks that have not arrived yet.",
    "docgen_outbox_oldest_seconds": "How long the oldest of them waits.",
    "docgen_notices_pending": "Notices to people that are due and not sent, by channel.",
    "docgen_notices_oldest_seconds": "How long the oldest of them is due.",
    "docgen_mirror_lag_seconds": "How long the oldest change waits to be mirrored into the archive.",
    "docgen_numbers_given": "The last numbers of all registers of a year, added up.",
    "docgen_last_backup_timestamp_seconds": "When a backup was last completed; 0: never.",
    "docgen_last_backup_ok": "1 when the last try of a backup was completed, else 0.",
    "docgen_last_verify_timestamp_seconds": "When the archive was last checked to the end; 0: never.",
    "docgen_last_verify_ok": "1 when the last check found the archive sound, else 0.",
    "docgen_archive_objects": "Objects of the archive, as the last check counted them.",
    "docgen_seal_certificate_end_timestamp_seconds": "When the certificate of the seal ends, where there is one.",
    "docgen_disk_free_bytes": "Free bytes of the disk of this machine that holds data, database or archive.",
    "docgen_disk_size_bytes": "And its size.",
    "docgen_disk_free_inodes": "Files and folders for which that disk has room.",
    "docgen_disk_inodes": "And for how many it was made.",
    "docgen_process_resident_bytes": "Memory of a process of the service.",
    "docgen_process_open_files": "Its open files and connections.",
    "docgen_process_cpu_seconds_total": "Seconds of processor time that it used.",
}


@dataclass(frozen=True)
class Figure:
    """A figure by its name in `FIGURES`, with its labels."""

    name: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


def families(figures: Iterable[Figure]) -> list[Metric]:
    """Return figures as Prometheus takes them: every name of `FIGURES`, those without a figure too."""
    by_name: dict[str, Metric] = {}
    for name, what in FIGURES.items():
        family = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
        by_name[name] = family(name, what)
    for figure in figures:
        by_name[figure.name].add_sample(figure.name, dict(figure.labels), figure.value)
    return list(by_name.values())
