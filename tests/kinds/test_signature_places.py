"""Signature places are those that the SOP fills, under the word of what is decided there."""

from __future__ import annotations

import re

import pytest

from docgen.render.word.fill import render_docx
from docgen.sop import Procedure, Step, load_sop
from tests.support.files.word import unpacked
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import context

KINDS = delivered_kinds()
WORDS = {"setuju": "Disetujui", "terima": "Diterima"}
AUTHORS = ("Disusun oleh:", "Diidentifikasi oleh:")


MADE = [
    (kind, procedure, step) for procedure in load_sop().procedures for step in procedure.steps for kind in step.outputs
]


@pytest.mark.parametrize(
    ("kind", "procedure", "step"), [pytest.param(*one, id=f"{one[1].letter}{one[2].number}-{one[0]}") for one in MADE]
)
def test_no_place_is_printed_that_no_step_fills(kind: str, procedure: Procedure, step: Step) -> None:
    """As the form begins, a letter has a place for who decides on it by the SOP, and for nobody else."""
    optional = {field.name: "" for field in KINDS[kind].fields if field.type == "official" and not field.required}
    xml = unpacked(render_docx(KINDS[kind].template, context(KINDS[kind], optional)))["word/document.xml"].decode()
    deciding = [one for one in procedure.steps if one.endorses == step.number]
    roles = {role.replace("_", ""): one for one in deciding for role in one.endorser_roles}
    places = re.findall(r'w:name="cap([a-z]+)"', xml)
    texts = ["".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", one)) for one in xml.split("</w:p>")]
    headings = [text for text in texts if re.fullmatch(r"[A-Z][\w ]* oleh:|Mengetahui:", text) and text not in AUTHORS]
    assert set(places) <= set(roles)
    assert len(headings) == len(places)
    for place, heading in zip(places, headings, strict=True):
        assert WORDS[str(roles[place].endorsement)] in heading
        assert ("disahkan" in heading) == ("pengesahan" in roles[place].activity)
