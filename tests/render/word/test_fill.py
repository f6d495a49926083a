"""Filling a Word template: what is written comes out as written, and wrong tags are named."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from docx import Document
from PIL import Image

from docgen.errors import TemplateError
from docgen.kinds.kind import Kind
from docgen.render.word.fill import render_docx
from docgen.render.word.template import open_template
from templates_docx import FOLDER
from tests.support.files.word import edited, text_of, unpacked
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import OFFICE, context, picture

KINDS = delivered_kinds()


NOTA = KINDS["nota_dinas"].whole


BODY = "word/document.xml"


HEADER = "word/header1.xml"


@pytest.fixture
def nota() -> Kind:
    """The Nota Dinas."""
    return KINDS["nota_dinas"]


@pytest.mark.parametrize(
    "value",
    [
        "Tanah & bangunan <b>\"tebal\"</b> 'kutip'",
        "{{ 7*7 }} {% for x in y %} {# catatan #} {%p if z %}",
        "{_{ nama }_} {_% if %_}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "baris satu\nbaris dua\n\tmenjorok",
        "🚀 emoji, العربية، עברית, 中文, ẽ̂",
        "A" * 3000,
        "]]></w:t></w:r></w:p>",
        "&amp; &#65; &lt;",
    ],
)
def test_values_come_out_literally(nota: Kind, value: str) -> None:
    """Markup, tags, line breaks, any script: what the clerk wrote is what the Word file says."""
    docx = render_docx(nota.template, context(nota, {"isi": value, "hal": value[:400]}))
    paragraphs = text_of(docx)
    assert value in paragraphs
    assert value[:400] in paragraphs


def test_values_from_registers_cannot_break_the_file(nota: Kind) -> None:
    """A character that XML cannot hold is shown as a replacement, and the file still opens."""
    given = context(nota)
    given["aset"][0]["nama"] = "Rusak\x00\ud800\x0b"
    assert "Rusak\ufffd\ufffd\ufffd" in text_of(render_docx(nota.template, given))


def test_the_same_arguments_give_the_same_bytes(nota: Kind) -> None:
    """Rendering has no clock and no chance in it."""
    properties: dict[str, str | dt.datetime] = {"title": "Nota", "created": dt.datetime(2026, 11, 23, tzinfo=dt.UTC)}
    one, two = (render_docx(nota.template, context(nota), properties=properties) for _ in range(2))
    assert one == two


def test_core_properties_are_those_given(nota: Kind) -> None:
    """Title, subject, author and date of creation are set, with & and < as written."""
    docx = render_docx(
        nota.template,
        context(nota),
        properties={
            "title": "Nota Dinas & <1>",
            "subject": "{{ 7*7 }}",
            "author": OFFICE.name,
            "created": dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=8))),
        },
    )
    properties = Document(io.BytesIO(docx)).core_properties
    assert properties.title == "Nota Dinas & <1>"
    assert properties.subject == "{{ 7*7 }}"
    assert properties.author == OFFICE.name
    assert properties.created == dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def test_bytes_path_and_opened_template_render_alike(nota: Kind, tmp_path: Path) -> None:
    """A template may be given in any of the three forms."""
    path = tmp_path / "templat.docx"
    path.write_bytes(NOTA)
    expected = render_docx(nota.template, context(nota))
    assert render_docx(NOTA, context(nota)) == expected
    assert render_docx(path, context(nota)) == expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("{{ halaman_rahasia }}", "halaman_rahasia"),
        ("{{ kantor.pendiri }}", "pendiri"),
        ("{{ kantor.__class__ }}", "__class__"),
        ("{{ kantor.keys() }}", "keys"),
        ("{{ hal.__class__.__mro__ }}", "__class__"),
        ("{{ aset }}", "daftar"),
        ("{{ hal + 1 }}", "hal + 1"),
        ("{{ 1 / 0 }}", "1 / 0"),
        ("{% include 'x' %}", "include"),
    ],
)
def test_a_tag_that_cannot_be_filled_is_named(nota: Kind, tag: str, expected: str) -> None:
    """Unknown names, the inside of Python, lists, errors of any sort: TemplateError with the tag and its text."""
    spoilt = open_template(edited(NOTA, BODY, "{{ hal }}", tag), "templat.docx")
    with pytest.raises(TemplateError, match=r"templat\.docx: isi: ") as caught:
        render_docx(spoilt, context(nota))
    assert expected in str(caught.value)


@pytest.mark.parametrize("tag", ["{{ hal|attr('x') }}", "{{ hal|safe }}", "{{ hal|tojson }}", "{{ hal|pprint }}"])
def test_only_the_few_safe_filters_exist(tag: str) -> None:
    """A filter that reaches attributes, or lets XML through, is refused when the template is opened."""
    with pytest.raises(TemplateError, match="tanda salah tulis"):
        open_template(edited(NOTA, BODY, "{{ hal }}", tag))


def test_only_plain_data_goes_in(nota: Kind) -> None:
    """An object in the context is a mistake of the caller and never reaches a template."""
    with pytest.raises(TypeError, match="hal"):
        render_docx(nota.template, context(nota) | {"hal": object()})


def test_a_doctype_in_a_template_is_refused() -> None:
    """No entity is ever expanded."""
    bomb = edited(NOTA, BODY, "<w:document", '<!DOCTYPE a [<!ENTITY x "y">]><w:document')
    with pytest.raises(TemplateError, match="DOCTYPE"):
        open_template(bomb)


@pytest.mark.parametrize(
    ("width", "height"), [(300, 360), (1000, 200), (90, 400)], ids=["like the box", "wide", "tall"]
)
def test_the_emblem_keeps_its_proportions_within_its_box(nota: Kind, width: int, height: int) -> None:
    """Whatever is uploaded is fitted, not stretched, into the letterhead's box."""
    emblem = picture(width, height)
    docx = render_docx(nota.template, context(nota), emblem=emblem)
    kept = Image.open(io.BytesIO(unpacked(docx)["word/media/lambang.png"]))
    assert kept.width / kept.height == pytest.approx(width / height, rel=0.02)
    section = Document(io.BytesIO(docx)).sections[0]
    extent = section.first_page_header._element.xpath(".//wp:extent")[0]
    cx, cy = int(extent.get("cx")), int(extent.get("cy"))
    assert cx / cy == pytest.approx(width / height, rel=0.01)
    assert cx <= 684_000
    assert cy <= 846_000


def test_an_emblem_larger_than_print_is_made_smaller_once(nota: Kind) -> None:
    """A photo of 12 megapixels weighs on no letter: 300 dpi in its box are kept; a small one stays byte for byte."""
    large = unpacked(render_docx(nota.template, context(nota), emblem=picture(3000, 4000)))["word/media/lambang.png"]
    assert Image.open(io.BytesIO(large)).size == (208, 277)
    small = picture(30, 36)
    assert unpacked(render_docx(nota.template, context(nota), emblem=small))["word/media/lambang.png"] == small


def test_without_an_emblem_no_picture_is_left(nota: Kind) -> None:
    """The placeholder is never printed."""
    assert b"<w:drawing" not in unpacked(render_docx(nota.template, context(nota)))[HEADER]


def test_a_jpeg_emblem_is_declared_as_one(nota: Kind) -> None:
    """Word reads the type from the package, not from the name."""
    docx = render_docx(nota.template, context(nota), emblem=picture(30, 36, "JPEG"))
    image = next(part for part in Document(io.BytesIO(docx)).part.package.iter_parts() if "media" in part.partname)
    assert image.content_type == "image/jpeg"
    assert Image.open(io.BytesIO(image.blob)).format == "JPEG"


def test_an_emblem_that_is_no_picture_is_refused(nota: Kind) -> None:
    """Said in words, not as a broken letter."""
    with pytest.raises(TemplateError, match="PNG atau JPEG"):
        render_docx(nota.template, context(nota), emblem=b"<svg/>")


def test_paper_can_be_f4(nota: Kind) -> None:
    """Folio 215 x 330 mm, as some regencies print; without it the template's own size."""
    section = Document(io.BytesIO(render_docx(nota.template, context(nota), paper="F4"))).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (215, 330)
    section = Document(io.BytesIO(render_docx(nota.template, context(nota)))).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_templates_are_lean() -> None:
    """Only used styles: a small styles.xml is what makes conversion fast."""
    for slug in (*KINDS, "_bundel", "_bundel_daftar", "_bundel_label", "_bundel_lembar"):
        parts = unpacked((FOLDER / slug / "template.docx").read_bytes())
        assert len(parts["word/styles.xml"]) < 6_000, slug
        assert b"latentStyles" not in parts["word/styles.xml"], slug
        assert not {"word/stylesWithEffects.xml", "docProps/thumbnail.jpeg", "word/theme/theme1.xml"} & set(parts), slug
