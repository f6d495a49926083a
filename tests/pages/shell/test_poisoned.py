"""A file in the archive that no program can show hangs nobody: it is told, and the work round it goes on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from docgen import foreign
from docgen.desk import Desk
from docgen.desk.bundles.build import BundleRequest, make_bundle
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.void import void
from docgen.desk.office_seal import OfficeSeal
from docgen.desk.service.indexing import index_document
from docgen.signer import load_seal
from storage.catalogue import documents
from tests.support.callers.pages import Person
from tests.support.files.certificates import PASSWORD, Authority
from tests.support.files.sealed import sealed_once
from tests.support.hostile import small_pdfs as hostile
from tests.support.office.decisions import issue_example

pytestmark = pytest.mark.office


def poisoned(code: str) -> bytes:
    """A letter with this code, painted with a pattern of steps far smaller than a pixel."""
    pattern = hostile.stream(b"0 0 1 1 re f\n", b"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.001"
                             b"/YStep 0.001/Resources<<>>")  # fmt: skip
    resources = b"/Pattern<</P 5 0 R>>/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>"
    text = b"BT /F 12 Tf 50 50 Td (Kode %b) Tj ET\n" % code.encode()
    return hostile.page(resources, b"/Pattern cs /P scn 0 0 595 842 re f\n" + text, pattern)


def test_a_poisonous_file_in_the_archive_hangs_nobody(
    operator: Person, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its picture is a sentence, the search takes it in, a bundle names it in its place, and it can be voided."""
    monkeypatch.setattr(foreign, "WHOLE_FILE", 0.3)
    authority = Authority("CA")
    (tmp_path / "ca.pem").write_bytes(authority.root.pem)
    trusting = dataclasses.replace(desk, signing=OfficeSeal(trust_file=tmp_path / "ca.pem"))
    document, other = (issue_example(desk, "nota_dinas", "pemeliharaan", 2) for _ in range(2))
    seal = load_seal(authority.pkcs12(authority.office), PASSWORD)
    signed = sealed_once(poisoned(document.code), seal, appearance=None)
    attach(trusting, document.id, signed, "bertanda.pdf", "sari")
    with desk.catalogue.read() as tx:
        now = documents.get_document(tx, document.id)
        assert desk.store.get(documents.get_revision(tx, now.id, now.revision).pdf.key) == signed
    picture = operator.get(f"/d/{document.id}/halaman/1.png")
    assert picture.status_code == 422
    assert "terlalu berat untuk dibuka" in picture.text
    assert operator.get(f"/d/{other.id}/halaman/1.png").status_code == 200
    waiting = foreign.child_pool().processes("page")
    assert operator.get(f"/d/{document.id}/halaman/1.png").status_code == 422
    assert foreign.child_pool().processes("page") == waiting != []  # none was killed for it again
    index_document(desk, document.id)
    bundle = make_bundle(desk, BundleRequest(documents=[document.id, other.id]))
    told = {one.id: one.unreadable or "" for one in bundle.manifest.documents}
    assert "terlalu berat" in told[document.id]
    assert told[other.id] == ""
    assert void(desk, document.id, "Salah berkas", "sari").status == "void"
