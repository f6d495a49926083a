"""Photos in a filled template: each in the package once, scaled within its box, named by its caption."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from typing import Any

import pytest
from docx import Document
from lxml import etree

from docgen.errors import TemplateError
from docgen.render.word.fill import render_docx
from docgen.render.word.prepare_photo import prepare_photo
from docgen.render.word.template import open_template
from templates_docx import FOLDER
from tests.support.files.word import edited
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import context, picture

KINDS = delivered_kinds()
REPORT = KINDS["laporan_instalasi"]
BODY = "word/document.xml"
SIZES = [(400, 300), (300, 400), (400, 225)]
PHOTOS = [prepare_photo(picture(*size)).data for size in SIZES]
NAMES = [f"{hashlib.sha256(photo).hexdigest()}.jpg" for photo in PHOTOS]
WITH_PHOTOS = ["berita_acara_penghapusan", "identifikasi_penghapusan", "laporan_instalasi", "laporan_pemeliharaan",
               "laporan_pemindahtempatan", "laporan_pengadaan", "laporan_penghapusan"]  # fmt: skip
NS = {
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
}


def filled(*shown: int, caption: str = "Rak & <kabel> 1", emblem: bytes | None = None) -> bytes:
    """A report that shows these of the photos, in this order."""
    foto = [{"file": NAMES[index], "caption": f"{caption} ({index})"} for index in shown]
    photos = {NAMES[index]: PHOTOS[index] for index in shown}
    return render_docx(REPORT.template, context(REPORT, {"foto": foto}, emblem=emblem), emblem=emblem, photos=photos)


def drawings(docx: bytes) -> list[Any]:
    """The properties of every picture in the body."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return list(etree.fromstring(package.read(BODY)).iterfind(".//wp:docPr", NS))


def test_kinds_with_photos_are_those_that_document_work() -> None:
    """Seven kinds ask for photos, none of them has to have any, and their examples have none."""
    assert [slug for slug, kind in KINDS.items() if any(one.type == "photos" for one in kind.fields)] == WITH_PHOTOS
    for slug in WITH_PHOTOS:
        assert not any(field.required for field in KINDS[slug].fields if field.type == "photos")
        assert "foto" not in KINDS[slug].example


@pytest.mark.parametrize("slug", WITH_PHOTOS)
def test_without_photos_there_is_no_annex(slug: str) -> None:
    """No heading, no placeholder picture, nothing in the package."""
    docx = render_docx(KINDS[slug].template, context(KINDS[slug]))
    document: Any = Document(io.BytesIO(docx))
    assert not any("Lampiran Laporan" in paragraph.text for paragraph in document.paragraphs)
    assert drawings(docx) == []
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        assert not [name for name in package.namelist() if "foto" in name]
        assert b'Extension="jpg"' in package.read("[Content_Types].xml")  # LibreOffice packs pictures as beside photos


def test_each_photo_is_in_the_package_once() -> None:
    """Shown three times, it is one part; its bytes are those that were given, and its relation leads there."""
    docx = filled(0, 1, 0, 0)
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        parts = {name: package.read(name) for name in package.namelist() if name.startswith("word/media/foto")}
        types = package.read("[Content_Types].xml").decode()
    assert parts == {"word/media/foto1.jpg": PHOTOS[0], "word/media/foto2.jpg": PHOTOS[1]}
    assert types.count('PartName="/word/media/foto') == 2
    document: Any = Document(io.BytesIO(docx))
    shown = [document.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed].blob
             for shape in document.inline_shapes]  # fmt: skip
    assert shown == [PHOTOS[index] for index in (0, 1, 0, 0)]


def test_a_photo_keeps_its_proportions_within_7_6_by_5_7_cm() -> None:
    """Landscape, portrait and wide: as large as fits."""
    document: Any = Document(io.BytesIO(filled(0, 1, 2)))
    sizes = [(round(shape.width.cm, 2), round(shape.height.cm, 2)) for shape in document.inline_shapes]
    assert sizes == [(7.6, 5.7), (4.28, 5.7), (7.6, 4.28)]


def test_captions_are_numbered_below_and_are_the_alternative_text() -> None:
    """What is printed below is what a screen reader says after the number, with signs of XML as they were typed."""
    docx = filled(0, 1, 2)
    wanted = [f"Rak & <kabel> 1 ({index})" for index in range(3)]
    found = drawings(docx)
    assert [one.get("descr") for one in found] == [f"Foto {at}: {one}" for at, one in enumerate(wanted, start=1)]
    assert len({one.get("id") for one in found}) == 3
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        text = "".join(etree.fromstring(package.read(BODY)).itertext())
    for number, caption in enumerate(wanted, start=1):
        assert text.count(f"Foto {number}. {caption}") == 1


def test_rows_of_photos_are_never_split() -> None:
    """Each row of the table of photos stays on one page, the last with the signature in it."""
    with zipfile.ZipFile(io.BytesIO(filled(0, 1, 2))) as package:
        tree = etree.fromstring(package.read(BODY))
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    rows = [row for row in tree.iter(f"{w}tr") if row.find(".//wp:docPr", NS) is not None]
    assert rows
    assert all(row.find(f"{w}trPr/{w}cantSplit") is not None for row in rows)
    assert "NIP" in "".join(rows[1].itertext())


def test_photos_and_an_emblem_do_not_get_in_each_others_way() -> None:
    """With a JPEG emblem every picture still is what it should be, and no content type is declared twice."""
    emblem = picture(30, 40, "JPEG")
    docx = filled(0, 1, emblem=emblem)
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        assert package.read("word/media/lambang.png") == emblem
        names = re.findall(r'PartName="([^"]+)"', package.read("[Content_Types].xml").decode())
        assert len(names) == len(set(names))
        assert len(package.namelist()) == len(set(package.namelist()))


def test_the_same_photos_give_the_same_file() -> None:
    """Rendering has no clock."""
    assert filled(0, 1, 2) == filled(0, 1, 2)


def test_a_photo_that_was_not_given_is_an_error() -> None:
    """A document never shows an empty box, or another picture, in place of a photo."""
    foto = [{"file": NAMES[0], "caption": "x"}]
    with pytest.raises(TemplateError, match="tidak dapat diisi"):
        render_docx(REPORT.template, context(REPORT, {"foto": foto}))
    with pytest.raises(TemplateError, match="bukan JPEG"):
        render_docx(REPORT.template, context(REPORT, {"foto": foto}), photos={NAMES[0]: b"x"})


def test_a_placeholder_without_size_is_named() -> None:
    """A picture damaged in Word is said when the template is opened."""
    template = (FOLDER / "laporan_instalasi" / "template.docx").read_bytes()
    damaged = edited(template, BODY, '<wp:extent cx="', '<wp:extent c="')
    with pytest.raises(TemplateError, match="'foto' tidak memiliki ukuran"):
        open_template(damaged)
