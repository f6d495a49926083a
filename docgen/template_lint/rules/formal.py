"""Rules for what every official letter has: a number, a signature block with room, and all its required fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docgen.errors import TemplateError
from docgen.kinds.check import missing_annexes, require_filled, unprinted_fields
from docgen.kinds.samples import sample_contexts
from docgen.render.pdf.paper import MM, TWIPS
from docgen.render.shared.insert import with_shared_parts
from docgen.render.stamps.signature_place import LOWEST
from docgen.render.word.package import STYLES, W
from docgen.render.word.template import compile_template
from docgen.template_lint.case import Case
from docgen.template_lint.finding import WHOLE_FILE, Finding, finding
from docgen.template_lint.opened import TextParagraph
from docgen.template_lint.tags import PlacedTag
from wording import say

NUMBER, SIGNER = "nomor", "penandatangan"
_NAME = f"{SIGNER}.nama"
_LINE = 12 * TWIPS  # of an empty paragraph, in Word's measure
_ROOM = LOWEST * TWIPS
_FURTHEST = 12  # paragraphs above a name that are looked at


def missing_number(case: Case) -> Iterator[Finding]:
    """Find that the letter prints no number, though its kind is numbered."""
    if NUMBER not in case.used_names and (case.sheet is None or case.sheet.numbered):
        yield finding(
            "no_number",
            WHOLE_FILE,
            "",
            say("Surat ini tidak mencetak nomornya."),
            say("Tulis {{{{ nomor }}}} di tempat nomor surat."),
        )


def missing_signature(case: Case) -> Iterator[Finding]:
    """Find that no signer is named, or that there is no room above the name for signature and stamp."""
    tags = [tag for flow in case.flows for tag in flow.tags]
    if any(tag.shared_file and SIGNER in tag.source for tag in tags):
        return  # the room is in the shared part
    names = [tag for tag in tags if _prints_name(tag)]
    if not names:
        if SIGNER not in case.used_names:
            yield finding(
                "no_signature",
                WHOLE_FILE,
                "",
                say("Surat ini tidak mencetak nama yang menandatangani."),
                say("Tulis {{{{ penandatangan.jabatan }}}}, ruang tanda tangan, lalu {{{{ penandatangan.nama }}}}."),
            )
        return
    if all(_room_above(case, tag.paragraph) < _ROOM for tag in names):
        yield case.at_tag(
            "no_signature_room",
            names[-1],
            say("Di atas nama penanda tangan tidak ada ruang untuk tanda tangan dan stempel."),
            say(
                "Beri paling sedikit {height} mm di atas nama itu, misalnya tiga baris kosong.",
                height=round(LOWEST / MM),
            ),
        )


def required_fields(case: Case) -> Iterator[Finding]:
    """Find required fields that the letter does not print, and annexes that it lacks."""
    if case.sheet is None:
        return
    for field in unprinted_fields(case.sheet, case.used_names):
        yield finding(
            "unprinted_field",
            WHOLE_FILE,
            field.name,
            say("Isian {label} wajib diisi tetapi tidak tercetak.", label=repr(field.label)),
            say("Tulis {{{{ {name} }}}} dalam templat, atau hapus isian itu dari formulir.", name=field.name),
        )
    for tag in missing_annexes(case.sheet, case.used_names):
        yield finding(
            "missing_annex",
            WHOLE_FILE,
            tag,
            say("Formulir memindahkan daftar panjang ke lampiran, tetapi templat ini tidak memuat lampirannya."),
            say("Tulis {{%p if {tag} %}} di sekitar lampiran itu, atau hapus annex_above.", tag=tag),
        )


def cannot_be_filled(case: Case) -> Finding | None:
    """Return a finding if the template cannot be opened, or not be filled with what its sheet gives."""
    try:
        template = compile_template(with_shared_parts(case.opened.docx, case.shared, "templat"), "templat")
        for context in sample_contexts(case.sheet) if case.sheet is not None else ():
            require_filled(template, context)
    except TemplateError as error:
        return finding(
            "cannot_be_filled",
            WHOLE_FILE,
            "",
            say("Templat ini tidak dapat diisi: {error}", error=error),
            say("Perbaiki tempat yang disebut, lalu unggah lagi."),
        )
    return None


def _prints_name(tag: PlacedTag) -> bool:
    return tag.source.startswith("{{") and _NAME in tag.source


def _room_above(case: Case, paragraph: TextParagraph) -> float:
    """Return the height of the empty room above a paragraph, in Word's measure."""
    styles = case.opened.tree(STYLES)
    room = _spacing(paragraph.element, styles, "before")
    above = [
        other for other in case.opened.paragraphs if other.part == paragraph.part and other.index < paragraph.index
    ]
    for other in reversed(above[-_FURTHEST:]):
        if other.text.strip() and not _is_only_statement(other.text):
            return room + _spacing(other.element, styles, "after")
        if not other.text.strip():
            room += max(_LINE, _row_height(other.element)) + _spacing(other.element, styles, "before")
    return room


def _is_only_statement(text: str) -> bool:
    """Return whether a paragraph holds a tag that goes with it."""
    return text.strip().startswith(("{%p", "{%tr", "{%tc"))


def _row_height(paragraph: Any) -> float:
    row = next(paragraph.iterancestors(f"{W}tr"), None)
    height = row.find(f"{W}trPr/{W}trHeight") if row is not None else None
    return _number(height.get(f"{W}val")) if height is not None else 0.0


def _spacing(paragraph: Any, styles: Any, side: str) -> float:
    """Return the space before or after a paragraph, its own or that of its style."""
    holder = paragraph.find(f"{W}pPr")
    reference = holder.find(f"{W}pStyle") if holder is not None else None
    for _ in range(_FURTHEST):
        spacing = holder.find(f"{W}spacing") if holder is not None else None
        if spacing is not None and spacing.get(f"{W}{side}") is not None:
            return _number(spacing.get(f"{W}{side}"))
        if reference is None or styles is None:
            return 0.0
        style = styles.find(f"{W}style[@{W}styleId='{reference.get(f'{W}val')}']")
        if style is None:
            return 0.0
        holder, reference = style.find(f"{W}pPr"), style.find(f"{W}basedOn")
    return 0.0


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
