"""The day itself: what the office does from eight in the morning, in order."""

from __future__ import annotations

from collections.abc import Callable

from lxml import html

from tests.support.office_day import afternoon, errors, evening, filing, registers, webhooks
from tests.support.office_day.letters import API, OFFICIALS, Letters, photo
from tests.support.office_day.pages import Person, sign_in
from tests.support.office_day.recorder import Recorder

Part = Callable[[Recorder, Person, Letters], None]


def play(recorder: Recorder, *, short: bool = False) -> None:
    """Play the day, or only one letter of it."""
    admin = sign_in(recorder, "admin", recorder.service.password)
    recorder.give_token("system", make_token(admin, "Sistem aset", "admin", list(OFFICIALS.values())))
    letters = Letters(recorder, "system")
    if short:
        letter = letters.issue(letters.body("nota_dinas", "pemeliharaan", 2))
        letters.endorse(letter["id"], "kepala-bidang", "setuju")
        letters.json("POST", f"/documents/{letter['id']}/seal")
        for page in ("/", "/agenda", f"/d/{letter['id']}"):
            admin.get(page)
        return
    recorder.give_token("dashboard", make_token(admin, "Dasbor", "read", []))
    recorder.give_token("limited", make_token(admin, "Terbatas", "write", [], procedures=["evaluasi"]))
    parts: list[Part] = [
        read_catalogue, registers.edit, run_procedures, afternoon.correct, afternoon.at_the_pages, webhooks.tell,
        filing.batches, filing.bundles, filing.scans, errors.ask_wrongly, afternoon.look_around,
        evening.go_home,
    ]  # fmt: skip
    for part in parts:
        part(recorder, admin, letters)


def make_token(admin: Person, name: str, scope: str, officials: list[str], **limits: list[str]) -> str:
    """Return a token that the administrator made on the page."""
    answer = admin.send("/token", "/token", {"name": name, "scope": scope, "officials": officials, **limits})
    return str(html.fromstring(answer.content).get_element_by_id("token-baru").text)


def read_catalogue(recorder: Recorder, _admin: Person, letters: Letters) -> None:
    """Read what a system asks for first."""
    for path in ("/healthz", "/readyz", f"{API}/openapi.json", "/api/docs", "/", "/masuk"):
        recorder.call("nobody", "GET", path)
    for path in ("/office", "/officials", "/assets", "/assets?q=router&limit=2"):
        letters.get(path)
    for kind in letters.kinds:
        letters.get(f"/kinds/{kind}")
        letters.get(f"/kinds/{kind}/sheet")


def run_procedures(_recorder: Recorder, _admin: Person, letters: Letters) -> None:
    """Run all six procedures from their first step to their last, and issue the kinds that no step demands."""
    letters.upload(photo("navy"), "router.jpg")
    letters.upload(photo("darkred", "PNG"), "rak.png")
    for procedure in letters.procedures:
        letters.run_procedure(procedure)
    for kind in ("disposisi", "sop", "nota_dinas", "surat_penugasan", "telaahan"):
        letters.issue(letters.body(kind, "penggunaan", 1) | {"dossier": "new"})
