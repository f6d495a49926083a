"""The client signs by v2 and v1, asks the status before the passphrase, and says of each failure what to do."""

from __future__ import annotations

import datetime as dt
import io
import json
import socket
import time
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from docgen.bsre import BsreClient, BsreSettings, FileToSign, Secret, SignatureAppearance, SigningIdentity
from docgen.errors import BsreError, BsreRefused, BsreUnanswered, BsreUnavailable
from docgen.signer import inspect_signatures
from tests.bsre.conftest import EMAIL, ME, NAME, NIK, PASSPHRASE
from tests.servers.bsre import PASSWORD, SUBSCRIBER, USER, BsreServer, Person, bsre_server
from tests.servers.bsre_moods import MOODS
from tests.support.files.certificates import Authority
from tests.support.files.pdfs import pdf

LETTER = pdf("Nota dinas. #")
V1, V2 = "/api/sign/pdf", "/api/v2/sign/pdf"
STATUS_V1, STATUS_V2 = f"/api/user/status/{NIK}", "/api/v2/user/check/status"

# What each mood of a signing call comes to: the error, its field, and words of its sentence; None where files come.
REFUSED, UNANSWERED, UNAVAILABLE = BsreRefused, BsreUnanswered, BsreUnavailable
OUTCOMES: dict[str, tuple[type[BsreError], str, str] | None] = {
    "good": None,
    "wrong-passphrase": (REFUSED, "passphrase", "Passphrase anda salah"),
    "unknown-user": (REFUSED, "official", "User tidak terdaftar"),
    "refused": (REFUSED, "", "Dokumen tidak dapat ditandatangani"),
    "busy": (UNAVAILABLE, "", "terlalu banyak panggilan"),
    "ill": (UNANSWERED, "", "500 tanpa alasan"),
    "ill-json": (UNANSWERED, "", "Internal Server Error"),
    "ill-wrong-passphrase": (REFUSED, "passphrase", "Passphrase anda salah"),
    "html": (UNANSWERED, "", "502 tanpa alasan"),
    "html-success": (UNANSWERED, "", "jawabannya bukan"),
    "unauthorised": (UNAVAILABLE, "", "DOCGEN_BSRE_USER"),
    "not-white-listed": (UNAVAILABLE, "", "white list"),
    "redirect": (UNAVAILABLE, "", "mengalihkan"),
    "too-large-for-it": (REFUSED, "", "terlalu besar"),
    "deep": (UNANSWERED, "", "jawabannya bukan"),
    "no-file": (UNANSWERED, "", "jawabannya"),
    "no-pdf": (UNANSWERED, "", "jawabannya bukan PDF"),
    "late": (UNANSWERED, "", "batas waktu"),
    "late-signed": (UNANSWERED, "", "batas waktu"),
    "cut": (UNANSWERED, "", "terputus"),
    "hung-up": (UNANSWERED, "", "terputus"),
    "fewer": (UNANSWERED, "", "jawabannya"),
    "too-large": (UNANSWERED, "", "terlalu besar"),
    "drip": (UNANSWERED, "", "batas waktu"),
    "echo": (REFUSED, "passphrase", "kode 2031"),
    # these come as files, and are judged by who asked for them
    **dict.fromkeys(("other-bytes", "other-person", "untrusted", "broken", "unsigned", "newlines", "one-text")),
}


def passphrase() -> Secret:
    return Secret.passphrase(PASSPHRASE.encode())


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 20), "navy").save(out, "PNG")
    return out.getvalue()


def test_every_mood_has_its_outcome() -> None:
    """No mood of the service is left untried below."""
    assert OUTCOMES.keys() == MOODS.keys()


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("mood", sorted(OUTCOMES))
def test_each_mood_is_told_for_what_it_is(bsre: BsreServer, mood: str, version: str) -> None:
    """By each version: files come, or the right error with a sentence; the passphrase went out once, and is in none."""
    bsre.v2, bsre.mood = version == "v2", mood
    client = bsre.client(sign_timeout=0.6 if mood in ("late", "late-signed", "drip") else 20.0)
    secret, outcome = passphrase(), OUTCOMES[mood]
    if version == "v1" and mood in ("newlines", "one-text", "no-file", "no-pdf"):  # v1 answers the PDF itself
        outcome = (UNANSWERED, "", "jawabannya bukan PDF")
    begin = time.monotonic()
    if outcome is None:
        (signed,) = client.sign(ME, secret, [FileToSign(LETTER)])
        assert signed.startswith(LETTER) or mood == "other-bytes"
    else:
        with pytest.raises(outcome[0]) as failed:
            client.sign(ME, secret, [FileToSign(LETTER)])
        assert getattr(failed.value, "field", "") == outcome[1]
        assert outcome[2] in str(failed.value)
        assert PASSPHRASE not in f"{failed.value!r} {failed.value.__cause__!r} {failed.value.__context__!r}"
    assert time.monotonic() - begin < 5.0
    assert [call.path for call in bsre.calls if call.values.get("passphrase") == PASSPHRASE] == [
        V1 if version == "v1" else V2
    ]
    assert secret.is_empty


def test_a_busy_service_says_how_long_to_wait(bsre: BsreServer) -> None:
    """Seconds of Retry-After are kept; a date there, or none, is no reason to fail otherwise."""
    bsre.mood = "busy"
    with pytest.raises(BsreUnavailable) as busy:
        bsre.client().sign(ME, passphrase(), [FileToSign(LETTER)])
    assert busy.value.wait == dt.timedelta(seconds=17)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("NOT_REGISTERED", "tidak mengenal"),
        ("NEW", "tautan aktivasi"),
        ("WAITING_FOR_VERIFICATION", "menunggu verifikasi"),
        ("NO_CERTIFICATE", "belum punya sertifikat"),
        ("EXPIRED", "habis masa berlakunya"),
        ("RENEW", "diperbarui"),
        ("SUSPEND", "dibekukan"),
        ("REVOKE", "dicabut"),
        ("SESUATU_YANG_BARU", "SESUATU_YANG_BARU"),
    ],
)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_who_may_not_sign_learns_why_before_the_passphrase_is_sent(
    bsre: BsreServer, code: str, words: str, version: str
) -> None:
    """Each status has its sentence, which shows the NIK masked; a call without asking first sends no passphrase."""
    bsre.v2 = version == "v2"
    bsre.people[0].status = code
    status = bsre.client().status(ME)
    assert (status.code, status.may_sign) == (code, False)
    assert words in status.message
    assert NIK not in status.message
    with pytest.raises(BsreRefused) as refused:
        bsre.client().sign(ME, passphrase(), [FileToSign(LETTER)])
    assert refused.value.field == "official"
    assert bsre.count("passphrase") == 0


def test_a_stranger_is_not_registered(bsre: BsreServer) -> None:
    """Whom BSrE does not know at all gets the same answer as one it calls so."""
    status = bsre.client().status(SigningIdentity("email", "tidak.ada@kutim.example"))
    assert (status.code, status.may_sign) == ("NOT_REGISTERED", False)
    assert "tidak.ada" not in status.message


def test_several_files_are_signed_by_one_call(bsre: BsreServer) -> None:
    """By v2 twelve files take one request and one passphrase, in order, each with the signature of the person."""
    letters = [pdf(f"Surat {number}") for number in range(12)]
    signed = bsre.client().sign(SigningIdentity("email", EMAIL), passphrase(), [FileToSign(file) for file in letters])
    assert [file.startswith(letter) for file, letter in zip(signed, letters, strict=True)] == [True] * 12
    assert bsre.paths() == [STATUS_V2, V2]
    (report,) = inspect_signatures(signed[3], trust=[bsre.authority.root.pem])
    assert (report.signer, report.intact, report.covers_whole, report.trusted) == (NAME, True, True, True)


def test_by_v1_each_file_is_a_call_until_one_fails(bsre: BsreServer) -> None:
    """The third of four fails, and the fourth is not sent."""
    bsre.v2, bsre.next_moods = False, ["good", "good", "ill"]
    letters = [pdf(f"Surat {number}") for number in range(4)]
    with pytest.raises(BsreUnanswered):
        bsre.client().sign(ME, passphrase(), [FileToSign(file) for file in letters])
    assert bsre.paths() == [STATUS_V2, STATUS_V1, V2, V1, V1, V1]


def test_the_version_is_asked_once(bsre: BsreServer) -> None:
    """The next calls of a client go straight to what the service speaks, and ask anew when that is gone."""
    client = bsre.client()
    bsre.v2 = False
    client.status(ME)
    client.sign(ME, passphrase(), [FileToSign(LETTER)])
    assert bsre.paths() == [STATUS_V2, STATUS_V1, V2, V1]
    bsre.v1, bsre.v2 = False, True
    with pytest.raises(BsreUnavailable, match="tidak ada layanan"):
        client.sign(ME, passphrase(), [FileToSign(LETTER)])
    client.sign(ME, passphrase(), [FileToSign(LETTER)])
    assert bsre.paths()[4:] == [V1, STATUS_V2, V2]


def test_a_status_of_v1_beside_signing_by_v2(bsre: BsreServer) -> None:
    """Where only the old status call is there, signing goes by v2 all the same, found out without a passphrase."""
    bsre.v2_status = False
    bsre.client().sign(ME, passphrase(), [FileToSign(LETTER)])
    assert bsre.paths() == [STATUS_V2, STATUS_V1, V2, V2]
    assert json.loads(bsre.calls[2].body) == {}


def test_without_any_service_nothing_is_sent(bsre: BsreServer) -> None:
    """An address with another web server behind it gets no passphrase, and the sentence names the setting."""
    bsre.v1 = bsre.v2 = False
    with pytest.raises(BsreUnavailable, match="DOCGEN_BSRE_URL"):
        bsre.client().sign(ME, passphrase(), [FileToSign(LETTER)])
    assert bsre.count("passphrase") == 0


def test_v1_knows_neither_mail_addresses_nor_one_time_codes(bsre: BsreServer) -> None:
    """Both are refused with what to do instead, before anything is sent."""
    bsre.v2 = False
    with pytest.raises(BsreRefused, match="NIK"):
        bsre.client().status(SigningIdentity("email", EMAIL))
    with pytest.raises(BsreRefused, match="passphrase"):
        bsre.client().sign(ME, Secret.totp("123456"), [FileToSign(LETTER)])
    assert bsre.count("123456") == 0


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("tag", ["", "#"])
def test_a_visible_signature_stands_where_it_was_put(bsre: BsreServer, version: str, tag: str) -> None:
    """Place from the page's top left, size and picture arrive, or the tag; reason and location as well."""
    bsre.v2 = version == "v2"
    look = SignatureAppearance(picture(), 120.0, 40.0, page=1, left=300.0, top=500.0, tag=tag)
    (signed,) = bsre.client().sign(ME, passphrase(), [FileToSign(LETTER, look, "Naskah Dinas", "Sangatta")])
    assert inspect_signatures(signed)[0].intact
    call = bsre.calls[-1]
    assert call.pictures == [picture()]
    (sent,) = call.properties
    assert (sent["reason"], sent["location"]) == ("Naskah Dinas", "Sangatta")
    assert [float(sent[name]) for name in ("width", "height")] == [120.0, 40.0]
    assert sent["tampilan"].casefold() == "visible"
    assert ("tag_koordinat" if version == "v1" else "tag") in sent or not tag
    if not tag:
        assert [float(sent[name]) for name in ("page", "originX", "originY")] == [1.0, 300.0, 500.0]


def test_the_seal_goes_from_code_to_code(bsre: BsreServer) -> None:
    """Each code of the seal is made by the one before, seals, and none of them is printed."""
    client = bsre.client()
    assert client.seal_activation(SUBSCRIBER)
    new = client.seal_totp(SUBSCRIBER, Secret.totp(bsre.seal_totp), 1)
    assert new.totp == bsre.seal_totp
    assert new.totp not in repr(new)
    (signed,) = client.seal(SUBSCRIBER, Secret.totp(new.totp), [FileToSign(LETTER)])
    assert inspect_signatures(signed, trust=[bsre.authority.root.pem])[0].signer == "Sekretariat Daerah"
    with pytest.raises(BsreRefused) as refused:
        client.seal(SUBSCRIBER, Secret.totp("000000"), [FileToSign(LETTER)])
    assert refused.value.field == "totp"
    assert client.revoke_seal(SUBSCRIBER, Secret.totp(new.totp))


def test_an_official_signs_by_a_one_time_code(bsre: BsreServer) -> None:
    """The code that the person has signs instead of the passphrase."""
    client = bsre.client()
    code = bsre.people[0].totp = "771204"
    (signed,) = client.sign(ME, Secret.totp(code), [FileToSign(LETTER)])
    assert inspect_signatures(signed)[0].intact
    with pytest.raises(BsreRefused) as refused:
        client.sign(ME, Secret.totp("000000"), [FileToSign(LETTER)])
    assert refused.value.field == "totp"


def test_a_service_that_is_away_was_not_asked() -> None:
    """Nothing listens, or the name is unknown: that is certain, and said within the time of connecting."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    for url in (address, "http://tidak-ada.invalid"):
        client = BsreClient(BsreSettings(url, USER, PASSWORD), connect_timeout=2.0, status_timeout=3.0)
        with pytest.raises(BsreUnavailable, match="tidak tersambung"):
            client.sign(ME, passphrase(), [FileToSign(LETTER)])


def test_no_proxy_of_the_environment_sees_the_passphrase(bsre: BsreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that is set for other programs is passed by."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert bsre.client().status(ME).may_sign


def test_tls_with_the_region_s_own_ca(tmp_path: Path) -> None:
    """The CA of the settings is believed and no other: with a wrong one, or the system's, nothing at all is sent."""
    with bsre_server(Person(NAME, NIK, PASSPHRASE), tls=True, folder=tmp_path) as bsre:
        right, wrong = tmp_path / "right.pem", tmp_path / "wrong.pem"
        right.write_bytes(bsre.authority.root.pem)
        wrong.write_bytes(Authority("CA lain").root.pem)
        for ca in (wrong, None):
            with pytest.raises(BsreUnavailable, match="DOCGEN_BSRE_CA"):
                bsre.client(ca).sign(ME, passphrase(), [FileToSign(LETTER)])
        assert bsre.calls == []
        (signed,) = bsre.client(right).sign(ME, passphrase(), [FileToSign(LETTER)])
        assert signed.startswith(LETTER)
        with pytest.raises(BsreUnavailable, match=r"tidak-ada\.pem"):
            bsre.client(tmp_path / "tidak-ada.pem").status(ME)


def test_the_log_has_neither_passphrase_nor_nik(bsre: BsreServer, caplog: pytest.LogCaptureFixture) -> None:
    """It says which call was made and how it ended, by both versions, and nothing of who signs."""
    caplog.set_level("DEBUG")
    for bsre.v2 in (True, False):
        for bsre.mood in ("good", "echo", "ill"):
            with suppress(BsreError):
                bsre.client().sign(ME, passphrase(), [FileToSign(LETTER)])
    assert V2 in caplog.text
    assert [text for text in (NIK, PASSPHRASE, "kunci", PASSWORD) if text in caplog.text] == []
