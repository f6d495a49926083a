"""What was refused is no basis: a letter that says no sends the dossier back; no letter, bundle or page hides it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.bundles.build import Bundle, BundleRequest, make_bundle
from docgen.desk.decisions.endorse import EndorsementRequest, endorse, turn_of
from docgen.desk.decisions.void import void
from docgen.desk.inbox.inbox import inbox
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.prepare import prepare
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.document_history import states_of
from docgen.desk.verification import verify
from docgen.errors import Conflict, InvalidSubmission
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import documents
from tests.support.callers.roles import caller
from tests.support.office.decisions import (
    ALL,
    approval_sheet,
    decide,
    example_request,
    issue_example,
    relocation_plan,
    states,
    text,
)

pytestmark = pytest.mark.office


def basis(desk: Desk, dossier: str) -> str:
    """What the order of the next step would be based on."""
    found = prepare(desk, example_request(desk, "surat_penugasan", "pemeliharaan", 4, dossier)).values["dasar"]
    return " ".join(found)


def awaited(desk: Desk) -> list[str]:
    """The ids of the documents on which somebody is to decide."""
    items = inbox(desk, caller("kadis", *ALL)).items
    return [item.document.id for item in items if item.what == "decide" and item.document]


@pytest.mark.parametrize("verdict", ["Ditolak", "Diperbaiki"])
def test_a_refused_letter_and_the_sheet_that_refuses_it_are_cited_nowhere(desk: Desk, verdict: str) -> None:
    """D3 by a sheet: back to D2; nobody is asked to decide; orders cite neither until a later sheet says yes."""
    first = issue_example(desk, "telaahan", "pemeliharaan", 1)
    dossier = first.dossier
    note = issue_example(desk, "nota_dinas", "pemeliharaan", 2, dossier)
    no = approval_sheet(desk, dossier, verdict)
    assert states(desk, dossier)[:4] == ["done", "returned", "pending", "pending"]
    said = basis(desk, dossier)
    assert first.number in said
    assert note.number not in said
    assert no.number not in said
    with desk.catalogue.read() as tx:
        assert turn_of(desk, tx, note) is None
    assert note.id not in awaited(desk)
    with pytest.raises(Conflict, match=f"oleh Lembar Persetujuan nomor {no.number}"):
        decide(desk, note, "kepala-bidang", "setuju")
    again = issue(
        desk,
        example_request(desk, "nota_dinas", "pemeliharaan", 2, dossier).model_copy(update={"replaces": note.id}),
        "sari",
    )
    assert states(desk, dossier)[:3] == ["done", "done", "current"]
    repaired = prepare(desk, example_request(desk, "persetujuan", "pemeliharaan", 3, dossier, keputusan="Disetujui"))
    assert repaired.values["nomor_naskah"] == again.number
    yes = approval_sheet(desk, dossier, "Disetujui")
    assert states(desk, dossier)[:4] == ["done", "done", "done", "current"]
    said = basis(desk, dossier)
    assert all(one.number in said for one in (first, again, yes))
    assert not any(one.number in said for one in (note, no))


def test_a_later_yes_repairs_a_no_and_a_void_no_refuses_nothing(desk: Desk) -> None:
    """The sheet that says yes decides on the very letter that was refused; voided, its yes is gone again."""
    note = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    no = approval_sheet(desk, note.dossier, "Ditolak")
    assert states(desk, note.dossier)[:3] == ["missing", "returned", "pending"]
    yes = approval_sheet(desk, note.dossier, "Disetujui")
    with desk.catalogue.read() as tx:
        assert documents.get_contents(tx, yes.id)[0].data["nomor_naskah"] == note.number
    assert states(desk, note.dossier)[:4] == ["missing", "done", "done", "current"]
    said = basis(desk, note.dossier)
    assert note.number in said
    assert no.number not in said
    void(desk, yes.id, "Salah ketik.", "sari")
    assert states(desk, note.dossier)[:3] == ["missing", "returned", "pending"]
    void(desk, no.id, "Salah ketik.", "sari")
    assert states(desk, note.dossier)[:3] == ["missing", "done", "current"]


def test_the_sheet_of_planning_is_the_decision_and_nothing_waits_for_ever(desk: Desk) -> None:
    """A4: the paper alone is the yes; nobody is asked for a third stamp. Its no sends the plan back to step 1."""
    paper = issue_example(desk, "rencana_kebutuhan", "perencanaan", 1)
    for official in ("kepala-bidang", "kepala-dinas"):
        decide(desk, paper, official, "setuju")
    approval_sheet(desk, paper.dossier, "Disetujui", "perencanaan")
    assert states(desk, paper.dossier) == [*["done"] * 4, "current", "pending"]
    with desk.catalogue.read() as tx:
        assert turn_of(desk, tx, paper) is None
    assert not awaited(desk)
    approval_sheet(desk, paper.dossier, "Ditolak", "perencanaan")
    assert states(desk, paper.dossier) == ["returned", *["pending"] * 5]


def test_the_kind_of_approval_is_held_to_the_procedure(desk: Desk) -> None:
    """Another procedure's is refused with the right one; left out it is filled; the paper says the word once."""
    note = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    with pytest.raises(InvalidSubmission) as caught:
        prepare(
            desk,
            example_request(desk, "persetujuan", "pemeliharaan", 3, note.dossier, jenis="Persetujuan Penghapusan Aset"),
        )
    [error] = caught.value.errors
    assert error.field == "data.jenis"
    assert "Persetujuan Perbaikan/Pemeliharaan Aset" in error.message
    paper = text(desk, approval_sheet(desk, note.dossier, "Disetujui"))
    assert " ".join(paper.split()).count("LEMBAR PERSETUJUAN TENTANG PERBAIKAN/PEMELIHARAAN ASET") == 1
    assert "Lembar Persetujuan Perbaikan/Pemeliharaan Aset Nomor" in basis(desk, note.dossier)


def test_only_an_approval_of_disposal_calls_itself_internal(desk: Desk) -> None:
    """A refusal approves nothing, so it does not say what its approval is worth."""
    study = issue_example(desk, "telaahan", "penghapusan", 2)
    assert "bersifat internal" in text(desk, approval_sheet(desk, study.dossier, "Disetujui", "penghapusan"))
    assert "bersifat internal" not in text(desk, approval_sheet(desk, study.dossier, "Ditolak", "penghapusan"))


def bundled(desk: Desk, dossier: str, **more: Any) -> tuple[Bundle, list[str]]:
    """A bundle of the dossier, and the words of its pages."""
    bundle = make_bundle(desk, BundleRequest.model_validate({"dossier": dossier} | more))
    return bundle, [" ".join(one.split()) for one in page_text(bundle.pdf)]


def test_a_bundle_tells_of_a_refusal(desk: Desk) -> None:
    """Cover, contents, sheet and manifest: who refused and when, no replacement; the page bears the refusal."""
    paper = relocation_plan(desk)
    decide(desk, paper, "kepala-bidang", "setuju")
    refused = decide(desk, paper, "kepala-dinas", "tolak", "Anggaran belum ada.")
    day = dt.datetime.now(dt.timezone(dt.timedelta(hours=8)))
    told = f"ditolak Kepala Dinas {day:%d-%m-%Y}, naskah pengganti belum ada"
    bundle, pages = bundled(desk, paper.dossier)
    [held] = bundle.manifest.documents
    assert (held.revision, held.refused) == (refused.revision, told)
    sheets = {one.kind: one for one in bundle.manifest.missing}
    assert sheets["rencana_pemindahtempatan"].refused == told
    assert sheets["surat_penugasan"].refused is None
    assert told in pages[0]
    assert told[1:] in pages[1]
    assert f"PERLU DIGANTI (langkah 1): {told}" in pages[1]
    assert "DITOLAK" in " ".join(pages[held.starts_at - 1 : held.starts_at - 1 + held.pages])
    lacking = pages[sheets["rencana_pemindahtempatan"].starts_at - 1]
    assert "PERLU DIGANTI" in lacking
    assert "Anggaran belum ada." in lacking
    assert "belum ada dalam berkas" not in lacking
    assert "belum ada dalam berkas" in pages[sheets["surat_penugasan"].starts_at - 1]


def test_a_bundle_tells_of_a_sheet_that_refuses(desk: Desk) -> None:
    """The returned letter names the sheet; placeholders stay at their step, and no volume holds nothing else."""
    note = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    no = approval_sheet(desk, note.dossier, "Diperbaiki")
    more = {"volume_pages": 10, "separators": True, "sequence": [note.id, no.id]}
    bundle, pages = bundled(desk, note.dossier, **more)
    held = {one.id: one for one in bundle.manifest.documents}
    name = f"dikembalikan untuk diperbaiki oleh Lembar Persetujuan nomor {no.number}"
    assert (held[note.id].refused or "").startswith(name)
    assert held[no.id].refused == "lembar ini mengembalikan untuk diperbaiki naskah yang diajukan"
    starts = {one.kind: one.starts_at for one in bundle.manifest.missing}
    assert starts["telaahan"] < held[note.id].starts_at < starts["nota_dinas"] < held[no.id].starts_at
    assert held[no.id].starts_at < starts["persetujuan"] < starts["surat_penugasan"]
    assert "PERLU DIPERBAIKI" in pages[starts["nota_dinas"] - 1]
    for volume in bundle.manifest.volumes:
        last = volume.starts_at + volume.pages
        assert any(volume.starts_at <= one.starts_at < last for one in held.values())


def test_both_who_receive_a_plan_of_action_are_stamped(desk: Desk) -> None:
    """F6: the Kabid and then the Kadis, each in the room that says Diterima oleh."""
    paper = issue(
        desk,
        DocumentRequest(kind="rencana_aksi", procedure="evaluasi", step=5, data=desk.kinds["rencana_aksi"].example),
        "sari",
    )
    assert text(desk, paper).count("Diterima oleh:") == 2
    with pytest.raises(Exception, match="tidak dapat memutus"):
        endorse(desk, paper.id, EndorsementRequest(official="kepala-dinas", decision="terima"), "sari", list(ALL))
    for official in ("kepala-bidang", "kepala-dinas"):
        paper = decide(desk, paper, official, "terima")
    assert text(desk, paper).count("DITERIMA") == 2
    assert states(desk, paper.dossier)[4:] == ["done", "done"]


def test_a_letter_refused_by_a_sheet_is_never_green(desk: Desk) -> None:
    """What a Lembar Persetujuan refused is told as refused by the verification and by lists, until it is made anew."""
    dossier = issue_example(desk, "telaahan", "pemeliharaan", 1).dossier
    note = issue_example(desk, "nota_dinas", "pemeliharaan", 2, dossier)
    assert verify(desk, note.code).verdict == "genuine"
    no = approval_sheet(desk, dossier, "Ditolak")
    assert verify(desk, note.code).verdict == "rejected"
    assert verify(desk, no.code).verdict == "genuine"
    with desk.catalogue.read() as tx:
        assert states_of(desk, tx, [note, no]) == {note.id: "rejected", no.id: "issued"}
