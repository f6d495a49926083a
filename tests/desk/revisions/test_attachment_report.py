"""Reports of attachments: what archives hold of them stays readable and is written the same."""

from __future__ import annotations

import datetime as dt

import pytest

from docgen.desk.revisions.attachment_report import (
    OLDER,
    OLDER_TRUSTED,
    ScanReport,
    SignedFileReport,
    StoredSignature,
    stored_signature,
)
from docgen.signer import COVERED, SignatureReport
from storage.text import json_text
from wording import Message, say

SIGNED = (
    '{"matched": "isi", "revision": 1, "takes_place": true, "reason": "", "signatures": [{"signer": "Budi", '
    '"organisation": "Dinas", "issuer": "BSrE", "signed_at": "2026-11-24T01:12:00+00:00", "timestamped": true, '
    '"intact": true, "covers_whole": true, "trusted": true, "problem": "", "timestamp": false, "bsre": true}]}'
)
SCANNED = (
    '{"matched": "qr", "pages": [1], "count": 2, "missing": [2], "placed": {"1": "budi"}, "sheets": [{"source": '
    '"a.pdf", "sheet": 1, "page": 1, "of": 2}, {"source": "a.pdf", "sheet": 2, "page": null, "of": null}]}'
)


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (SignedFileReport, SIGNED),
        (SignedFileReport, '{"matched": "kode", "signatures": [{"signer": "Budi", "intact": true}]}'),
        (ScanReport, SCANNED),
        (ScanReport, '{"matched": "", "pages": [], "count": 1, "xfa": true}'),
        (ScanReport, "{}"),
    ],
)
def test_a_report_is_written_as_it_was_read(model: type[SignedFileReport | ScanReport], text: str) -> None:
    """Reading a report, of this version or an earlier one, and writing it gives the same bytes."""
    assert json_text(model.model_validate_json(text).to_json()) == text


def test_a_signature_without_a_word_on_trust_is_not_valid() -> None:
    """What a report does not say of a signature never makes it valid; that it covers the file was not said before."""
    assert StoredSignature(intact=True, trusted=True).is_valid
    assert not StoredSignature(intact=True).is_valid
    assert not StoredSignature(trusted=True).is_valid
    assert not StoredSignature(intact=True, trusted=True, covers_whole=False).is_valid
    assert not StoredSignature.model_validate({"intact": True, "trusted": "yes"}).is_valid
    assert SignedFileReport.model_validate({"takes_place": "yes"}).takes_place is False


@pytest.mark.parametrize(
    ("issuer", "bsre"), [("CN=BSrE G3", True), ("Balai Sertifikasi Elektronik", True), ("X", False)]
)
def test_certificates_of_the_bsre_are_known_by_their_issuer(issuer: str, bsre: bool) -> None:
    """The issuer's name tells a certificate of BSSN's authority."""
    moment = dt.datetime(2026, 11, 24, 1, 12, tzinfo=dt.UTC)
    report = SignatureReport("f", "Budi", "Dinas", issuer, moment, True, True, True, True, "")
    stored = stored_signature(report)
    assert (stored.bsre, stored.signed_at, stored.is_valid) == (bsre, "2026-11-24T01:12:00+00:00", True)


@pytest.mark.parametrize(
    "reason", [say(OLDER, revision=1, current=2), say(OLDER_TRUSTED, revision=10, current=12), say(COVERED, page=3)]
)
def test_a_stored_reason_has_its_values_again(reason: Message) -> None:
    """A record holds the Indonesian sentence alone; what is read of it can be said in another language."""
    stored = json_text(SignedFileReport(reason=reason).to_json())
    assert stored == f'{{"reason": "{reason}"}}'
    read = SignedFileReport.model_validate_json(stored).reason
    assert isinstance(read, Message)
    assert (read, read.template, read.values) == (reason, reason.template, reason.values)
    assert not isinstance(SignedFileReport(reason="Lain.").reason, Message)
