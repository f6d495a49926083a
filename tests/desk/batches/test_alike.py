"""A letter of a batch is the letter made alone: its pages, its bytes, its dossier."""

from __future__ import annotations

import pytest

from docgen.desk import Desk
from docgen.desk.batches.batch_request import BatchRequest
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.render.pdf.pdfium import page_count, page_png
from storage.catalogue import registers
from tests.support.machine.long_run import LONG
from tests.support.office.batches import batch_of_letters, place_of
from tests.support.office.finished_batches import archived, issued, lines, made_alone

pytestmark = pytest.mark.office


@pytest.mark.parametrize("slug", ["nota_dinas", "berita_acara_serah_terima", "telaahan", "rencana_kebutuhan"])
def test_a_letter_of_a_batch_is_the_letter_made_alone(desk: Desk, slug: str) -> None:
    """Page for page the same picture, number, QR and catchword with it, though letters differ in length."""
    procedure, step = place_of(desk, slug)
    with desk.catalogue.write() as tx:
        registers.put_office(tx, registers.get_office(tx).model_copy(update={"catchword": True}))
        nibars = [asset.nibar for asset in registers.search_assets(tx, limit=12)]
    needs = desk.kinds[slug].needs_assets != "none"
    rows = [
        {"assets": nibars[: 1 + 5 * index] if needs else [], "data": desk.kinds[slug].example} for index in range(3)
    ]
    batch = BatchRequest.model_validate({"kind": slug, "procedure": procedure, "step": step, "rows": rows})
    for line in lines(issued(desk, batch)):
        document, pdf = archived(desk, line["id"])
        other = made_alone(desk, document)
        assert page_count(pdf) == page_count(other)
        for page in range(1, page_count(pdf) + 1):
            assert page_png(pdf, page, width=600) == page_png(other, page, width=600), (slug, line["row"], page)


@pytest.mark.parametrize("slug", ["nota_dinas", "berita_acara_serah_terima"])
def test_a_large_batch_is_its_letters_made_alone(desk: Desk, slug: str) -> None:
    """Sixty letters of different length (1,000 in the long run): every twentieth is looked at, page by page."""
    procedure, step = place_of(desk, slug)
    with desk.catalogue.read() as tx:
        nibars = [asset.nibar for asset in registers.search_assets(tx, limit=20)]
    example = desk.kinds[slug].example
    longest = max((name for name in example if isinstance(example[name], str)), key=lambda name: len(example[name]))
    rows = [
        {
            "assets": nibars[: 1 + index % 9],
            "data": example | {longest: "\n\n".join([example[longest]] * (1 + index % 4))},
        }
        for index in range(1000 if LONG else 60)
    ]
    batch = BatchRequest.model_validate({"kind": slug, "procedure": procedure, "step": step, "rows": rows})
    made = lines(issued(desk, batch))
    assert [line["state"] for line in made] == ["issued"] * len(rows)
    for line in made[::20]:
        document, pdf = archived(desk, line["id"])
        other = made_alone(desk, document)
        assert page_count(pdf) == page_count(other)
        for page in range(1, page_count(pdf) + 1):
            assert page_png(pdf, page, width=600) == page_png(other, page, width=600), (line["row"], page)


def test_each_row_has_the_dossier_it_would_have_alone(desk: Desk) -> None:
    """One open dossier on the asset lacks a Nota Dinas: the first row joins it, the others open their own."""
    with desk.catalogue.read() as tx:
        [nibar] = [asset.nibar for asset in registers.search_assets(tx, limit=1)]
    example = desk.kinds["telaahan"].example
    asked = {"kind": "telaahan", "procedure": "pemeliharaan", "step": 1, "assets": [nibar], "data": example}
    before = issue(desk, DocumentRequest.model_validate(asked), "sari")
    job = issued(desk, batch_of_letters(desk, *({"assets": [nibar]} for _ in range(3))))
    first, *others = [archived(desk, line["id"])[0].dossier for line in lines(job)]
    assert first == before.dossier
    assert len({first, *others}) == 3
