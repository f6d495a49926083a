"""Letters are renewed before their proof ends: as revisions, each for itself, and not again where nothing is gained."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from docgen.desk import Desk
from docgen.desk.archive.renewal import RENEWED, renew_document, renew_letter, renew_letters
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.seal import seal
from docgen.desk.decisions.void import void
from docgen.desk.office_seal import OfficeSeal
from docgen.desk.revisions.signature_proof import public_proof
from docgen.desk.revisions.stamps import copy_of
from docgen.desk.service.renewal_watch import RenewalWatcher
from docgen.desk.verification import verify
from docgen.errors import Conflict, SignatureError
from docgen.indonesian import local_moment
from docgen.signer import load_seal
from storage.catalogue import audit, documents, journal, registers
from storage.errors import ArchiveReadOnly
from storage.objects.read_only import ReadOnlyStore
from storage.records import Document
from tests.servers.authority import AuthorityServer, authority_server
from tests.support.files.certificates import PASSWORD, YEAR, now
from tests.support.files.sealed import sealed_once
from tests.support.office.decisions import decide, relocation_plan
from tests.support.office.sealing import current, server, with_timestamps

__all__ = ["server"]  # a fixture

pytestmark = pytest.mark.office


@pytest.fixture
def office(desk: Desk, server: AuthorityServer, tmp_path: Path) -> Desk:
    """An office with a seal, a timestamp server, and the authority of both."""
    return with_timestamps(desk, server, tmp_path)


def sealed_letter(office: Desk) -> Document:
    return seal(office, relocation_plan(office).id, "sari")


def later(office: Desk, days: int) -> Desk:
    """The same office so many days later."""
    moment = now() + dt.timedelta(days=days)
    return dataclasses.replace(office, now=lambda: moment)


def proof(office: Desk, document: Document) -> tuple[str, dt.datetime | None]:
    known = public_proof(office, document)
    assert known is not None
    return known.level, known.until


class TestOneLetter:
    def test_is_a_revision(self, office: Desk, server: AuthorityServer) -> None:
        """A renewal is a revision of its own: the PDF before it goes on, the audit log tells who renewed."""
        document = sealed_letter(office)
        _, before = current(office, document)
        assert proof(office, document) == ("B-B", server.authority.office.certificate.not_valid_after_utc)
        renewed = renew_letter(office, document.id, "sari")
        revision, data = current(office, renewed)
        assert (revision.number, revision.change, revision.reason) == (3, "renewed", RENEWED)
        assert data.startswith(before)
        assert proof(office, renewed) == ("B-LTA", server.clock.certificate.not_valid_after_utc)
        with office.catalogue.read() as tx:
            event = audit.last_event(tx)
        assert event is not None
        assert (event.actor, event.action) == ("sari", "document.renewed")

    def test_still_genuine(self, office: Desk) -> None:
        """The renewed file, and the one before it, are genuine; a changed one is not. The page tells level and end."""
        document = sealed_letter(office)
        _, before = current(office, document)
        renewed = renew_letter(office, document.id, "sari")
        _, data = current(office, renewed)
        verification = verify(office, document.code, data=data)
        assert (verification.verdict, verification.level) == ("genuine", "sealed")
        assert verification.proof is not None
        assert verification.proof.level == "B-LTA"
        assert verify(office, document.code, data=before).verdict == "genuine"
        changed = bytearray(data)
        changed[len(data) // 2] ^= 1
        assert verify(office, document.code, data=bytes(changed)).verdict == "changed"

    def test_pdf_a(self, office: Desk, tmp_path: Path, verapdf: Callable[..., dict[str, list[str]]]) -> None:
        """A letter that was renewed twice is PDF/A-2b, and so is a copy of it to give away."""
        document = sealed_letter(office)
        for _ in range(2):
            document = renew_letter(office, document.id, "sari")
        revision, data = current(office, document)
        folder = tmp_path / "pdf"
        folder.mkdir()
        (folder / "naskah.pdf").write_bytes(data)
        (folder / "salinan.pdf").write_bytes(copy_of(office, revision))
        assert verapdf(folder) == {"naskah.pdf": [], "salinan.pdf": []}

    def test_decision_after_it(self, office: Desk) -> None:
        """A decision after a renewal is a further seal, and the file from before it is no longer the newest."""
        document = renew_letter(office, sealed_letter(office).id, "sari")
        _, before = current(office, document)
        decided = decide(office, document, "kepala-bidang", "setuju")
        _, data = current(office, decided)
        assert [report.problem for report in office.signing.reports(data)] == ["", "", ""]
        assert verify(office, document.code, data=before).verdict == "newer"

    def test_certified_copy(self, office: Desk, server: AuthorityServer) -> None:
        """A letter that an official signed elsewhere stays certified; its renewed file is known when it is attached."""
        document = relocation_plan(office)
        official = server.authority.issue("Ahmad Fauzi", now() - YEAR, now() + YEAR)
        signed = sealed_once(
            current(office, document)[1], load_seal(server.authority.pkcs12(official), PASSWORD), appearance=None
        )
        attach(office, document.id, signed, "BSrE.pdf", "sari")
        renewed = renew_letter(office, document.id, "sari")
        _, data = current(office, renewed)
        assert verify(office, document.code, data=data).level == "certified"
        with pytest.raises(Conflict, match="PDF revisi 3"):
            attach(office, document.id, data, "Sudah ada.pdf", "sari")
        second = load_seal(
            server.authority.pkcs12(server.authority.issue("Siti", now() - YEAR, now() + YEAR)), PASSWORD
        )
        again = attach(office, document.id, sealed_once(data, second, "Segel2", appearance=None), "Kedua.pdf", "sari")
        revision, _ = current(office, again)
        report = revision.attachments[0].report
        assert (report["matched"], report["revision"], report["takes_place"]) == ("isi", renewed.revision, True)
        assert verify(office, document.code).level == "certified"

    def test_authority_is_gone(self, office: Desk, server: AuthorityServer) -> None:
        """Who cannot be proven any more is named, and the letter stays as it was; the page tells why."""
        document = sealed_letter(office)
        assert proof(office, document)[0] == "B-B"
        server.gone = {"crl", "ocsp"}
        with pytest.raises(SignatureError, match="“Sekretariat Daerah” dari “CA Berjejaring”"):
            renew_letter(office, document.id, "sari")
        assert current(office, document)[0].number == 2
        with office.catalogue.read() as tx:
            assert journal.get_pending(tx, document.id) is None
            event = audit.last_event(tx)
        assert event is not None
        assert event.action == "document.renewal_failed"
        known = public_proof(office, document)
        assert known is not None
        assert "tidak dapat diambil" in known.problem

    def test_unsigned(self, office: Desk) -> None:
        """A letter without signatures has nothing to renew, and nothing is promised."""
        document = relocation_plan(office)
        with pytest.raises(Conflict, match="tidak bertanda tangan elektronik"):
            renew_letter(office, document.id, "sari")
        assert public_proof(office, document) is None

    def test_void(self, office: Desk) -> None:
        """A voided letter is not renewed."""
        document = sealed_letter(office)
        void(office, document.id, "Salah aset", "sari")
        with pytest.raises(Conflict, match="dibatalkan"):
            renew_letter(office, document.id, "sari")

    def test_not_set_up(self, office: Desk) -> None:
        """Without a timestamp server the message names the settings."""
        bare = dataclasses.replace(office, signing=OfficeSeal())
        for attempt in (lambda: renew_letter(bare, "x", "sari"), lambda: renew_letters(bare, "sari")):
            with pytest.raises(Conflict, match="DOCGEN_TIMESTAMP_URL"):
                attempt()


class TestManyLetters:
    def test_never_renewed(self, office: Desk) -> None:
        """Letters that were never renewed are renewed once; unsigned ones are none of them."""
        relocation_plan(office)
        first, second = sealed_letter(office), sealed_letter(office)
        report = renew_letters(office, "sari", dry_run=True)
        assert {result.document for result in report.results} == {first.id, second.id}
        assert (report.count("due"), current(office, first)[0].number) == (2, 2)
        assert renew_letters(office, "sari").count("renewed") == 2
        assert renew_letters(office, "sari").results == []

    def test_one_bad_letter(self, office: Desk) -> None:
        """A letter that cannot be renewed is reported and stops no other."""
        bad = sealed_letter(office)
        good = sealed_letter(office)
        path = office.data / "objects" / current(office, bad)[0].pdf.key
        path.chmod(0o644)
        path.write_bytes(b"rusak")
        report = renew_letters(office, "sari")
        outcomes = {result.document: result.outcome for result in report.results}
        assert outcomes == {bad.id: "failed", good.id: "renewed"}

    def test_timestamp_server_is_away(self, office: Desk, server: AuthorityServer) -> None:
        """The run ends at the first letter when no timestamps are to be had, and says that others wait."""
        sealed_letter(office)
        sealed_letter(office)
        server.gone = {"tsa"}
        report = renew_letters(office, "sari")
        assert (report.count("failed"), len(report.results), report.is_cut) == (1, 1, True)
        assert "Server stempel waktu" in report.results[0].message

    def test_by_itself(self, office: Desk, server: AuthorityServer) -> None:
        """By itself nothing is renewed before its proof nearly ends, nor asked for anything; then once."""
        document = sealed_letter(office)
        server.questions.clear()
        server.clock = server.authority.issue("Stempel Waktu", now() - YEAR, now() + 3 * YEAR, timestamps=True)
        soon = dt.timedelta(days=100)
        assert renew_letters(office, "docgen", within=soon, by_itself=True).results == []
        assert server.questions == []
        near = later(office, 300)
        server.fixed_time = near.now()
        assert renew_letters(near, "docgen", within=soon, by_itself=True).count("renewed") == 1
        assert renew_letters(near, "docgen", within=soon, by_itself=True).results == []
        with near.catalogue.read() as tx:
            assert proof(near, documents.get_document(tx, document.id))[0] == "B-LTA"

    def test_failed_by_itself(self, office: Desk, server: AuthorityServer) -> None:
        """What could not be renewed is not tried again each night, but whenever somebody asks."""
        sealed_letter(office)
        near = later(office, 300)
        server.gone = {"crl", "ocsp"}
        assert renew_letters(near, "docgen", by_itself=True).count("failed") == 1
        assert renew_letters(near, "docgen", by_itself=True).results == []
        assert renew_letters(near, "sari").count("failed") == 1

    def test_clock_that_ends_soon(self, office: Desk, server: AuthorityServer) -> None:
        """Where the timestamp server's own certificate ends soon, runs do not pile up timestamps."""
        server.clock = server.authority.issue("Stempel Waktu", now() - YEAR, now() + YEAR / 2, timestamps=True)
        document = sealed_letter(office)
        assert renew_letters(office, "sari").count("renewed") == 1
        assert renew_letters(office, "sari").results == []
        assert renew_document(office, document.id, "sari").count("renewed") == 1

    def test_trust_that_came_later(self, office: Desk) -> None:
        """A letter whose authority was not trusted is renewed once it is."""
        document = sealed_letter(office)
        other = Path(office.data) / "lain.pem"
        with authority_server("CA Lain") as stranger:
            other.write_bytes(stranger.authority.root.pem)
            signing = dataclasses.replace(office.signing, trust_file=other)
            report = renew_letters(dataclasses.replace(office, signing=signing), "sari")
            assert [result.outcome for result in report.results] == ["failed"]
            assert "tidak ada di daftar CA" in report.results[0].message
        assert [result.document for result in renew_letters(office, "sari").results] == [document.id]


class TestAtNight:
    def test_once_a_night(self, office: Desk, server: AuthorityServer) -> None:
        """By day nothing happens; at night what ends is renewed, and nobody is asked for anything a second time."""
        document = sealed_letter(office)
        signing = dataclasses.replace(office.signing, renews_at_night=True)
        for hour, revision in ((12, 2), (2, 3), (3, 3)):
            night = at_hour(dataclasses.replace(office, signing=signing), 300, hour)
            server.fixed_time = night.now()
            RenewalWatcher(night).work()
            assert current(office, newest(office, document))[0].number == revision

    def test_switched_off(self, office: Desk, server: AuthorityServer) -> None:
        """An office that switched it off has nothing renewed by itself."""
        document = sealed_letter(office)
        RenewalWatcher(at_hour(office, 300, 2)).work()
        assert newest(office, document).revision == 2


def test_drill(office: Desk) -> None:
    """A drill renews nothing and says why; what would be renewed can be listed there."""
    sealed_letter(office)
    drill = dataclasses.replace(office, store=ReadOnlyStore(office.store))
    with pytest.raises(ArchiveReadOnly):
        renew_letters(drill, "sari")
    assert renew_letters(drill, "sari", dry_run=True).count("due") == 1


def test_secret_letter(office: Desk) -> None:
    """The renewed file of a letter of class R lies encrypted as its others do, and reads again."""
    document = seal(office, relocation_plan(office, security="R").id, "sari")
    renewed = renew_letter(office, document.id, "sari")
    revision, data = current(office, renewed)
    assert revision.change == "renewed"
    assert data.startswith(b"%PDF-")
    assert not (office.data / "objects" / revision.pdf.key).read_bytes().startswith(b"%PDF-")


def at_hour(office: Desk, days: int, hour: int) -> Desk:
    """The same office so many days later, at an hour of its clock."""
    with office.catalogue.read() as tx:
        zone = registers.get_office(tx).time_zone
    moment = local_moment(now() + dt.timedelta(days=days), zone).replace(hour=hour)
    return dataclasses.replace(office, now=lambda: moment)


def newest(office: Desk, document: Document) -> Document:
    """The letter as it is now."""
    with office.catalogue.read() as tx:
        return documents.get_document(tx, document.id)
