"""Every PDF that docgen gives out is PDF/A-2b, by veraPDF: letters at each step, copies, bundles, labels, lists."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.stamp import TextStampStyle
from pypdf import PdfReader

from docgen.desk import Desk
from docgen.desk.bundles.build import BundleRequest, make_bundle
from docgen.desk.bundles.file_list import file_list_pdf
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.seal import seal
from docgen.desk.decisions.void import void
from docgen.desk.issuing.preview import preview
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.office_seal import OfficeSeal
from docgen.desk.revisions.stamps import copy_of
from docgen.libreoffice import Converter
from docgen.render.many.concatenate import join_pdfs
from docgen.render.stamps.free_space import find_free_areas
from docgen.render.stamps.verification_band import stamp_band
from storage.catalogue import documents
from storage.records import Document
from tests.support.files.certificates import PASSWORD, Authority
from tests.support.files.pdfs import pdf
from tests.support.gallery.rules import findings
from tests.support.office.decisions import add_acting_official, decide, issue_example, relocation_plan
from tests.support.office.demo_office import demo_office
from tests.support.office.letters import KINDS, letter, photos, together

pytestmark = pytest.mark.office

NOTE = " ".join(f"Alasan {number} – “lengkap” dan jelas." for number in range(1, 40))[:1000].strip()
URL = "https://docgen.example.go.id/verifikasi/7Q4MZ2KXA9B3C5DE"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Iterator[Desk]:
    """The demo office with a seal."""
    folder = tmp_path_factory.mktemp("office")
    authority = Authority("Balai Uji")
    (folder / "segel.p12").write_bytes(authority.pkcs12(authority.office))
    with demo_office(folder, converter) as desk:
        yield dataclasses.replace(desk, signing=OfficeSeal(folder / "segel.p12", PASSWORD))


@pytest.fixture(scope="module")
def files(office: Desk, converter: Converter) -> dict[str, bytes]:
    """The PDFs by what they are."""
    letters = dict(_letters(converter))
    return {
        **letters,
        "prints of many": join_pdfs([letters["split nota_dinas 0"], letters["split nota_dinas 1"]], title="Cetak"),
        **dict(_steps(office)),
        **dict(_sealed(office)),
        **dict(_signed_elsewhere(office)),
        **dict(_bundles(office)),
    }


def _letters(converter: Converter) -> Iterator[tuple[str, bytes]]:
    """Long letters, one with photos, and letters made in one go; every kind alone is in the gallery's test."""

    def stamped(data: bytes) -> bytes:
        return stamp_band(data, number="B/000.1.9.1/83/X/XI/2026", code="7Q4MZ2KXA9B3C5DE", url=URL).data

    for slug in ("nota_dinas", "berita_acara_serah_terima", "rencana_kebutuhan"):
        yield f"{slug} long", stamped(converter.convert(letter(KINDS[slug], 2, paper="F4")))
        kind = KINDS[slug]
        for index, part in enumerate(together(converter, [letter(kind, 0), letter(kind, 1)])):
            yield f"split {slug} {index}", stamped(part)
    rows, kept = photos(0, 5)
    field = next(one.name for one in KINDS["laporan_pemeliharaan"].fields if one.type == "photos")
    docx = letter(KINDS["laporan_pemeliharaan"], 0, {field: rows}, photos=kept)
    yield "photos", stamped(converter.convert(docx))


def _steps(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """A plan that one approves and another refuses at length, its copy, and what is void or a draft."""
    stand_in = add_acting_official(desk, "kepala_dinas", name="Dra. Ḥalimah d’José, M.Si.")
    document = relocation_plan(desk)
    decide(desk, document, "kepala-bidang", "setuju")
    decide(desk, document, stand_in.id, "tolak", NOTE)
    yield from _revisions(desk, document, "refused")
    void(desk, document.id, "Keliru", "sari")
    yield from _revisions(desk, document, "void")
    replaced = relocation_plan(desk)
    decide(desk, replaced, "kepala-bidang", "perbaiki", NOTE)
    yield from _revisions(desk, replaced, "returned")
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ["6310190000101"]}
    asked = DocumentRequest.model_validate(body | {"data": desk.kinds["nota_dinas"].example})
    yield "preview", preview(desk, asked).pdf


def _sealed(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """A sealed plan, decided behind its seal, its copy, and void."""
    document = relocation_plan(desk)
    seal(desk, document.id, "sari")
    decide(desk, document, "kepala-bidang", "setuju", NOTE)
    decide(desk, document, "kepala-dinas", "setuju")
    yield from _revisions(desk, document, "sealed")
    void(desk, document.id, "Keliru", "sari")
    yield from _revisions(desk, document, "sealed and void")


def _signed_elsewhere(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """Copies of a letter that another program signed, with a stamp in a font that is not in the file."""
    document = relocation_plan(desk)
    with desk.catalogue.read() as tx:
        issued = desk.store.get(documents.get_revision(tx, document.id, 1).pdf.key)
    metadata = PdfSignatureMetadata(field_name="TTE", md_algorithm="sha256")
    room = find_free_areas(issued, 1)  # on empty paper: what covers words would lie beside the letter
    assert room is not None
    free = room[1][0]
    corners = (free.x, free.y, free.x + free.width, free.y + free.height)
    field = SigFieldSpec("TTE", on_page=free.page, box=tuple(map(int, corners)))
    style = TextStampStyle(stamp_text="Ditandatangani secara elektronik")
    signer = PdfSigner(metadata, desk.signing.seal.signer, stamp_style=style, new_field_spec=field)
    signed = signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(issued))).getvalue()
    attach(desk, document.id, signed, "bertanda tangan.pdf", "sari")
    with desk.catalogue.read() as tx:
        revision = documents.list_revisions(tx, document.id)[-1]
    assert desk.store.get(revision.pdf.key) == signed  # kept and given out as it came, whatever it is
    yield "copy of signed elsewhere", copy_of(desk, revision)
    yield "bundle with signed elsewhere", make_bundle(desk, BundleRequest(dossier=document.dossier)).pdf
    gone = void(desk, document.id, "Keliru", "sari")
    with desk.catalogue.read() as tx:
        voided = documents.get_revision(tx, document.id, gone.revision)
    yield "void, signed elsewhere", desk.store.get(voided.pdf.key)


def _revisions(desk: Desk, document: Document, name: str) -> Iterator[tuple[str, bytes]]:
    with desk.catalogue.read() as tx:
        revisions = documents.list_revisions(tx, document.id)
    for revision in revisions:
        yield f"{name} {revision.number}", desk.store.get(revision.pdf.key)
    yield f"copy of {name}", copy_of(desk, revisions[-1])


def _bundles(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """Bundles of all sorts, of a dossier that holds letters, scans of any origin and a sealed letter."""
    first = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    attach(desk, first.id, _press_scan(), "pindaian.jpg", "sari")
    second = issue_example(desk, "nota_dinas", "pemeliharaan", 2, dossier=first.dossier)
    attach(desk, second.id, pdf("tanda tangan basah", "halaman dua"), "salinan.pdf", "sari")
    third = issue_example(desk, "nota_dinas", "pemeliharaan", 2, dossier=first.dossier)
    seal(desk, third.id, "sari")
    for _ in range(3):
        issue_example(desk, "nota_dinas", "pemeliharaan", 2, dossier=first.dossier)
    asked: dict[str, dict[str, Any]] = {
        "plain": {"labels": True},
        "duplex": {"duplex": True, "separators": True, "binding_mm": 5, "paper": "F4", "volume_pages": 10},
        "two up": {"two_up": True, "copies": "plain"},
    }
    for name, more in asked.items():
        bundle = make_bundle(desk, BundleRequest.model_validate({"dossier": first.dossier, **more}))
        assert not [one for one in bundle.manifest.documents if one.unreadable]
        yield f"bundle {name}", bundle.pdf
        for volume in bundle.volumes:
            yield f"bundle {name}, volume {volume.number}", volume.pdf
        if bundle.labels is not None:
            yield f"labels {name}", bundle.labels
    yield "list of dossiers", file_list_pdf(desk, first.year)


def _press_scan() -> bytes:
    """A scan in the colours of a press."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((620, 877)).convert("RGB").convert("CMYK").save(out, "JPEG", dpi=(75, 75))
    return out.getvalue()


def test_every_pdf_is_pdfa(
    files: dict[str, bytes], tmp_path: Path, verapdf: Callable[[Path], dict[str, list[str]]]
) -> None:
    """veraPDF finds nothing against any of them as PDF/A-2b."""
    for name, data in files.items():
        (tmp_path / f"{name}.pdf").write_bytes(data)
    found = verapdf(tmp_path)
    assert sorted(found) == sorted(f"{name}.pdf" for name in files)
    assert {name: said for name, said in found.items() if said} == {}


def test_stamps_leave_the_letter_readable(files: dict[str, bytes]) -> None:
    """No decision, notice or band lies on the text of a letter, is cut by the paper, or smaller than 7 points.

    What another program signed is left out: it is shown on a smaller scale within a page.
    """
    ours = ("refused", "returned", "void 1", "void 2", "sealed")
    stamped = [name for name in files if name.startswith(ours)]
    rules = {"stamps clear", "overlap", "legible", "paper edge"}
    broken = {name: {rule: said for rule, said in findings(files[name]).items() if rule in rules} for name in stamped}
    assert {name: found for name, found in broken.items() if found} == {}


def _says_accessible(data: bytes) -> bool:
    metadata: Any = PdfReader(io.BytesIO(data)).root_object["/Metadata"]
    return b"<pdfuaid:part>1<" in metadata.get_data()


def test_what_says_it_is_accessible_is(
    files: dict[str, bytes], tmp_path: Path, verapdf: Callable[..., dict[str, list[str]]]
) -> None:
    """Each letter as it is issued says that it is PDF/UA-1, alone or cut from many, and veraPDF finds nothing against
    any file that says so: a decision, a seal or a copy keeps it or takes the word back.
    """
    claims = {name: data for name, data in files.items() if _says_accessible(data)}
    issued = [name for name in files if name.endswith(" long") or name.startswith("split ")]
    assert set(issued) | {"photos", "refused 1", "sealed 1"} <= set(claims)
    for name, data in claims.items():
        (tmp_path / f"{name}.pdf").write_bytes(data)
    assert {name: said for name, said in verapdf(tmp_path, "ua1").items() if said} == {}
