"""Passages that letters and reports share: lettered and numbered lists, optional parts, tables, the foot, tembusan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from templates_docx._authoring.blocks import bookmark, end_of_table, grid, signature, small_paragraph
from templates_docx._authoring.lampiran import either, list_annex
from templates_docx._authoring.markup import TEXT_WIDTH, cell, paragraph, row, steer, table
from templates_docx._authoring.nota_dinas import ASSET_COLUMNS, ASSET_ROWS, ASSET_TITLE
from templates_docx._authoring.numbering import HANGING, list_of

COPIES_TOGETHER = 20  # posts under "Tembusan" that stay with the signature
Columns = Sequence[tuple[str, float, str, str]]

PERIOD = "{{ tanggal_mulai }}{% if tanggal_selesai != tanggal_mulai %} sampai dengan {{ tanggal_selesai }}{% endif %}"


def only_if(condition: str, content: str) -> str:
    """Paragraphs and tables that are there only under a condition."""
    return steer("p", f"if {condition}") + content + steer("p", "endif")


def texts(name: str, *, indent: float | None = None) -> str:
    """Each text of a paragraphs field."""
    return (
        steer("p", f"for alinea in {name}") + paragraph("{{ alinea }}", "Alinea", indent=indent) + steer("p", "endfor")
    )


def items(
    name: str,
    *,
    form: str = "1.",
    indent: float = HANGING,
    hanging: float = HANGING,
    style: str = "Butir",
    more: bool = False,
) -> str:
    """Each text of a list field as an item of the list of this name; its text stands `indent` cm from the margin.

    One text alone has no number, unless the template has `more` items of the same list.
    """
    return (
        steer("p", f"for satu in {name}")
        + ("" if more else steer("p", "if loop.length > 1"))
        + paragraph("{{ satu }}", style, number=list_of(name, form, indent=indent, hanging=hanging))
        + ("" if more else steer("p", "else") + paragraph("{{ satu }}", style, indent=indent - hanging))
        + ("" if more else steer("p", "endif"))
        + steer("p", "endfor")
    )


def facts(rows: Sequence[tuple[str, str]], *, label_width: float) -> str:
    """`Label : value` lines, none of them parted by the end of a page."""
    widths = [label_width, 0.4, TEXT_WIDTH - label_width - 0.4]
    made = [
        row(
            [cell(paragraph(text, "Rincian"), width=width) for text, width in zip(line, widths, strict=True)],
            whole=True,
        )
        for line in ((label, ":", value) for label, value in rows)
    ]
    return table(widths, made) + paragraph("", "Garis")


@dataclass(frozen=True)
class Listing:
    """A table of the list `name` under the sentence `lead`, there only when it has rows; `one` is the row's tag.

    Of a kind that annexes long lists, a long one stands in an annex with this `title`.
    """

    name: str
    lead: str
    columns: Columns
    one: str
    title: str
    rows: str = "baris"

    def body(self) -> str:
        """What stands in the letter."""
        return only_if(self.name, either(self.name, self._table() + paragraph("", "Garis"), self.lead))

    def annex(self, document: str, signed: str = "") -> str:
        """The annex of a `document`, signed by its signer or as `signed` says."""
        return list_annex(self.name, document, self.title, listed=self._table(), rows=self.rows, signed=signed)

    def _table(self) -> str:
        return grid(self.columns, each=f"{self.one} in {self.name}")


def asset_listing(lead: str, columns: Columns = ASSET_COLUMNS) -> Listing:
    """The assets the document is about, if any."""
    return Listing("aset", lead, columns, "a", ASSET_TITLE, ASSET_ROWS)


def closed(closing: str, *dated: str, copied: bool = False, marked: bool = False, signed: str = "") -> str:
    """The closing words, then place and date over the signature on the right, and the copies: all on one page.

    One whole row, for LibreOffice at times parts a chain of paragraphs that are kept with the next. Copies beyond
    `COPIES_TOGETHER`, which would leave no room for the letter, run on below. A letter that is dated at its head is
    `marked` for stamps here. `signed` stands in the place of the signer's block.
    """
    lines = "".join(paragraph(line, "TandaTangan", indent=8.0) for line in dated)
    mark = (
        small_paragraph(bookmark("cap")) if dated or marked else ""
    )  # where docgen.render.stamps.free_space puts stamps; not in an annex
    content = closing + mark + paragraph("", "Garis", before=4) + lines + (signed or signature("penandatangan"))
    content += _copies() if copied else ""
    whole = table([TEXT_WIDTH], [row([cell(content, width=TEXT_WIDTH)], whole=True)]) + end_of_table()
    more = f"tembusan[{COPIES_TOGETHER}:]"
    return whole + (only_if(f"tembusan|length > {COPIES_TOGETHER}", _copied(more)) if copied else "")


def _copies() -> str:
    """Tembusan, bottom left: posts; numbered only when they are more than one."""
    return only_if(
        "tembusan",
        paragraph("{{ kalimat.judul_tembusan }}", "Rincian", before=18)
        + steer("p", "if tembusan|length > 1")
        + _copied(f"tembusan[:{COPIES_TOGETHER}]")
        + steer("p", "else")
        + paragraph("{{ tembusan|first }}", "Rincian")
        + steer("p", "endif"),
    )


def _copied(posts: str) -> str:
    """Posts of the one numbered list."""
    return (
        steer("p", f"for satu in {posts}")
        + paragraph("{{ satu }}", "Rincian", number=list_of("tembusan"))
        + steer("p", "endfor")
    )
