"""A template is handed back with a comment at each fault, which Word and LibreOffice show at the right words."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from docx import Document
from lxml import etree

from docgen.installed.checks import commented_template
from docgen.template_lint.comments import with_comments
from docgen.template_lint.examine import examine
from docgen.template_lint.finding import Finding
from tests.support.files.templates import SHEET, template
from tests.support.files.word import unpacked
from tests.support.files.word_by_hand import field, para, part, run
from tests.support.hostile.templates import FAULTS, text_box
from tests.support.office.small_office import OFFICE

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_LEADS_NOWHERE = ("macros", "embedded_object", "external_content")  # to parts that the corpus does not make
_DC = "{http://purl.org/dc/elements/1.1/}"


def findings_of(docx: bytes) -> list[Finding]:
    """What the lint finds, with its own fonts."""
    return examine(docx, SHEET, OFFICE, {"liberation sans"})


def opened_in_libreoffice(docx: bytes, folder: Path) -> Mapping[str, list[tuple[str, str]]]:
    """The comments that LibreOffice reads, by author: the words each is at, and its text."""
    file = folder / "surat.docx"
    file.write_bytes(docx)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    soffice = shutil.which("soffice") or "soffice"
    subprocess.run(
        [soffice, profile, "--headless", "--convert-to", "fodt", "--outdir", str(folder), str(file)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    root = etree.parse(folder / "surat.fodt").getroot()
    comments: dict[str, list[tuple[str, str]]] = {}
    for note in root.iter(f"{_OFFICE}annotation"):
        text = " ".join("".join(each.itertext()) for each in note if each.tag.endswith("}p"))
        comments.setdefault(note.findtext(f"{_DC}creator", ""), []).append((_words_at(root, note), text))
    return comments


def _words_at(root: etree._Element, note: etree._Element) -> str:
    """The text between the begin of a comment and its end, without the comments in it."""
    name, words, inside = note.get(f"{_OFFICE}name"), "", False
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag == f"{_OFFICE}annotation-end" and element.get(f"{_OFFICE}name") == name:
            return words
        in_note = any(each.tag == f"{_OFFICE}annotation" for each in (element, *element.iterancestors()))
        if event == "start" and inside and not in_note:
            words += element.text or ""
        if event == "end" and element is note:
            inside = True
        if event == "end" and inside and (not in_note or element.tag == f"{_OFFICE}annotation"):
            words += element.tail or ""
    return words


def test_libreoffice_shows_each_comment_at_its_words(tmp_path: Path) -> None:
    """In split runs, tables, content controls, links, fields and headers; a comment of the author's stays."""
    own = '<w:commentRangeStart w:id="4"/>' + run("Periksa ini") + '<w:commentRangeEnd w:id="4"/>'
    reference = '<w:r><w:commentReference w:id="4"/></w:r>'
    docx = template(
        para("Isi {", "{ ha", "ll }} lagi ", run("dan {{ uraiann }}", "<w:b/>"), " akhir {{ tugas }}"),
        f"<w:tbl><w:tr><w:tc>{para('Sel {{ sell }} penuh')}</w:tc></w:tr></w:tbl>",
        f"<w:sdt><w:sdtContent>{para('Kontrol {hal} ini')}</w:sdtContent></w:sdt>",
        para("Ini ", f"<w:sdt><w:sdtContent>{run('{ambil}')}</w:sdtContent></w:sdt>", " juga"),
        para("Tanggal ", field("DATE", "1 Mei"), " ini"),
        text_box(para("Kotak {{ kotakk }}")),
        para(own, reference),
        parts={
            "word/header1.xml": part("hdr", para("Kepala {{ haal }}")),
            "word/comments.xml": part(
                "comments", f'<w:comment w:id="4" w:author="Siti">{para("Sudah benar?")}</w:comment>'
            ),
        },
    )
    findings = findings_of(docx)
    comments = opened_in_libreoffice(with_comments(docx, findings), tmp_path)
    assert comments["Siti"] == [("Periksa ini", "Sudah benar?")]
    words = [words for words, _ in comments["docgen"]]
    for expected in ("{{ hall }}", "{{ uraiann }}", "{{ tugas }}", "{{ sell }}", "{ambil}"):
        assert expected in words
    assert any(each.strip() == "Kontrol {hal} ini" for each in words)
    texts = [text for _, text in comments["docgen"]]
    assert len(texts) == len(findings)
    assert all(text.startswith(("Kesalahan: ", "Peringatan: ", "Saran: ")) for text in texts)
    assert any("DATE" in text for text in texts)
    assert any("{{ haal }}" in text for text in texts)
    assert any("{{ kotakk }}" in text for text in texts)


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.rule not in _LEADS_NOWHERE])
def test_word_files_with_comments_are_sound(name: str) -> None:
    """python-docx opens each commented template of the corpus; the text of the letter is as before."""
    docx = FAULTS[name].make()
    findings = findings_of(docx)
    commented = with_comments(docx, findings)
    assert _text(commented) == _text(docx)
    own = [comment for comment in Document(io.BytesIO(commented)).comments if comment.author == "docgen"]
    assert [comment.text.partition("\n")[2] for comment in own] == [finding.suggestion for finding in findings]


def test_comments_are_written_in_the_child() -> None:
    """The service's own process opens no template of strangers."""
    docx = FAULTS["unknown name"].make()
    findings = findings_of(docx)
    assert commented_template(docx, findings) == with_comments(docx, findings)


def _text(docx: bytes) -> list[str]:
    body = etree.fromstring(unpacked(docx)["word/document.xml"])
    return ["".join(paragraph.itertext("{*}t")) for paragraph in body.iter("{*}p")]
