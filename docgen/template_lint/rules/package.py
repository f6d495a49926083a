"""Rules for the parts of the file beside its text: programs, other files in it, and what it would fetch."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.render.word.package import Relation, W
from docgen.render.word.strip_template import EMBEDDED_DOCUMENTS
from docgen.template_lint.case import Case
from docgen.template_lint.finding import WHOLE_FILE, Finding, finding
from wording import say

_MACROS = ("/vbaProject", "/wordVbaData", "/keyMapCustomizations", "/attachedToolbars")
_MACRO_TYPES = ("macroEnabled.main+xml", "macroEnabledTemplate.main+xml")
_OBJECTS = ("/oleObject", "/package", "/control", "/activeXControlBinary")
_IMPORTED = ("/aFChunk", "/subDocument")
_MAIL_MERGE = ("/mailMergeSource", "/mailMergeHeaderSource", "/recipientData", "/mailMergeRecipientData")
_HYPERLINK, _TEMPLATE = "/hyperlink", "/attachedTemplate"
_LOCAL = re.compile(r"(?:file:/{0,3})?[a-z]:[\\/]|file:///(?![\\/])|(?![\\/]{2})[^:]*$", re.IGNORECASE)  # a disk's
_ADDRESS = re.compile(r"(?:^|/)[a-z][a-z0-9+.-]+:/", re.IGNORECASE)


def foreign_contents(case: Case) -> Iterator[Finding]:
    """Find macros, embedded objects and files, and relations that lead out of the file."""
    if _has_macro_type(case):
        yield _macros()
    for name in case.opened.parts:
        if name.endswith(".rels"):
            source = _source_of(name)
            for id, relation in case.opened.relations(source).items():
                yield from _judge(case, source, id, relation)


def embedded_documents(case: Case) -> Iterator[Finding]:
    """Find places where another document is to be inserted when the file is opened."""
    for part, tree in case.opened.trees.items():
        for name, what in EMBEDDED_DOCUMENTS.items():
            for element in tree.iter(f"{W}{name}"):
                yield case.at_element(
                    "embedded_document",
                    part,
                    element,
                    say("Di sini disisipkan {what}.", what=what),
                    say("Salin isinya ke dalam templat."),
                )


def _judge(case: Case, source: str, id: str, relation: Relation) -> Iterator[Finding]:
    kind = relation.kind
    if kind.endswith(_MACROS):
        if not _has_macro_type(case):
            yield _macros()
    elif kind.endswith(_OBJECTS):
        yield _at_use(
            case,
            "embedded_object",
            source,
            id,
            say("Di sini ada objek dari program lain (OLE atau ActiveX)."),
            say("Hapus objeknya; sisipkan sebagai gambar atau tabel biasa."),
        )
    elif kind.endswith(_MAIL_MERGE):
        yield finding(
            "mail_merge",
            WHOLE_FILE,
            "",
            say("Templat ini terhubung dengan data surat massal Word."),
            say("Tidak perlu diubah: hubungannya dilepas. Isian ditulis sebagai {{{{ nama }}}}."),
        )
    elif relation.outside and kind.endswith(_TEMPLATE):
        yield _attached_template(relation)
    elif relation.outside and kind.endswith(_HYPERLINK):
        yield _at_use(
            case,
            "hyperlink",
            source,
            id,
            say("Di sini ada tautan ke luar, yang dapat diklik dalam PDF."),
            say("Biarkan bila memang perlu; periksa alamatnya."),
        )
    elif relation.outside or _ADDRESS.search(relation.target):
        yield _at_use(
            case,
            "external_content",
            source,
            id,
            say("Di sini ada gambar atau isi yang diambil dari luar berkas ini, dan tidak akan tercetak."),
            say("Sisipkan gambar atau isinya ke dalam templat (Insert > Pictures > This Device), tanpa tautan."),
        )


def _attached_template(relation: Relation) -> Finding:
    if not _LOCAL.match(relation.target.strip()):
        return finding(
            "remote_template",
            WHOLE_FILE,
            "",
            say("Berkas ini mengambil templat Word lain dari jaringan saat dibuka."),
            say("Lepaskan di Word (Developer > Document Template), atau salin isinya ke dokumen Word baru."),
        )
    return finding(
        "attached_template",
        WHOLE_FILE,
        "",
        say("Berkas ini memakai templat Word di komputer pembuatnya."),
        say("Tidak perlu diubah: hubungannya dilepas."),
    )


def _macros() -> Finding:
    return finding(
        "macros",
        WHOLE_FILE,
        "",
        say("Berkas ini memuat makro."),
        say("Simpan dari Word sebagai 'Word Document (*.docx)', yang tidak memuat makro."),
    )


def _has_macro_type(case: Case) -> bool:
    return any(ending.encode() in case.opened.parts["[Content_Types].xml"] for ending in _MACRO_TYPES)


def _at_use(case: Case, rule: str, source: str, id: str, message: str, suggestion: str) -> Finding:
    """Return a finding where a relation is used; of the whole file if no text uses it."""
    tree = case.opened.trees.get(source)
    if tree is not None:
        for element in tree.iter("*"):
            if id in element.attrib.values():
                return case.at_element(rule, source, element, message, suggestion)
    return finding(rule, WHOLE_FILE, "", message, suggestion)


def _source_of(relations: str) -> str:
    """Return the part to which a part of relations belongs; "" for those of the package."""
    folder, _, name = relations.rpartition("/")
    return f"{folder.removesuffix('_rels')}{name.removesuffix('.rels')}"
