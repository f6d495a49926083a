"""What may stand in a tag, and what is said of one that cannot be read."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from docgen.errors import TemplateError
from docgen.render.word.fill import render_docx
from docgen.render.word.tag_check import check_tags
from docgen.render.word.template import open_template
from tests.support.files.word_by_hand import para, row, run, table, word

DATA = {
    "hal": "  Perbaikan Jaringan ",
    "isi": "a\nb",
    "barang": [{"nama": "Router", "jumlah": 2, "grup": "A"}, {"nama": "Sakelar", "jumlah": 3, "grup": "B"}],
    "kosong": "",
    "tarif": "5 %",
}


def printed(*paragraphs: str, **values: object) -> str:
    template = open_template(word("".join(paragraphs)), "templat.docx")
    data = DATA | values
    assert check_tags(template, data).problems == []
    with zipfile.ZipFile(io.BytesIO(render_docx(template, data))) as package:
        xml = package.read("word/document.xml").decode()
    return "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>|(?=<w:br/>)", xml.replace("</w:p>", "<w:t>|</w:t>"))).strip("|")


def refusal(*paragraphs: str) -> str:
    with pytest.raises(TemplateError) as caught:
        open_template(word("".join(paragraphs)), "templat.docx")
    return str(caught.value)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("{{ kosong|default('tidak ada', true) }}", "tidak ada"),
        ("{{ hal|e }}", "  Perbaikan Jaringan "),
        ("{{ hal|trim|lower }}", "perbaikan jaringan"),
        ("{{ hal|trim|upper }}", "PERBAIKAN JARINGAN"),
        ("{{ 'buku agenda'|title }}", "Buku Agenda"),
        ("{{ hal|trim|replace('Jaringan', 'R&amp;D') }}", "Perbaikan R&amp;D"),
        ("{{ '%s (%d)'|format('Router', 2) }}", "Router (2)"),
        ("{{ barang|sum(attribute='jumlah') }}", "5"),
        ("{{ barang|map(attribute='nama')|join(', ') }}", "Router, Sakelar"),
        ("{{ barang|length }}{{ (barang|first).nama }}{{ (barang|last).nama }}", "2RouterSakelar"),
        ("{% for n in range(3) %}{{ n }}{% endfor %}", "012"),
        (
            "{% set ns = namespace(n=0) %}{% for b in barang %}{% set ns.n = ns.n + b.jumlah %}{% endfor %}{{ ns.n }}",
            "5",
        ),
        ("{% for b in barang %}{{ loop.cycle('x', 'y') }}{{ loop.index }}{% endfor %}", "x1y2"),
        (
            "{% for b in barang %}{% if loop.previtem is defined %}{{ loop.previtem.nama }}{% endif %}{% endfor %}",
            "Router",
        ),
        ("{{ {'a': 'satu', 'b': 'dua'}['b'] }}", "dua"),
        ("{{ 7 % 4 }}", "3"),
        ("{{ '%}' }}{{ '}}' }}", "%}}}"),
        ("{% if tarif == '5 %' and 1 &lt; 2 %}ya{% endif %}", "ya"),
        ("{{ “curam”|upper }}", "CURAM"),
    ],
)
def test_what_a_tag_may_say(tag: str, expected: str) -> None:
    """Filters, functions, loops' own names, signs that end a tag elsewhere: each prints what its author means."""
    assert printed(para(tag)) == expected


def test_signs_within_tags_that_take_a_paragraph() -> None:
    """% and } stand in `{%p … %}` and `{%tr … %}`, also where Word cut the tag into runs."""
    cut = para(run("{%p if loop.index "), run("% 2"), run(" == 1 %}"))
    inside = para("{%p for b in barang %}") + cut + para("{{ b.nama }}") + para("{%p endif %}") + para("{%p endfor %}")
    assert printed(inside) == "Router"
    names = para("{%p set d = {'A': 'satu', 'B': {'x': 'dua'}} %}")
    assert printed(names, para("{{ d['A'] }} {{ d.B.x }}")) == "satu dua"
    rows = [row(para(one)) for one in ("{%tr for b in barang if b.jumlah % 2 %}", "{{ b.nama }}", "{%tr endfor %}")]
    assert printed(table(*rows), para("akhir")) == "Sakelar|akhir"


def test_text_beside_a_tag_that_takes_its_place_is_not_lost_in_silence() -> None:
    """A paragraph, row or cell that a tag stands for holds nothing else; the text that would go is named."""
    assert "'Hal penting'" in refusal(para("Hal penting {%p if hal %}"), para("x"), para("{%p endif %}"))
    assert "paragraf tersendiri" in refusal(para("{%p if hal %}{%p if isi %}"))
    assert "'Jumlah'" in refusal(table(row(para("{%tr for b in barang %}"), para("Jumlah"))))
    assert "dalam tabel" in refusal(para("{%tr for b in barang %}"))


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("{{ hal|uper }}", ["saringan 'uper'", "Maksudnya 'upper'?", "trim"]),
        ("{% iff hal %}", ["perintah 'iff'", "Maksudnya 'if'?"]),
        ("{% for b in barang %}{{ b.nama }}", ["'for' belum ditutup", "'endfor'"]),
        ("{{ hal", ["dekat"]),
    ],
)
def test_a_tag_that_cannot_be_read_says_what_works(tag: str, words: list[str]) -> None:
    """The message names the wrong word, the nearest right one and where it stands."""
    message = refusal(para(tag))
    for one in ("templat.docx", *words):
        assert one in message


def test_an_unknown_filter_or_test_is_found_in_a_condition_too() -> None:
    """What Jinja would find out only when a letter comes to the place is found when the template is checked."""
    tags = "{% if hal is odddd %}x{% endif %}{% if hal|uper %}x{% endif %}"
    problems = " ".join(check_tags(open_template(word(para(tags))), DATA).problems)
    assert "uji 'odddd' tidak dikenal. Maksudnya 'odd'?" in problems
    assert "saringan 'uper' tidak dikenal. Maksudnya 'upper'?" in problems


@pytest.mark.parametrize("filter", ["safe", "xmlattr", "tojson", "attr('x')", "urlize", "pprint"])
def test_filters_that_make_markup_are_not_there(filter: str) -> None:
    """No filter prints a value as XML or reaches an attribute of an object."""
    assert "saringan" in refusal(para(f"{{{{ hal|{filter} }}}}"))
