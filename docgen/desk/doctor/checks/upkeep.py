"""Checks of the work in hand and of what ends with time: the mirror, letters, jobs, mails, accounts, the seal."""

from __future__ import annotations

import datetime as dt

from docgen.desk.access.first_password import first_password_since
from docgen.desk.access.roles import role_faults
from docgen.desk.doctor.installation import Installation
from docgen.desk.doctor.model import Fault
from docgen.desk.mirror import mirror_problems
from docgen.desk.notices.messages import mail_backlog
from storage.catalogue import jobs, journal
from wording import joined, say

PASSWORD_AGE = dt.timedelta(days=1)
WAIT = dt.timedelta(minutes=10)  # after which nobody works on what is due
STUBBORN = 3  # tries in vain
SEAL_DAYS = 30


def mirror(installation: Installation) -> str:
    """Check that what changes in the catalogue reaches the archive, and that no other catalogue writes there."""
    desk = installation.desk
    if desk.is_drill:
        return say("Latihan: arsip hanya dibaca.")
    problems = mirror_problems(desk)
    if problems:
        raise Fault(joined(problems), "")
    return say("Cermin katalog sejalan dengan katalog ini.")


def letters(installation: Installation) -> str:
    """Check that every letter that has a number is archived, or somebody works on it."""
    desk = installation.desk
    with desk.catalogue.read() as tx:
        lines = journal.list_pending(tx)
    over = desk.now() - WAIT
    failing = [line for line in lines if line.given_up or line.attempts >= STUBBORN]
    idle = [line for line in lines if not line.given_up and line.lease < over]
    if failing:
        raise Fault(
            say("{count} naskah bernomor gagal dibuat; {document}: {error}",
                count=len(failing), document=failing[0].document, error=failing[0].error),
            say("Buka halaman naskahnya: di sana ada sebab dan jalan keluarnya."),
        )  # fmt: skip
    if idle:
        raise Fault(
            say("{count} naskah bernomor menunggu, dan tidak ada yang mengerjakannya.", count=len(idle)),
            say("Jalankan layanan beserta pekerjaan latar belakangnya: yang menunggu diselesaikan dengan sendirinya."),
        )
    return say("{count} naskah sedang dikerjakan.", count=len(lines))


def background_jobs(installation: Installation) -> str:
    """Check that no job waits that somebody should have in hand."""
    desk = installation.desk
    with desk.catalogue.read() as tx:
        unfinished = jobs.unfinished_jobs(tx)
    over = desk.now() - WAIT
    is_worked_on = any(job.status == "running" and job.next_at > over for job in unfinished)
    stuck = [] if is_worked_on else [job for job in unfinished if max(job.next_at, job.created_at) < over]
    if stuck:
        raise Fault(
            say("Pekerjaan {id} ({kind}) menunggu sejak lama, dan tidak ada yang mengerjakannya.",
                id=stuck[0].id, kind=stuck[0].kind),
            say("Jalankan layanan beserta pekerjaan latar belakangnya."),
        )  # fmt: skip
    return say("{count} pekerjaan belum selesai.", count=len(unfinished))


def notices(installation: Installation) -> str:
    """Check that mails to people are not held up."""
    backlog = mail_backlog(installation.desk) if installation.settings.mail else None
    if backlog is not None:
        raise Fault(say("{count} surel tertunda: {error}", count=backlog.count, error=backlog.error), "")
    return say("Tidak ada surel yang tertunda.")


def accounts(installation: Installation) -> str:
    """Check that every account has a role, that somebody may manage accounts, and that no first password is in use."""
    desk = installation.desk
    faults = role_faults(desk)
    if faults:
        raise Fault(
            joined(faults), say("Betulkan tabel izin (DOCGEN_PERMISSIONS), atau `docgen user role NAMA PERAN`.")
        )
    since = first_password_since(desk)
    if since is not None and desk.now() - since > PASSWORD_AGE:
        raise Fault(
            say("Akun pertama masih memakai kata sandi yang dibuat untuknya."),
            say("Masuk dengan akun itu dan ganti kata sandinya; berkas kata-sandi-awal.txt hilang dengan sendirinya."),
        )
    return say("Setiap akun mempunyai peran, dan ada yang boleh mengatur akun.")


def seal(installation: Installation) -> str:
    """Check that the office's seal can be opened, and for how long its certificate is good."""
    signing = installation.desk.signing
    if not signing.can_seal:
        return say("Tidak dipakai.")
    ending = signing.seal.not_after
    days = (ending - installation.desk.now()).days
    if days < SEAL_DAYS:
        raise Fault(say("Sertifikat segel elektronik berakhir dalam {days} hari.", days=days), "")
    return say("Sertifikat segel elektronik berlaku {days} hari lagi.", days=days)
