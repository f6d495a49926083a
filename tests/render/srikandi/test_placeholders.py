"""Placeholders for SRIKANDI: whole in one run, the signature's above the name that signs, in every signature block."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document

from docgen.errors import TemplateError
from docgen.render.srikandi.placeholders import (
    DATE,
    NUMBER,
    SIGNATURE,
    lowercase_placeholders,
    with_signature_placeholder,
)
from docgen.render.word.fill import render_docx
from docgen.typesetting import plain_text
from templates_docx._authoring.markup import cell, paragraph, row, run, table
from tests.support.files.word import edited, unpacked
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import KASI, USER, context, picture

KINDS = delivered_kinds()
BODY = "word/document.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAME = KASI.name


def body_of(*content: str) -> bytes:
    """The Word file of a letter with this body."""
    letter = render_docx(KINDS["nota_dinas"].template, context(KINDS["nota_dinas"]))
    xml = unpacked(letter)[BODY].decode()
    start, end = xml.index("<w:body>") + len("<w:body>"), xml.rindex("<w:sectPr")
    return edited(letter, BODY, xml[start:end], "".join(content))


def paragraphs(docx: bytes) -> list[Any]:
    """Every paragraph in the order of the file, those in tables too."""
    return list(Document(io.BytesIO(docx)).element.body.iter(f"{W}p"))


def lines(docx: bytes) -> list[str]:
    """The text of every paragraph."""
    return [plain_text("".join(text.text or "" for text in one.iter(f"{W}t"))) for one in paragraphs(docx)]


def named(**look: Any) -> str:
    """The paragraph of the signer's name."""
    return paragraph(run(NAME, bold=True, underline=True), "TandaTangan", **look)


@pytest.mark.parametrize("kind", KINDS)
def test_every_signature_block_gets_one_placeholder_over_the_signer(kind: str) -> None:
    """With every optional signer, the placeholder stands once, in the paragraph before the name of who signs."""
    filled = render_docx(KINDS[kind].template, context(KINDS[kind]))
    signed = with_signature_placeholder(filled, [NAME])
    before, after = lines(filled), lines(signed)
    place = after.index(SIGNATURE)
    assert after[place + 1] == NAME
    assert after[:place] + after[place + 1 :] == before
    assert NAME not in before[place + 1 :] or any(line.upper().startswith("LAMPIRAN") for line in before[place + 1 :])


def test_the_room_above_the_name_goes_above_the_placeholder() -> None:
    """Both paragraphs have the look of the name; the 54 pt stand above the new one, which has a run of its own."""
    made = paragraphs(
        with_signature_placeholder(body_of(named(indent=8.0, before=54, after=3, keep_next=True)), [NAME])
    )
    [placeholder, name] = made
    looks = [one.find(f"{W}pPr") for one in made]
    spacings = [look.find(f"{W}spacing") for look in looks]
    assert [spacing.get(f"{W}before") for spacing in spacings] == ["1080", "0"]
    assert [spacing.get(f"{W}after") for spacing in spacings] == ["60", "60"]
    assert [child.tag for child in looks[0]] == [child.tag for child in looks[1]]
    assert [one.find(f"{W}t").text for one in placeholder.iter(f"{W}r")] == [SIGNATURE]
    assert len(list(name.iter(f"{W}r"))) == 1


def test_a_name_without_room_gets_none() -> None:
    """A name whose paragraph says nothing of its look is left as it is."""
    made = paragraphs(with_signature_placeholder(body_of(f"<w:p>{run(NAME)}</w:p>"), [NAME]))
    assert [one.find(f"{W}pPr") for one in made] == [None, None]


def test_only_a_line_of_its_own_is_the_name() -> None:
    """A name within a sentence, or that of somebody else, is no signature; one parted into runs and spaces is."""
    parted = f"<w:p>{run('Rahmad  ')}{run('Hidayat, ')}{run('S.Kom. ')}</w:p>"
    text = [paragraph(f"Menugaskan {NAME}."), named(), paragraph(USER.name), parted, paragraph(f"{NAME},")]
    assert lines(with_signature_placeholder(body_of(*text), [NAME])).index(SIGNATURE) == 3


def test_any_of_the_names_signs() -> None:
    """The last of the paragraphs that are one of the names, whichever it is."""
    made = lines(with_signature_placeholder(body_of(named(), paragraph(USER.name)), [USER.name, NAME]))
    assert made == [NAME, SIGNATURE, USER.name]


@pytest.mark.parametrize(
    "annex",
    [
        paragraph("LAMPIRAN SURAT", new_page=True),
        paragraph('<w:r><w:br w:type="page"/></w:r>') + paragraph("LAMPIRAN"),
        paragraph('<w:r><w:br w:type="page"/></w:r>' + run("LAMPIRAN I")),
        '<w:p><w:pPr><w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:pPr></w:p>' + paragraph("LAMPIRAN"),
        '<w:p><w:pPr><w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:pPr></w:p>'
        + table([8, 8], [row([cell(paragraph(), width=8), cell(paragraph("Lampiran Laporan"), width=8)])]),
    ],
)
def test_an_annex_is_not_the_main_signature(annex: str) -> None:
    """However the annex opens its page, the name before it is taken, not the one that signs the annex."""
    assert lines(with_signature_placeholder(body_of(named(), annex, named()), [NAME]))[:2] == [SIGNATURE, NAME]


def test_a_word_lampiran_within_the_page_ends_nothing() -> None:
    """A line of the text that begins so is no annex; a letter signed in its annex alone is signed there."""
    within = lines(with_signature_placeholder(body_of(named(), paragraph("LAMPIRAN: -"), named()), [NAME]))
    assert within == [NAME, "LAMPIRAN: -", SIGNATURE, NAME]
    alone = lines(with_signature_placeholder(body_of(paragraph("LAMPIRAN", new_page=True), named()), [NAME]))
    assert alone == ["LAMPIRAN", SIGNATURE, NAME]


def test_the_end_of_a_section_is_not_doubled() -> None:
    """A name that ends a section still does so alone."""
    section = '<w:p><w:pPr><w:spacing w:before="1080"/><w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:pPr>'
    [placeholder, name] = paragraphs(with_signature_placeholder(body_of(f"{section}{run(NAME)}</w:p>"), [NAME]))
    assert placeholder.find(f"{W}pPr/{W}sectPr") is None
    assert name.find(f"{W}pPr/{W}sectPr") is not None


def test_a_letter_that_nobody_signs_is_told() -> None:
    """The message names the signer and what to do."""
    with pytest.raises(TemplateError, match=r"Rahmad Hidayat, S\.Kom\..*baris tersendiri"):
        with_signature_placeholder(body_of(paragraph("Tanpa tanda tangan.")), [NAME])


@pytest.mark.parametrize("data", [b"", b"bukan Word", b"PK\x03\x04" + bytes(40)])
def test_what_is_no_word_file_is_told(data: bytes) -> None:
    """Anything that cannot be opened is one error, whichever function reads it."""
    for change in (lowercase_placeholders, lambda docx: with_signature_placeholder(docx, [NAME])):
        with pytest.raises(TemplateError, match="bukan dokumen Word"):
            change(data)


def test_a_damaged_body_is_told() -> None:
    """XML cut short is refused."""
    with pytest.raises(TemplateError, match="rusak"):
        with_signature_placeholder(edited(body_of(named()), BODY, "</w:body>", ""), [NAME])


def test_capitals_do_not_change_a_placeholder() -> None:
    """An annex prints the date in capitals; its placeholder stays as SRIKANDI writes it, other text stays as it is."""
    made = lines(lowercase_placeholders(body_of(paragraph(f"TANGGAL {DATE.upper()} {NUMBER.upper()} ${{HAL}} $"))))
    assert made == [f"TANGGAL {DATE} {NUMBER} ${{HAL}} $"]


def test_the_same_file_gives_the_same_bytes() -> None:
    """Twice made is once made, and only the body differs from what was given; pictures stay."""
    letter = render_docx(KINDS["nota_dinas"].template, context(KINDS["nota_dinas"]), emblem=picture(30, 40))
    made = [with_signature_placeholder(lowercase_placeholders(letter), [NAME]) for _ in range(2)]
    assert made[0] == made[1]
    old, new = unpacked(letter), unpacked(made[0])
    assert list(old) == list(new)
    assert [name for name in old if old[name] != new[name]] == [BODY]
