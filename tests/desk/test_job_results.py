"""What jobs keep is read as it was written, by whatever version."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from docgen.desk.batches.batch_result import BatchResult, batch_file, batch_result
from docgen.desk.batches.outcomes import RowOutcome
from docgen.desk.bundles.bundle_result import BundleResult, KeptVolume, bundle_result
from docgen.errors import Conflict, NotFound
from storage.records import Job, KeptFile

NOW = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
PDF = KeptFile(key="_jobs/j/a/bundel.pdf", sha256="ab", size=9, pages=3)


def job(kind: str, result: dict[str, Any] | None, status: str = "done") -> Job:
    """A job with this result."""
    plain = {"id": "j", "kind": kind, "status": status, "request": {}, "result": result, "error": "Rusak"}
    return Job.model_validate({**plain, "created_at": NOW, "created_by": "sari"})


def test_a_bundle_is_kept_as_it_always_was() -> None:
    """Byte for byte: no key is added, none is left out but the labels that were not made."""
    result = BundleResult(
        pdf=PDF,
        manifest=KeptFile(key="_jobs/j/a/manifest.json"),
        volumes=[KeptVolume(number=1, of=1, pages=2, pdf=PDF)],
        documents=["01ka"],
    )
    pdf = '{"key": "_jobs/j/a/bundel.pdf", "sha256": "ab", "size": 9, "pages": 3}'
    assert json.dumps(result.to_json()) == (
        f'{{"pdf": {pdf}, "manifest": {{"key": "_jobs/j/a/manifest.json"}}, '
        f'"volumes": [{{"number": 1, "of": 1, "pages": 2, "pdf": {pdf}}}], "documents": ["01ka"]}}'
    )
    assert bundle_result(job("bundle", result.to_json())) == result


def test_a_batch_is_kept_as_it_always_was() -> None:
    """Every field of a row, though it says nothing; key, SHA-256 and size of a file."""
    file = KeptFile(key="_batches/j/hasil.xlsx", sha256="cd", size=5)
    lines = [
        RowOutcome(2, "issued", "01ka", "1/2026", dossier="01kd", joined="opened"),
        RowOutcome(3, "refused", message="Nihil"),
    ]
    result = BatchResult(lines=lines, files={"sheet": file}, notes=["Satu lembar."])
    assert json.dumps(result.to_json()) == (
        '{"lines": [{"row": 2, "state": "issued", "id": "01ka", "number": "1/2026", "message": "", '
        '"dossier": "01kd", "joined": "opened"}, {"row": 3, "state": "refused", "id": "", "number": "", '
        '"message": "Nihil", "dossier": "", "joined": ""}], '
        '"files": {"sheet": {"key": "_batches/j/hasil.xlsx", "sha256": "cd", "size": 5}}, "notes": ["Satu lembar."]}'
    )
    assert batch_result(job("batch", result.to_json())) == result


def test_results_of_earlier_versions_are_read() -> None:
    """Bundles that told no volumes, documents and sizes; batches that told neither notes, sizes nor dossiers."""
    old = bundle_result(job("bundle", {"pdf": {"key": "k", "sha256": "ab", "pages": 3}, "manifest": {"key": "m"}}))
    assert (old.pdf.key, old.pdf.size, old.volumes, old.documents, old.labels) == ("k", 0, [], None, None)
    line = {"row": 2, "state": "issued", "id": "01ka", "number": "1/2026"}
    batch = job("batch", {"lines": [line], "files": {"zip": {"key": "z", "sha256": "cd"}}})
    assert batch_result(batch).lines == [RowOutcome(2, "issued", "01ka", "1/2026")]
    assert (batch_result(batch).notes, batch_file(batch, "zip").size) == ([], 0)


def test_there_is_no_result_of_what_is_not_done() -> None:
    """Neither of a job that does other work, nor before its end, nor after it failed."""
    for read, kind, other in ((bundle_result, "bundle", "batch"), (batch_result, "batch", "bundle")):
        with pytest.raises(NotFound):
            read(job(other, {}))
        with pytest.raises(Conflict, match="masih dibuat"):
            read(job(kind, None, "running"))
        with pytest.raises(Conflict, match="Rusak"):
            read(job(kind, None, "failed"))
    with pytest.raises(NotFound):
        batch_file(job("batch", {"lines": [], "files": {}}), "zip")
