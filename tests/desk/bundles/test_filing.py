"""Filing: bundles that say what lacks, that a damaged file does not stop, in volumes; archived, by recipe, listed."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from openpyxl import load_workbook

from docgen.desk import Desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.bundles.build import Bundle, BundleRequest, make_bundle, run_bundle_job
from docgen.desk.bundles.cover import dossier_number
from docgen.desk.bundles.file_list import file_list_pdf, file_list_xlsx, list_files
from docgen.desk.bundles.filing import archive_bundle, remove_recipe, request_of, save_recipe
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.errors import Conflict, InvalidSubmission
from docgen.indonesian import long_date
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import documents, filing, jobs, registers
from storage.catalogue.dossiers import add_dossier
from storage.records import Document, Dossier, Job
from templates_docx import FOLDER

pytestmark = pytest.mark.office

STEPS = (("telaahan", 1), ("nota_dinas", 2))


@pytest.fixture
def made(desk: Desk) -> list[Document]:
    """A dossier of maintenance with two of its five documents."""
    with desk.catalogue.read() as tx:
        nibar = registers.search_assets(tx, limit=1)[0].nibar
    return [
        issue(
            desk,
            DocumentRequest(
                kind=kind, procedure="pemeliharaan", step=step, assets=[nibar], data=desk.kinds[kind].example
            ),
            "sari",
        )
        for kind, step in STEPS
    ]


def told(bundle: Bundle) -> list[str]:
    """The words of each page."""
    return [" ".join(text.split()) for text in page_text(bundle.pdf)]


def check_contents(bundle: Bundle, texts: list[str]) -> None:
    """Every document and every sheet stands on the page that the manifest names, and the contents name that page."""
    contents = " ".join(text for text in texts if "DAFTAR ISI" in text or "Nomor Naskah" in text)
    for one in bundle.manifest.documents:
        assert one.number in texts[one.starts_at - 1]
    for one in (*bundle.manifest.documents, *bundle.manifest.missing):
        assert f"hal. {one.starts_at}/{len(texts)}" in texts[one.starts_at - 1]
        assert re.search(rf"\b{one.starts_at}\b", contents)


def test_what_a_dossier_lacks_has_a_sheet(desk: Desk, made: list[Document]) -> None:
    """BELUM ADA for each document the SOP asks for and that is not there, in its place and in the contents."""
    bundle = make_bundle(desk, BundleRequest(dossier=made[0].dossier, separators=True))
    texts = told(bundle)
    assert [one.kind for one in bundle.manifest.missing] == [
        "persetujuan",
        "surat_penugasan",
        "laporan_pemeliharaan",
    ]
    for one in bundle.manifest.missing:
        assert "BELUM ADA" in texts[one.starts_at - 1]
    assert texts[2].startswith("Bundel") or "LANGKAH 1" in texts[2]
    check_contents(bundle, texts)
    for word in ("000.1.9.1/001/2026", "Kode klasifikasi", "Retensi", bundle.manifest.code):
        assert word in texts[0]
    plain = make_bundle(desk, BundleRequest(dossier=made[0].dossier, missing=False))
    assert plain.manifest.missing == []


def test_bookmarks_are_procedure_step_document(desk: Desk, made: list[Document]) -> None:
    """A tree of three levels beside cover and contents."""
    bundle = make_bundle(desk, BundleRequest(dossier=made[0].dossier, missing=False))
    outline: Any = pypdf.PdfReader(io.BytesIO(bundle.pdf), strict=True).outline
    assert [one.title for one in outline if not isinstance(one, list)] == [
        "Sampul",
        "Daftar Isi",
        desk.sop.procedure("pemeliharaan").title,
    ]
    step, within = outline[3][0], outline[3][1]
    assert step.title.startswith("Langkah 1. ")
    assert within[0].title.endswith(made[0].number)


def test_a_damaged_document_does_not_stop_the_rest(desk: Desk, made: list[Document]) -> None:
    """A sheet says which and why; the contents name it; everything else is there."""
    with desk.catalogue.read() as tx:
        key = documents.get_revision(tx, made[0].id, 1).pdf.key
    path = next(Path(desk.data).rglob(key))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:2000])
    bundle = make_bundle(desk, BundleRequest(dossier=made[0].dossier))
    texts = told(bundle)
    first, second = bundle.manifest.documents
    assert "SHA-256" in first.unreadable
    assert str(desk.data) not in first.unreadable
    assert "TIDAK DAPAT DIGABUNG" in texts[first.starts_at - 1]
    assert "Tidak dapat digabung" in texts[1]
    assert made[1].number in texts[second.starts_at - 1]
    check_contents(bundle, texts)


def test_duplex_volumes_begin_on_fronts_with_a_cover_each(desk: Desk, made: list[Document]) -> None:
    """Volumes of ten pages at most: each has cover and contents; every document starts on a front."""
    for _ in range(6):
        issue(
            desk,
            DocumentRequest(
                kind="nota_dinas",
                procedure="pemeliharaan",
                step=2,
                assets=made[0].assets,
                dossier=made[0].dossier,
                data=desk.kinds["nota_dinas"].example,
            ),
            "sari",
        )
    asked = BundleRequest(dossier=made[0].dossier, duplex=True, volume_pages=10, binding_mm=5, labels=True)
    bundle = make_bundle(desk, asked)
    texts = told(bundle)
    volumes = bundle.manifest.volumes
    assert len(volumes) > 1
    assert all(one.pages <= 10 and one.starts_at % 2 == 1 for one in volumes)
    for one in volumes:
        assert f"Jilid {one.number} dari {len(volumes)}" in texts[one.starts_at - 1]
    starts = [one.starts_at for one in (*bundle.manifest.documents, *bundle.manifest.missing)]
    assert {start % 2 for start in starts} == {1}
    check_contents(bundle, texts)
    assert bundle.labels is not None
    [labels] = page_text(bundle.labels)  # a sheet holds those of six volumes
    assert all(f"Jilid {one.number} dari {len(volumes)}" in labels for one in volumes)


def test_order_kinds_and_what_is_left_out_are_chosen(desk: Desk, made: list[Document]) -> None:
    """A sequence comes first, an excluded document is gone, and kinds narrow; a search and a year are choices too."""
    turned = make_bundle(desk, BundleRequest(dossier=made[0].dossier, sequence=[made[1].id]))
    assert [one.id for one in turned.manifest.documents] == [made[1].id, made[0].id]
    for asked in (
        {"dossier": made[0].dossier, "exclude": [made[0].id]},
        {"year": made[0].year, "kinds": ["nota_dinas"]},
        {"search": made[1].number},
    ):
        found = make_bundle(desk, BundleRequest.model_validate(asked)).manifest.documents
        assert [one.id for one in found] == [made[1].id]


def test_the_offices_own_cover_goes_before_the_delivered_one(desk: Desk, made: list[Document], tmp_path: Path) -> None:
    """A Word file in DOCGEN_TEMPLATES/_bundel is the cover and contents; the other templates stay as delivered."""
    own = tmp_path / "templat"
    (own / "_bundel").mkdir(parents=True)
    word = docx.Document(str(FOLDER / "_bundel" / "template.docx"))
    title = next(one for one in word.paragraphs if one.text == "SAMPUL BERKAS")
    title.runs[0].text = "SAMPUL KHUSUS"
    word.save(str(own / "_bundel" / "template.docx"))
    bundle = make_bundle(replace(desk, templates=own), BundleRequest(dossier=made[0].dossier))
    texts = told(bundle)
    assert "SAMPUL KHUSUS" in texts[0]
    check_contents(bundle, texts)


def finished(desk: Desk, request: BundleRequest, id: str) -> Job:
    """A job that made a bundle."""
    job = Job(
        id=id, kind="bundle", status="queued", request=request.model_dump(mode="json", exclude_none=True),
        created_at=desk.now(), created_by="s",
    )  # fmt: skip
    with desk.catalogue.write() as tx:
        jobs.add_job(tx, job)
    result = run_bundle_job(desk, job, lambda done, total: None)
    with desk.catalogue.write() as tx:
        jobs.update_job(tx, id, status="done", result=result)
        return jobs.get_job(tx, id)


def test_a_bundle_is_archived_once_and_proved(desk: Desk, made: list[Document]) -> None:
    """Its files lie under its code, listed with what they hold; a second time changes nothing; verify counts them."""
    job = finished(desk, BundleRequest(dossier=made[0].dossier), "01m89000000000000000000001")
    filed = archive_bundle(desk, job, "arsiparis")
    assert archive_bundle(desk, job, "lain") == filed
    assert filed.pdf.key == f"_bundles/{job.id.upper()}/bundel.pdf"
    with desk.catalogue.read() as tx:
        held = filing.bundles_of(tx, made[0].id)
    assert [(one.bundle, one.revision) for one in held] == [(filed.code, 1)]
    report = check_archive(desk)
    assert report.sound
    assert report.unknown == []
    path = next(Path(desk.data).rglob(filed.pdf.key))
    path.chmod(0o644)
    path.write_bytes(b"lain")
    assert check_archive(desk).changed == [filed.pdf.key]


def test_what_is_not_done_is_not_archived(desk: Desk, made: list[Document]) -> None:
    """A bundle that waits has nothing to keep."""
    job = Job(id="x", kind="bundle", status="queued", request={}, created_at=desk.now(), created_by="s")
    with pytest.raises(Conflict, match="selesai"):
        archive_bundle(desk, job, "s")


def test_a_recipe_makes_only_what_is_new(desk: Desk, made: list[Document]) -> None:
    """After its bundle was archived nothing is new, until another document is issued."""
    recipe = save_recipe(desk, "Pemeliharaan", BundleRequest(year=made[0].year), "s")
    with pytest.raises(InvalidSubmission):
        save_recipe(desk, " ", BundleRequest(year=made[0].year), "s")
    archive_bundle(desk, finished(desk, request_of(desk, recipe.id), "01m89000000000000000000002"), "s")
    with pytest.raises(InvalidSubmission) as caught:
        make_bundle(desk, request_of(desk, recipe.id, new_only=True))
    assert "baru sejak pemberkasan terakhir" in caught.value.errors[0].message
    later = issue(
        desk,
        DocumentRequest(
            kind="nota_dinas",
            procedure="pemeliharaan",
            step=2,
            assets=made[0].assets,
            data=desk.kinds["nota_dinas"].example,
        ),
        "sari",
    )
    new = make_bundle(desk, request_of(desk, recipe.id, new_only=True))
    assert [one.id for one in new.manifest.documents] == [later.id]
    remove_recipe(desk, recipe.id, "s")
    with desk.catalogue.read() as tx:
        assert filing.list_recipes(tx) == []


def test_the_list_of_a_year_is_a_document_and_a_sheet_without_formulas(desk: Desk, made: list[Document]) -> None:
    """Number, title, pages, years of retention and fate of each dossier, signed by the head of the office on its day; a
    title that begins with = stays a text in the spreadsheet.
    """
    with desk.catalogue.write() as tx:
        tx.exec_driver_sql("UPDATE dossiers SET title = '=HYPERLINK(1)'")
    (line,) = list_files(desk, made[0].year)
    assert (line.number, line.documents) == (f"000.1.9.1/001/{made[0].year}", 2)
    text = " ".join(page_text(file_list_pdf(desk, made[0].year))[0].split())
    assert f"DAFTAR BERKAS TAHUN {made[0].year}" in text
    assert "=HYPERLINK(1)" in text
    sheet: Any = load_workbook(io.BytesIO(file_list_xlsx(desk, made[0].year))).active
    assert (sheet["D2"].value, sheet["D2"].data_type) == ("=HYPERLINK(1)", "s")
    rule = desk.retention.rule_for("000.1.9.1")
    assert [sheet.cell(2, column).value for column in (3, 11, 12)] == ["000.1.9.1", rule.active, rule.inactive]
    assert f"Batulicin, {long_date(desk.today())} Kepala Dinas" in text
    assert list_files(desk, 1999) == []


def test_no_two_dossiers_share_a_number(desk: Desk) -> None:
    """Procedures filed under one classification are counted together, each year anew on the office's clock; the number
    of a dossier does not change when others follow."""
    moments = [dt.datetime(2025, 12, 31, 15, 30, tzinfo=dt.UTC), *[dt.datetime(2026, 3, 1, tzinfo=dt.UTC)] * 3]
    opened = []
    numbers: dict[str, str] = {}
    for moment in moments:
        for procedure in desk.sop.procedures:
            with desk.catalogue.write() as tx:
                one = Dossier(
                    id=f"01m{len(opened):023}", procedure=procedure.slug, assets=[], title="Uji", opened_at=moment
                )
                add_dossier(tx, one)
                opened.append(one)
                numbers[one.id] = dossier_number(desk, tx, one)
    with desk.catalogue.read() as tx:
        assert {one.id: dossier_number(desk, tx, one) for one in opened} == numbers
    assert len(set(numbers.values())) == len(opened)
    code = desk.sop.procedure("penggunaan").classification
    alike = [numbers[one.id] for one in opened if numbers[one.id].startswith(f"{code}/")]
    assert alike == [f"{code}/00{place}/2025" for place in (1, 2)] + [f"{code}/00{place}/2026" for place in range(1, 7)]
