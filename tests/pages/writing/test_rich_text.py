"""A letter's rich text over HTTP: by the form with and without script, by the API, in a draft, in a spreadsheet."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.revisions.photos import keep_photo
from docgen.forms.rich_text import shown_text
from docgen.forms.spreadsheet.rows import read_rows, to_cells
from docgen.kinds.kind import Kind
from docgen.spreadsheets.grid import Grid
from storage.catalogue.drafting import drafts
from tests.support.callers.pages import Person, words
from tests.support.files.photos import telephone_photo

pytestmark = pytest.mark.office
FORM = "/buat/pemeliharaan/2/nota_dinas"
BLOCKS: list[dict[str, Any]] = [
    {"type": "item", "runs": [{"text": "Satu <b> & "}, {"text": "dua", "bold": True}]},
    {"type": "table", "rows": [[[{"text": "a"}], [{"text": "b"}]], [[{"text": "1"}], []]]},
]


def typed(desk: Desk, **fields: Any) -> dict[str, Any]:
    """A Nota Dinas as its form sends it."""
    example = desk.kinds["nota_dinas"].example
    data = {f"data.{name}": "\n".join(value) if isinstance(value, list) else value for name, value in example.items()}
    return data | {"assets": "6310190000101", "date": "2026-11-24", "signer": "", "kunci": "k-1"} | fields


def shown(page: str) -> tuple[str, str]:
    """The text area, and the blocks that go along with it."""
    area = re.search(r'<textarea[^>]*name="data\.isi"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    beside = re.search(r'name="data\.isi\.blok" value="([^"]*)"', page)
    assert area is not None
    return html.unescape(area[1]), html.unescape(beside[1]) if beside else ""


def saved(desk: Desk) -> Any:
    with desk.catalogue.read() as tx:
        return drafts.list_drafts(tx, "operator")[0].body["data"]["isi"]


def test_without_script_blocks_stay_while_their_text_does(operator: Person, desk: Desk) -> None:
    """The page shows them as text, with their numbers; sent back as it is they are kept, changed it is plain text."""
    operator.get(FORM)
    answer = operator.post(FORM, typed(desk, **{"data.isi": json.dumps(BLOCKS), "aksi": "draf"}))
    assert saved(desk) == BLOCKS, words(answer)
    with desk.catalogue.read() as tx:
        (draft,) = drafts.list_drafts(tx, "operator")
    text, beside = shown(operator.get(f"{FORM}?draf={draft.id}").get_data(as_text=True))
    assert text == shown_text(BLOCKS) == "1. Satu <b> & dua\n\na\tb\n1\t"
    assert json.loads(beside) == BLOCKS
    again = typed(desk, draf=draft.id, versi=str(draft.version), aksi="draf")
    lines = text.replace("\n", "\r\n")
    operator.post(FORM, again | {"data.isi": lines, "data.isi.blok": beside})
    assert saved(desk) == BLOCKS
    with desk.catalogue.read() as tx:
        (draft,) = drafts.list_drafts(tx, "operator")
    again["versi"] = str(draft.version)
    operator.post(FORM, again | {"data.isi": f"{lines}\r\n\r\nTambahan.", "data.isi.blok": beside})
    assert saved(desk).endswith("Tambahan.")


def test_a_picture_without_caption_is_previewed(operator: Person, desk: Desk) -> None:
    """While the caption is still to be written the preview shows a word in its place, and says so."""
    operator.get(FORM)
    photo = keep_photo(desk, telephone_photo(400, 300, colour="teal"), "rak.jpg").file
    picture = [{"type": "image", "photo": {"file": photo, "caption": ""}}]
    data = typed(desk, **{"data.isi": json.dumps(picture), "halaman": "1", "lebar": "300"})
    place = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": "2"}
    answer = operator.post("/buat/pratinjau", data | place)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert "keterangan" in answer.headers["X-Docgen-Kurang"]


def test_a_picture_that_nobody_uploaded_is_refused(operator: Person, desk: Desk) -> None:
    """It is named at its place, before a number is taken."""
    operator.get(FORM)
    picture = [{"type": "image", "photo": {"file": f"{3:064x}.jpg", "caption": "Rak"}}]
    answer = operator.post(FORM, typed(desk, **{"data.isi": json.dumps(picture), "aksi": "terbitkan"}))
    assert answer.status_code == 422
    assert "Unggah dulu fotonya" in words(answer)


def grid(kind: Kind, isi: str) -> Grid:
    """A spreadsheet of one Nota Dinas."""
    (cells,) = to_cells(kind, kind.example | {"isi": isi}, [])
    names = list(cells)
    return Grid("surat.csv", [(1, names), (2, [str(cells[name]) for name in names])])


def test_a_cell_holds_paragraphs_and_no_table(desk: Desk) -> None:
    """Of a spreadsheet a blank line ends a paragraph; a table within a cell is refused with a sentence."""
    kind = desk.kinds["nota_dinas"]
    (row,) = read_rows(kind, grid(kind, "Satu.\n\nDua.")).rows
    assert (row.data["isi"], list(row.problems)) == ("Satu.\n\nDua.", [])
    (row,) = read_rows(kind, grid(kind, "No.\tNama\n1\tKipas")).rows
    assert [error.field for error in row.problems] == ["data.isi"]
    assert "tabel" in row.problems[0].message
    (cells,) = to_cells(kind, {"isi": BLOCKS[:1]}, [])
    assert cells["isi"] == "1. Satu <b> & dua"
