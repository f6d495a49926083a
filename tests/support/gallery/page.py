"""The gallery as one web page: every letter's pages as pictures beside what they must show and what a check found."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

import pypdfium2

from tests.support.gallery.rules import RULES

DPI = 70
_STYLE = """body{font:14px/1.4 "Liberation Sans",Arial,sans-serif;margin:1rem 2rem;color:#222}
nav a{margin-right:.8rem;white-space:nowrap}
section{border-top:2px solid #999;margin-top:1.5rem}
section>div{display:flex;flex-wrap:wrap;gap:.7rem}
img{border:1px solid #bbb;background:#fff}
.found{color:#a30000;margin:.2rem 0}
td,th{text-align:left;padding:.15rem .8rem .15rem 0;vertical-align:top}"""


@dataclass(frozen=True)
class Exhibit:
    """What the gallery shows of one PDF: its group and name, what it must show, and what the rules found wrong."""

    group: str
    name: str
    shows: str
    pdf: bytes
    findings: dict[str, list[str]]


def gallery_page(exhibits: Iterable[Exhibit]) -> str:
    """Return the page, complete in itself."""
    sections, groups, failed = [], dict[str, None](), dict[str, int]()
    for exhibit in exhibits:
        first = exhibit.group not in groups
        groups[exhibit.group] = None
        for rule in exhibit.findings:
            failed[rule] = failed.get(rule, 0) + 1
        sections.append(_section(exhibit, first))
    links = "".join(f'<a href="#{html.escape(group)}">{html.escape(group)}</a>' for group in groups)
    rules = "".join(
        f"<tr><td>{html.escape(rule.name)}<td>{html.escape(rule.sentence)}<td>{html.escape(rule.source)}"
        f"<td>{failed.get(rule.name, 0) or ''}"
        for rule in RULES
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery</title><style>{_STYLE}</style>'
        f"<h1>Gallery</h1><nav>{links}</nav><h2>Rules</h2>"
        f"<table><tr><th>rule<th>says<th>source<th>broken by{rules}</table>{''.join(sections)}</html>\n"
    )


def pictures(pdf: bytes, dpi: int = DPI) -> Iterator[bytes]:
    """Yield every page as a WebP picture."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        for at in range(len(document)):
            with closing(document[at]) as page, closing(page.render(scale=dpi / 72)) as bitmap:
                out = io.BytesIO()
                bitmap.to_pil().save(out, "WEBP", quality=60, method=0)
                yield out.getvalue()


def _section(exhibit: Exhibit, first: bool) -> str:
    anchor = f' id="{html.escape(exhibit.group)}"' if first else ""
    found = "".join(
        f'<p class="found"><b>{html.escape(rule)}</b> {html.escape("; ".join(said[:6]))}'
        + (f" and {len(said) - 6} more" if len(said) > 6 else "")
        for rule, said in exhibit.findings.items()
    )
    shown = "".join(
        f'<img loading="lazy" alt="page {number}" src="data:image/webp;base64,{base64.b64encode(data).decode()}">'
        for number, data in enumerate(pictures(exhibit.pdf) if exhibit.pdf else (), start=1)
    )
    name, shows = html.escape(exhibit.name), html.escape(exhibit.shows)
    return f"<section{anchor}><h3>{name}</h3><p>{shows}{found}<div>{shown}</div></section>"
