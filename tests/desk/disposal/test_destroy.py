"""What is destroyed: only what is due and approved; nothing of its content stays, and everything else does."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import pypdf
import pytest

from docgen.desk import Desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.archive.restore import rebuild
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.void import void
from docgen.desk.disposal.destroy import destroy, finish_destructions
from docgen.desk.disposal.retention import STATES, retention
from docgen.desk.dossiers.dossiers import close
from docgen.desk.mirror import keep_mirror
from docgen.desk.revisions.srikandi import srikandi_docx
from docgen.desk.signing.kept_aside import keep_aside, store_refused
from docgen.desk.verification import verify
from docgen.errors import Conflict, InvalidSubmission
from storage.catalogue import documents, tombstones
from storage.catalogue.drafting import draft_hands, drafts
from storage.catalogue.signatures import kept_aside
from storage.errors import RecordMissing, StoreUnavailable
from storage.keys import act_key
from tests.support.files.pdfs import pdf
from tests.support.office.closed_dossiers import approved, closed_dossier, in_years
from tests.support.office.drafts import at_signature, signed
from tests.support.office.restoring import ASSETS, BACKENDS, issue_letter, office, rows_of, second_url, with_catalogue

__all__ = ["BACKENDS", "office", "second_url"]  # fixtures

pytestmark = pytest.mark.office


def test_only_what_is_due_is_listed_and_destroyed(desk: Desk) -> None:
    """Not while active or inactive, not without official, letter and reason; nothing changes by a refusal."""
    [first, _] = closed_dossier(desk)
    keys = list(desk.store.keys())
    assert retention(desk) == []
    assert [one.standing.state for one in retention(desk, tuple(STATES))] == ["aktif"]
    for early in (desk, in_years(desk, 2)):
        with pytest.raises(Conflict, match="tidak dapat dimusnahkan"):
            destroy(early, approved(first.dossier), "admin")
    late = in_years(desk, 6)
    [due] = retention(late)
    assert (due.standing.state, due.documents, due.to_json()["fate"]) == ("usul_musnah", 2, "musnah")
    for wrong in ("official", "approval", "reason"):
        with pytest.raises(InvalidSubmission) as caught:
            destroy(late, approved(first.dossier, **{wrong: " "}), "admin")
        assert [error.field for error in caught.value.errors] == [wrong]
    assert list(desk.store.keys()) == keys


def test_what_is_destroyed_is_gone_and_told(office: Desk, second_url: str, tmp_path: Path) -> None:
    """No object of it is left; number, page, QR and hash say so; the Berita Acara lists it; a rebuild is equal."""
    made = closed_dossier(office)
    other = issue_letter(office, ASSETS[:1])
    keep_mirror(office)
    late = in_years(office, 6)
    with office.catalogue.read() as tx:
        hashes = {one.pdf.sha256 for it in made for one in documents.list_revisions(tx, it.id)}
    act = destroy(late, approved(made[0].dossier), "admin")
    left = [key for key in office.store.keys() if any(one.id in key for one in made)]  # noqa: SIM118
    assert sorted(key.rpartition("/")[2] for key in left) == ["musnah.json"] * 2
    assert not any(key.startswith("_uploads/") for key in office.store.keys())  # noqa: SIM118
    assert retention(late) == []
    with office.catalogue.read() as tx:
        for one in made:
            now = documents.get_document(tx, one.id)
            stone = tombstones.get_tombstone(tx, one.id)
            assert stone is not None
            assert (now.status, now.revision, now.number, stone.done) == ("destroyed", 0, one.number, True)
            assert hashes & {file.sha256 for file in stone.files}
            assert "B/000.5/7/2031" in now.status_reason
    assert verify(office, made[0].code).verdict == "destroyed"
    for refused in (
        lambda: void(office, made[1].id, "Salah", "sari"),
        lambda: attach(office, made[1].id, pdf("lain"), "x.pdf", "sari"),
        lambda: srikandi_docx(office, made[1].id),
    ):
        with pytest.raises((Conflict, RecordMissing), match=r"dimusnahkan|tidak ada"):
            refused()
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(office.store.get(act_key(act)))).pages)
    for said in (*(one.number for one in made), "Habis masa simpannya", "B/000.5/7/2031"):
        assert "".join(said.split()) in "".join(text.split())
    assert check_archive(late).findings() == []
    assert verify(office, other.code).verdict == "genuine"
    keep_mirror(late)
    before = rows_of(office.catalogue)
    new = with_catalogue(late, second_url)
    rebuild(new, replace=False)
    after = rows_of(new.catalogue)
    for name in ("documents", "tombstones", "revisions", "archived_files", "register_entries", "dossiers"):
        assert after[name] == before[name], name
    new.catalogue.close()


def test_a_destruction_that_was_interrupted_is_finished(desk: Desk) -> None:
    """The store goes away after three objects: decided all the same, and the next call does the rest."""
    made = closed_dossier(desk)
    late = in_years(desk, 6)
    store = desk.store

    class Going(type(store)):  # type: ignore[misc]
        left = 3

        def remove(self, key: str) -> None:
            if not self.left:
                raise StoreUnavailable("Arsip tidak terjangkau.")
            self.left -= 1
            super().remove(key)

    broken = dataclasses.replace(late, store=Going(store.store, store.key_file))
    with pytest.raises(StoreUnavailable):
        destroy(broken, approved(made[0].dossier), "admin")
    assert verify(desk, made[0].code).verdict == "destroyed"
    assert finish_destructions(late) == 1
    assert finish_destructions(late) == 0
    left = [key for key in desk.store.keys() if any(one.id in key for one in made)]  # noqa: SIM118
    assert sorted(key.rpartition("/")[2] for key in left) == ["musnah.json"] * 2
    assert check_archive(late).findings() == []


def test_a_file_that_another_document_shows_stays(desk: Desk) -> None:
    """The same signed copy was filed with a letter of another dossier: that one keeps all of its own."""
    [first, _] = closed_dossier(desk)
    other = issue_letter(desk, ASSETS[:1])
    attach(desk, other.id, pdf("tanda tangan"), "salinan.pdf", "sari")
    destroy(in_years(desk, 6), approved(first.dossier), "admin")
    assert sum(key.startswith("_uploads/") for key in desk.store.keys()) == 2  # noqa: SIM118 (as it came, and the scan)
    assert check_archive(desk).findings() == []


def test_the_draft_of_a_destroyed_letter_goes_with_it(desk: Desk) -> None:
    """A letter that went through hands leaves none of the texts it had on its way; another's draft stays."""
    draft, other = at_signature(desk), at_signature(desk)
    document = signed(desk, draft)
    void(desk, document.id, "Salah tujuan", "sari")
    close(desk, document.dossier, "sari", "Selesai")
    destroy(in_years(desk, 8), approved(document.dossier), "admin")
    with desk.catalogue.read() as tx:
        assert documents.get_document(tx, document.id).status == "destroyed"
        with pytest.raises(RecordMissing):
            drafts.find_draft(tx, draft.id)
        assert draft_hands.list_versions(tx, draft.id) == []
        assert drafts.find_draft(tx, other.id).state == "signing"


def test_the_refused_file_of_a_destroyed_letter_goes_with_it(desk: Desk) -> None:
    """What came back as its signed copy and was refused holds its text: the object goes, and the row of it."""
    [first, _] = closed_dossier(desk)
    file = store_refused(desk, pdf("naskah yang ditolak"))
    with desk.catalogue.write() as tx:
        keep_aside(desk, tx, first, "kepala-dinas", "sari", "Bukan naskah yang dikirim.", file)
    destroy(in_years(desk, 6), approved(first.dossier), "admin")
    assert file.key not in set(desk.store.keys())
    with desk.catalogue.read() as tx:
        assert kept_aside.of_document(tx, first.id) == []
    assert check_archive(desk).findings() == []
