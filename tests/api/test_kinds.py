"""Every kind over the API: its example is issued as it is, on one asset and on many, and says what it must."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.forms.defaults import post
from docgen.indonesian import long_date, spelled_date_parts
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import registers
from storage.records import Official
from tests.support.callers.api import Caller, make_app
from tests.support.office.kinds import delivered_kinds

pytestmark = pytest.mark.office

KINDS = delivered_kinds()
MANY = 29  # every asset of the demo office
NO_ASSET_ROWS = ("laporan_pengelolaan_aset",)  # its recap counts assets; it lists documents
NO_DATE = ("sop",)  # it prints the dates of the SOP, typed ones


@pytest.fixture(scope="module")
def module_app(module_desk: Desk) -> Flask:
    """The application over the module's office."""
    return make_app(module_desk)


@pytest.fixture(scope="module")
def caller(module_app: Flask, module_desk: Desk) -> Caller:
    """A system that may write."""
    return Caller(module_app, create_token(module_desk, "uji", "write", []))


def place(desk: Desk, slug: str) -> tuple[str, int]:
    """A step at which the kind is made."""
    for procedure in desk.sop.places:
        for step in procedure.steps or [procedure.step(0)]:
            if slug in step.outputs or KINDS[slug].suggested_at(procedure.slug, step.number):
                return procedure.slug, step.number
    return "pemeliharaan", 2


def example(desk: Desk, slug: str, assets: list[str]) -> dict[str, Any]:
    """The kind's example, as GET /kinds/{kind} gives it, on these assets."""
    procedure, step = place(desk, slug)
    body = {"kind": slug, "procedure": procedure, "step": step, "data": KINDS[slug].example}
    return body | {"assets": [] if KINDS[slug].needs_assets == "none" else assets}


@pytest.mark.parametrize("count", [1, MANY])
@pytest.mark.parametrize("slug", sorted(KINDS))
def test_an_example_is_issued(caller: Caller, module_desk: Desk, slug: str, count: int) -> None:
    """201; a PDF/A-2b whose text holds number, date, signer, and the name and NIBAR of every asset."""
    with module_desk.catalogue.read() as tx:
        assets = registers.search_assets(tx, limit=count)
    answer = caller.post("/documents", example(module_desk, slug, [asset.nibar for asset in assets]))
    assert answer.status_code == 201, answer.get_json()
    document = answer.get_json()
    pdf = caller.get(f"/documents/{document['id']}/pdf").data
    words = "".join("".join(page_text(pdf)).split())
    assert b"pdfaid:part>2<" in pdf.replace(b'pdfaid:part="2"', b"pdfaid:part>2<")
    record = caller.get(f"/documents/{document['id']}").get_json()
    with module_desk.catalogue.read() as tx:
        signer: Official = registers.get_official(tx, record["signer"])
    for said in (document["number"], signer.name, post(signer)):
        assert "".join(said.split()) in words, said
    date = spelled_date_parts(module_desk.today())
    spelled = f"{date.day} bulan {date.month} tahun {date.year}"  # as a berita acara has it
    dates = ("".join(one.split()) in words for one in (long_date(module_desk.today()), spelled))
    assert any(dates) or slug in NO_DATE
    if document["assets"] and slug not in NO_ASSET_ROWS:
        for asset in assets:
            assert "".join(asset.name.split()) in words
            assert "".join(asset.nibar.split()) in words
