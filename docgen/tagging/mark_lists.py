"""Write a loop into a Word file: a row of a table or a paragraph becomes one for each element of a list."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from lxml import etree

from docgen.errors import TemplateError
from docgen.render.word.package import W
from docgen.render.word.tags.tag_text import find_tags
from docgen.tagging.mark import SPACE, located, require_name
from docgen.tagging.word_text import TC, TR, P, R, T, is_fallback, nearest, read_word_text, text_of
from docgen.template_lint.finding import Place
from wording import say

ROW, LINE = "baris", "butir"  # what one element is called in the loops that are written here
_UNREPEATED = frozenset(
    f"{W}{name}" for name in ("drawing", "pict", "object", "sectPr", "footnoteReference", "fldChar")
)


def mark_rows(docx: bytes, place: Place, list_name: str, column_names: Sequence[str], *, count: int = 1) -> bytes:
    """Return the Word file in which the table's row around `place` stands once for each element of `list_name`.

    `column_names` are the columns, cell by cell; a cell of "" stays as it is, and `no` prints the number of the row.
    `count` rows, from the one at `place`, are samples of the same and become the one. Raises TemplateError when there
    is no such row or it cannot be repeated.
    """
    for name in (list_name, *filter(None, column_names)):
        require_name(name)
    word = read_word_text(docx)
    part, paragraph = located(word, place)
    row = nearest(paragraph, TR)
    if row is None or is_fallback(row):
        raise TemplateError("Di sini tidak ada tabel. Tandai kata dalam baris tabel yang akan diulang.")
    rows = [row, *row.itersiblings(TR)][:count]
    cells = row.findall(TC)
    if len(rows) < count or not any(column_names) or len(column_names) > len(cells):
        raise TemplateError(
            say("Baris ini mempunyai {cells} sel. Beri nama kolom untuk sebagian atau semuanya.", cells=len(cells))
        )
    for sample in rows:
        _require_repeatable(sample)
        if any(str(merged.get(f"{W}val", "continue")) == "continue" for merged in sample.iter(f"{W}vMerge")):
            raise TemplateError("Baris ini berisi sel yang digabung ke bawah. Pisahkan sel itu di Word dahulu.")
    for sample in rows[1:]:
        sample.getparent().remove(sample)
    row.addprevious(_row_of_tag(row, f"{{%tr for {ROW} in {list_name} %}}"))
    row.addnext(_row_of_tag(row, "{%tr endfor %}"))
    for cell, name in zip(cells, column_names, strict=False):
        if name:
            _write_alone(cell.findall(P), f"{{{{ {ROW}.{name} }}}}")
    return word.with_changes(part)


def mark_paragraph(docx: bytes, place: Place, name: str, *, count: int = 1) -> bytes:
    """Return the Word file in which the paragraph of `place` stands once for each element of the list `name`.

    `count` paragraphs, from that one, become the one. Raises TemplateError when they do not follow each other or cannot
    be repeated.
    """
    require_name(name)
    word = read_word_text(docx)
    part, paragraph = located(word, place)
    paragraphs = [paragraph, *paragraph.itersiblings(P)][:count]
    together = [paragraph, *paragraph.itersiblings()][:count]
    if paragraph.tag != P or paragraphs != together or is_fallback(paragraph):
        raise TemplateError("Alinea-alinea ini tidak berurutan. Tandai alinea yang langsung beriringan saja.")
    for each in paragraphs:
        _require_repeatable(each)
    for each in paragraphs[1:]:
        each.getparent().remove(each)
    paragraph.addprevious(_paragraph_of_tag(paragraph, f"{{%p for {LINE} in {name} %}}"))
    paragraph.addnext(_paragraph_of_tag(paragraph, "{%p endfor %}"))
    _write_alone([paragraph], f"{{{{ {LINE} }}}}")
    return word.with_changes(part)


def _require_repeatable(element: Any) -> None:
    """Raise TemplateError unless a row or paragraph holds nothing but text, and no tag yet."""
    text = "".join(text_of(paragraph) for paragraph in element.iter(P))
    tag = next(find_tags(text), None)
    if tag is not None:
        raise TemplateError(
            say("Di sini sudah ada tanda {tag}. Batalkan tanda itu, lalu tandai semuanya sekaligus.", tag=tag.text)
        )
    if any(inner.tag in _UNREPEATED for inner in element.iter()):
        raise TemplateError("Di sini ada gambar, catatan kaki, atau isian otomatis, yang tidak dapat diulang.")
    if "{" in text or "}" in text:
        raise TemplateError("Di sini ada kurung kurawal. Hapus kurung itu di Word, lalu unggah lagi.")


def _row_of_tag(row: Any, tag: str) -> Any:
    """Return a row like another that holds a tag alone."""
    copy = deepcopy(row)
    for number, cell in enumerate(copy.iterchildren(TC)):
        for table in cell.findall(f"{W}tbl"):
            cell.remove(table)
        _write_alone(cell.findall(P), tag if number == 0 else "")
    return copy


def _paragraph_of_tag(paragraph: Any, tag: str) -> Any:
    """Return a paragraph that holds a tag alone, in the look of another but without its number or bullet."""
    copy = etree.SubElement(etree.Element("x"), P, nsmap=paragraph.nsmap)
    look = paragraph.find(f"{W}pPr")
    if look is not None:
        copy.append(deepcopy(look))
        for number in copy.findall(f"{W}pPr/{W}numPr"):
            number.getparent().remove(number)
    _write_alone([copy], tag)
    return copy


def _write_alone(paragraphs: Sequence[Any], text: str) -> None:
    """Write a text as all that these paragraphs of a cell hold, in the look of the first letter; the others go."""
    if not paragraphs:
        raise TemplateError("Sel ini tidak berisi alinea. Isi dulu satu kata di Word, lalu unggah lagi.")
    paragraph, *others = paragraphs
    runs = [run for each in paragraphs for run in each.iter(R) if run.find(T) is not None]
    look = runs[0].find(f"{W}rPr") if runs else paragraph.find(f"{W}pPr/{W}rPr")
    for other in others:
        other.getparent().remove(other)
    for child in list(paragraph):
        if child.tag != f"{W}pPr":
            paragraph.remove(child)
    run = etree.SubElement(paragraph, R)
    if look is not None:
        run.append(deepcopy(look))
    element = etree.SubElement(run, T)
    element.text = text
    element.set(SPACE, "preserve")
