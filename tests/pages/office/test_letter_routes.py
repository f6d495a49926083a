"""Who initials what, and when a kind is numbered: shown to all, changed by administrators, and counted from then on."""

from __future__ import annotations

import pytest

from docgen.desk import Desk
from docgen.desk.drafts.submit import submit
from storage.catalogue.drafting import draft_hands
from storage.records import Drafting
from tests.support.callers.pages import Person, words
from tests.support.office.drafts import CLERK, begun, route

pytestmark = pytest.mark.office
PAGE = "/kantor/jalur"


def own(desk: Desk) -> Drafting:
    """What the office set itself."""
    with desk.catalogue.read() as tx:
        return draft_hands.get_drafting(tx)


def test_the_office_s_own_rules_are_written_in_the_names_of_roles(desk: Desk, admin: Person) -> None:
    """Turns by commas, together by "+"; a draft goes that way from then on; a kind is numbered when the office says."""
    assert 'value="Kepala Seksi, Kepala Bidang, Sekretaris"' in admin.get(PAGE).text
    rule = {"aturan.0.signer": "kepala_dinas", "aturan.0.turns": "kepala bidang + Kepala Seksi"}
    form = {"memakai": "sendiri", **rule, "nomor.surat_penugasan": "signature", "nomor.nota_dinas": ""}
    assert admin.post(PAGE, form).status_code == 303
    assert own(desk).number_at == {"surat_penugasan": "signature"}
    draft = submit(desk, CLERK, begun(desk).id)
    assert [(one.turn, one.official) for one in route(desk, draft)][:2] == [(1, "kepala-bidang"), (1, "kepala-seksi")]
    assert admin.post(PAGE, {"memakai": "tanpa"}).status_code == 303
    assert own(desk).routes == []
    assert submit(desk, CLERK, begun(desk).id).state == "signing"


def test_an_unknown_role_is_said_beside_its_rule(desk: Desk, admin: Person, operator: Person) -> None:
    """What was typed stays; who is no administrator reads the page and changes nothing."""
    form = {"memakai": "sendiri", "aturan.1.turns": "Kepala Seksi, Kepala Gudang"}
    admin.get(PAGE)
    refused = admin.post(PAGE, form)
    assert refused.status_code == 422
    assert 'id="salah-aturan.1.turns"' in refused.text
    assert 'value="Kepala Seksi, Kepala Gudang"' in refused.text
    assert "Hanya administrator" in words(operator.get(PAGE))
    assert operator.post(PAGE, form).status_code == 403
    assert own(desk) == Drafting()
