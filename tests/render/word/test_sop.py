"""The SOP printed from its data file: nothing typed again, nothing lost, the chart drawn in its cells."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from docx import Document

from docgen.installed.kinds import load_kind
from docgen.kinds.kind import Kind
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.render.word.fill import render_docx
from docgen.sop import Sop, load_sop, sop_view
from docgen.sop.load import THIS_OFFICE
from docgen.typesetting import plain_text
from templates_docx import FOLDER
from tests.support.office.small_office import context

SOP = load_sop()


@pytest.fixture(scope="module")
def kind() -> Kind:
    """The SOP as a kind of document."""
    return load_kind(FOLDER / "sop")


def filled(kind: Kind, sop: Sop, data: dict[str, Any] | None = None) -> bytes:
    return render_docx(kind.template, context(kind, data, count=0, derived={"sop": sop_view(sop)}))


def squeezed(text: str) -> str:
    """Text without white space and list numbers' tabs: columns are narrow and break anywhere."""
    return "".join(text.split())


@pytest.mark.office
def test_the_whole_sop_is_printed(kind: Kind, converter: Converter) -> None:
    """Identity sheet, then a page for each procedure with every step, activity, time and output, and its actors."""
    pages = page_text(converter.convert(filled(kind, SOP)))
    assert len(pages) == 1 + len(SOP.procedures)
    sheet = squeezed(pages[0])
    for text in (SOP.cover.title, "B/800.3/83/DiskominfoSP2/I/2024", "18 Januari 2024", SOP.cover.warning):
        assert squeezed(text) in sheet
    for procedure, page in zip(SOP.procedures, pages[1:], strict=True):
        text = squeezed(page)
        assert squeezed(procedure.title).upper() in text
        for step in procedure.steps:
            for said in (f"{step.number}{step.activity}", step.time_text, *step.requirements, *step.output_texts):
                assert squeezed(said) in text, (procedure.slug, step.number)
            assert all(squeezed(SOP.role_label(role)) in text for role in step.actors)
        assert ("Tidak" in page) == any(step.decision for step in procedure.steps)


def test_symbols_are_shapes_in_the_actors_columns(kind: Kind) -> None:
    """At each step of each table the first actor's cells hold a terminator, a box or a decision."""
    tables = Document(io.BytesIO(filled(kind, SOP))).tables[-len(SOP.procedures) :]
    for procedure, table in zip(SOP.procedures, tables, strict=True):
        columns = list(dict.fromkeys(role for step in procedure.steps for role in step.actors))
        rows: Any = table._tbl.tr_lst[2:]
        for step, row in zip(procedure.steps, rows, strict=True):
            cells = row.tc_lst
            assert len(cells) == 6 + 3 * len(columns)
            first = cells[2 + 3 * columns.index(step.actors[0])]
            shapes = first.xpath(".//*[local-name()='prstGeom']/@prst")
            drawn = [name for name in shapes if name.startswith("flowChart")]
            assert drawn or shapes.count("rect") > 0
            assert ("flowChartDecision" in drawn) <= (step.decision is not None)


def test_what_is_typed_comes_before_what_the_file_says(kind: Kind) -> None:
    """Number and dates of a revision replace those of the file; what is left empty stays as the file has it."""
    typed = {"nomor_sop": "B/000.8.3.3/90/X/2026", "tanggal_revisi": "2026-11-20", "tanggal_efektif": ""}
    table = Document(io.BytesIO(filled(kind, SOP, typed))).tables[0]
    said = {row.cells[1].text: plain_text(row.cells[2].text) for row in table.rows}
    assert said["Nomor SOP"] == "B/000.8.3.3/90/X/2026"
    assert said["Tanggal Revisi"] == "20 November 2026"
    assert said["Tanggal Pembuatan"] == "18 Januari 2024"
    assert said["Tanggal Efektif"] == "5 Februari 2024"
    table = Document(io.BytesIO(filled(kind, SOP))).tables[0]  # without one, its own number, as in the band
    own = context(kind, None, count=0, derived={"sop": sop_view(SOP)})["nomor"]
    assert plain_text(table.rows[0].cells[2].text).startswith(plain_text(own))


@pytest.mark.office
def test_another_office_prints_its_own(kind: Kind, converter: Converter, tmp_path: Path) -> None:
    """Other words for the roles, one procedure with all five actors, long texts, more steps than a page holds: the
    head repeats on every page and no row is parted."""
    data = yaml.safe_load(THIS_OFFICE.read_text("utf-8"))
    data["peran"]["kepala_seksi"]["sebutan"] = "Ketua Tim Kerja"
    roles = list(data["peran"])
    long = "Menelaah kelengkapan permohonan dan mencatatnya dalam buku agenda sebelum diteruskan. " * 4
    steps = [
        {"nomor": number, "kegiatan": f"Awal {number}. {long}Akhir {number}", "pelaku": [roles[number % 5]]}
        | {"waktu": f"{number} Jam", "hasil": [f"Hasil ke-{number}"]}
        for number in range(1, 13)
    ]
    steps[7]["keputusan"] = {"ya": 9, "tidak": 2}
    steps[9]["keputusan"] = {"ya": 11, "tidak": 12}
    own = data["prosedur"][0] | {"judul": "Pelayanan Permohonan", "langkah": steps}
    path = tmp_path / "sop.yaml"
    path.write_text(yaml.safe_dump(data | {"prosedur": [own]}, allow_unicode=True, sort_keys=False), encoding="utf-8")
    pages = [squeezed(page) for page in page_text(converter.convert(filled(kind, load_sop(path))))][1:]
    assert len(pages) > 1
    assert all("KetuaTimKerja" in page and "MutuBaku" in page for page in pages)
    assert not any("KepalaSeksi" in page for page in pages)
    for number in range(1, 13):
        assert sum(f"Awal{number}." in page and f"Akhir{number}" in page for page in pages) == 1
        assert any(f"Hasilke-{number}" in page for page in pages)
