"""What loops repeat: numbered lists begin anew, notes say each their own, numbers of things stay apart."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from docgen.errors import TemplateError
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.render.word.completeness import require_complete
from docgen.render.word.fill import render_docx
from docgen.render.word.template import open_template
from tests.support.files.word_by_hand import para, part, row, run, table, text_box, word

LEVEL = '<w:lvl w:ilvl="{0}"><w:start w:val="1"/><w:numFmt w:val="{1}"/><w:lvlText w:val="%{2}."/></w:lvl>'
NUMBERING = part(
    "numbering",
    '<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>'
    + LEVEL.format(0, "decimal", 1)
    + LEVEL.format(1, "lowerLetter", 2)
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
)
STYLES = part(
    "styles",
    '<w:style w:type="paragraph" w:styleId="Butir"><w:name w:val="Butir"/><w:pPr>'
    '<w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
)
LISTS = {"word/numbering.xml": NUMBERING, "word/styles.xml": STYLES}
GROUPS = [{"nama": "A", "butir": ["a1", "a2"]}, {"nama": "B", "butir": ["b1", "b2", "b3"]}]


def point(text: str, level: int = 0) -> str:
    return para(text, look=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def styled(text: str) -> str:
    return para(text, look='<w:pStyle w:val="Butir"/>')


def loop(*inside: str, over: str = "g in grup") -> str:
    return para("{%p for " + over + " %}") + "".join(inside) + para("{%p endfor %}")


def points(inside: str = "{{ b }}") -> str:
    return loop(point(inside), over="b in g.butir")


CASES = {
    "a list within a loop": (loop(para("{{ g.nama }}"), points()), "A 1.a1 2.a2 B 1.b1 2.b2 3.b3"),
    "by a style": (
        loop(para("{{ g.nama }}"), loop(styled("{{ b }}"), over="b in g.butir")),
        "A 1.a1 2.a2 B 1.b1 2.b2 3.b3",
    ),
    "points written out": (loop(point("{{ g.nama }}"), point("dua")), "1.A 2.dua 1.B 2.dua"),
    "the loop is the list": (loop(point("{{ g.nama }}"), para("uraian")), "1.A uraian 2.B uraian"),
    "two levels": (
        loop(point("{{ g.nama }}"), loop(point("{{ b }}", 1), over="b in g.butir")),
        "1.A a.a1 b.a2 2.B a.b1 b.b2 c.b3",
    ),
    "rows of a table": (
        table(
            row(para("{%tr for g in grup %}")),
            row(para("{{ g.nama }}") + points()),
            row(para("{%tr endfor %}")),
        )
        + para("-"),
        "A 1.a1 2.a2 B 1.b1 2.b2 3.b3 -",
    ),
    "the last turn is asked for": (
        loop(para("{{ g.nama }}{% if loop.last %}!{% endif %}"), points()),
        "A 1.a1 2.a2 B! 1.b1 2.b2 3.b3",
    ),
    "outside of loops": (point("satu") + loop(para("{{ g.nama }}")) + point("dua"), "1.satu A B 2.dua"),
}


def test_a_numbered_list_in_a_loop_begins_anew(converter: Converter) -> None:
    """A list within the turn of a loop begins at 1 in each; a loop that is the list counts on."""
    for name, (body, expected) in CASES.items():
        made = render_docx(word(body, LISTS), {"grup": GROUPS})
        assert "".join(page_text(converter.convert(made))[0].split()) == expected.replace(" ", ""), name


def call(number: int, kind: str = "footnote") -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def note(number: int, *inside: str, kind: str = "footnote") -> str:
    return f'<w:{kind} w:id="{number}">{"".join(inside)}</w:{kind}>'


LINE = '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'


def test_a_note_in_a_loop_says_its_own_in_each_turn(converter: Converter) -> None:
    """Each turn has a note with its own values, bold and loops within it too; one that is left out shifts no other."""
    body = loop(para("{{ g.nama }}", call(2)), para("akhir {{ g.nama }}", call(4, "endnote")))
    body = para("{%p if tidak %}") + para("x", call(1)) + para("{%p endif %}") + body + para("luar", call(3))
    inside = para("catatan ", run("{{ g.nama }}", "<w:b/>"), ": {% for b in g.butir %}{{ b }} {% endfor %}")
    notes = {
        "word/footnotes.xml": part(
            "footnotes", LINE + note(1, para("tidak ada")) + note(2, inside) + note(3, para("z"))
        ),
        "word/endnotes.xml": part("endnotes", note(4, para("ujung {{ g.nama }}"), kind="endnote")),
    }
    made = render_docx(word(body, notes), {"grup": GROUPS, "tidak": False})
    pdf = converter.convert(made)
    shown = "".join("".join(page_text(pdf)).split())
    assert "A1akhirAi" in shown
    assert "B2akhirBii" in shown
    assert "1catatanA:a1a22catatanB:b1b2b33z" in shown
    assert "iujungAiiujungB" in shown
    assert "tidakada" not in shown
    require_complete(made, pdf)


def test_a_misspelled_tag_in_a_note_is_named() -> None:
    """What a note in a loop prints is held to the same names as the body."""
    notes = {"word/footnotes.xml": part("footnotes", note(1, para("{{ g.nama + }}")))}
    with pytest.raises(TemplateError, match=r"templat: .*g\.nama \+"):
        open_template(word(loop(para("x", call(1))), notes))


def test_what_a_loop_repeats_has_numbers_of_its_own() -> None:
    """Drawings and bookmarks in a loop: no number or name twice, each end belongs to its beginning."""
    mark = '<w:bookmarkStart w:id="5" w:name="tanda"/>' + run("x") + '<w:bookmarkEnd w:id="5"/>'
    made = render_docx(word(loop(para(mark, text_box(para("{{ g.nama }}"))))), {"grup": GROUPS})
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        xml = package.read("word/document.xml").decode()
    drawings = re.findall(r'<wp:docPr id="(\d+)"', xml)
    assert len(set(drawings)) == len(drawings) == 2
    begins = re.findall(r'bookmarkStart w:id="(\d+)" w:name="(\w+)"', xml)
    assert len({number for number, _ in begins}) == len({name for _, name in begins}) == 2
    assert re.findall(r'bookmarkEnd w:id="(\d+)"', xml) == [number for number, _ in begins]


def test_a_letter_that_would_end_in_a_table_is_made(converter: Converter) -> None:
    """LibreOffice stops at a body that ends in a table, as one does when the last paragraph is a tag."""
    body = para("{%p if ya %}") + table(row(para("isi"))) + para("{%p endif %}")
    assert page_text(converter.convert(render_docx(word(body), {"ya": True}))) == ["isi"]
