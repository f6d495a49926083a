"""The audit log tells every change of the registers, signing in and bundles, and can be checked elsewhere."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from pathlib import Path

import pytest

from docgen.desk import Desk
from docgen.desk.access.accounts import change_password, check_password, create_user
from docgen.desk.access.sessions import begin_session
from docgen.desk.audit import with_origin
from docgen.desk.audit_actions import Action
from docgen.desk.audit_history import COLUMNS, GROUPS, differences, export, group_of, sentence
from docgen.desk.bundles.build import BundleRequest, make_bundle, run_bundle_job
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.registers.edit import (
    add_asset,
    add_official,
    change_asset,
    change_emblem,
    change_office,
    change_official,
    remove_asset,
    remove_official,
)
from docgen.desk.registers.imports import import_assets, import_officials
from docgen.errors import InvalidSubmission
from storage.catalogue import audit, jobs, registers
from storage.errors import RecordConflict
from storage.records import Asset, Event, Job, Office, Official

pytestmark = pytest.mark.office  # the desk fixture has a LibreOffice

ROOT = Path(__file__).parents[2]
CODE = [path for room in ("docgen", "web") for path in (ROOT / room).rglob("*.py")]
PASSWORD = "kucing-oren-di-atap"
ROUTER = Asset(nibar="X/1", name="Router", value=1_500_000)
BUDI = Official(id="budi", name="Budi", post="Penguji", role="kepala_seksi")


def newest(desk: Desk, count: int = 1) -> list[Event]:
    """The last lines, newest first."""
    with desk.catalogue.read() as tx:
        return audit.list_events(tx, limit=count)


def told(desk: Desk) -> tuple[str, str, str]:
    """Who did what to what, of the last line."""
    [event] = newest(desk)
    return event.actor, event.action, event.subject


def test_an_asset_is_told_from_its_first_day_to_its_last(desk: Desk) -> None:
    """Created with what it says; changed with the changed fields only; the same again is no line; removed with all."""
    with with_origin("10.0.0.7"):
        add_asset(desk, ROUTER, by="siti")
    [created] = newest(desk)
    assert (created.actor, created.origin, created.action, created.subject) == (
        "siti", "10.0.0.7", "asset.created", "X/1",
    )  # fmt: skip
    assert created.after["value"] == 1_500_000
    assert "brand" not in created.after
    moved = ROUTER.model_copy(update={"location": "Ruang server", "condition": "KB"})
    change_asset(desk, moved, by="budi")
    [changed] = newest(desk)
    assert (changed.before, changed.after) == (
        {"condition": "B", "location": ""}, {"condition": "KB", "location": "Ruang server"},
    )  # fmt: skip
    change_asset(desk, moved, by="budi")
    assert newest(desk) == [changed]
    remove_asset(desk, " X\u200b/1", by="budi")  # the same code, as it looks
    [removed] = newest(desk)
    assert (removed.action, removed.subject) == ("asset.removed", "X/1")
    assert (removed.before["location"], removed.after) == ("Ruang server", {})


def test_what_is_refused_leaves_no_line(desk: Desk) -> None:
    """A taken NIBAR changes neither register nor log."""
    add_asset(desk, ROUTER, by="siti")
    before = newest(desk)
    with pytest.raises(RecordConflict):
        add_asset(desk, ROUTER, by="siti")
    assert newest(desk) == before


def test_officials_office_and_emblem_are_told(desk: Desk) -> None:
    """Each with who did it; the emblem by its SHA-256, and the same one again is no line."""
    add_official(desk, BUDI, by="siti")
    assert told(desk) == ("siti", "official.created", "budi")
    change_official(desk, BUDI.model_copy(update={"post": "Kepala"}), by="siti")
    [changed] = newest(desk)
    assert (changed.before, changed.after) == ({"post": "Penguji"}, {"post": "Kepala"})
    remove_official(desk, "budi", by="siti")
    assert told(desk) == ("siti", "official.removed", "budi")
    with desk.catalogue.read() as tx:
        office: Office = registers.get_office(tx)
    change_office(desk, office.model_copy(update={"place": "Kusan"}), by="siti")
    [changed] = newest(desk)
    assert (changed.action, changed.after) == ("office.changed", {"place": "Kusan"})
    for _ in range(2):
        change_emblem(desk, b"png", by="siti")
    old, new = newest(desk, 2)[1], newest(desk)[0]
    assert old.action == "office.changed"
    assert new.after == {"sha256": hashlib.sha256(b"png").hexdigest(), "size": 3}
    change_emblem(desk, None, by="siti")
    assert newest(desk)[0].after == {}


def test_an_import_is_one_line_with_counts_and_few_records(desk: Desk) -> None:
    """The file's name, what was added, changed, left and refused; before and after of each record when few changed."""
    add_asset(desk, ROUTER, by="siti")
    lines = "nibar,name,value\nX/1,Router lama,1500000\nX/2,Switch,\nX/3,,\n"
    import_assets(desk, "aset.csv", lines.encode(), by="budi")
    [event] = newest(desk)
    assert (event.actor, event.action, event.subject) == ("budi", "asset.imported", "aset.csv")
    counts = {key: event.after[key] for key in ("added", "changed", "unchanged", "rejected")}
    assert counts == {"added": 1, "changed": 1, "unchanged": 0, "rejected": 1}
    assert event.before == {"records": {"X/1": {"name": "Router"}}}
    assert event.after["records"]["X/1"] == {"name": "Router lama"}
    assert event.after["records"]["X/2"]["name"] == "Switch"
    assert ("X/1 › Nama barang", "Router", "Router lama") in differences(event)
    import_assets(desk, "aset.csv", lines.encode(), by="budi")
    assert newest(desk)[0].after["unchanged"] == 2
    assert "records" not in newest(desk)[0].after


def test_a_large_import_tells_only_counts(desk: Desk) -> None:
    """51 new records are one line without them; a file of which nothing is taken is no line."""
    rows = "".join(f"Y/{number},Kabel\n" for number in range(51))
    import_assets(desk, "banyak.csv", f"nibar,name\n{rows}".encode(), by="budi")
    [event] = newest(desk)
    assert event.after == {"file": "banyak.csv", "added": 51, "changed": 0, "unchanged": 0, "rejected": 0}
    import_assets(desk, "salah.csv", b"nibar,name\nZ,\n", by="budi")
    assert newest(desk) == [event]


def test_an_import_of_officials_is_told(desk: Desk) -> None:
    """As with assets; the pangkat filled in from the golongan is told as kept."""
    rows = "id,name,grade,post,role\nuji,Uji Coba,III/d,Penguji,kepala_seksi\n"
    import_officials(desk, "pejabat.csv", rows.encode(), by="budi")
    [event] = newest(desk)
    assert (event.action, event.after["records"]["uji"]["rank"]) == ("official.imported", "Penata Tingkat I")


def test_signing_in_is_told_whether_it_works_or_not(desk: Desk) -> None:
    """A failure names what was typed, cut and clean, and nobody as who did it; a changed password is no sign-in."""
    create_user(desk, "ani", "operator", "", PASSWORD)
    user = check_password(desk, "ani", PASSWORD)
    assert user is not None
    begin_session(desk, user, "totp")
    assert told(desk) == ("ani", "user.signed_in", "ani")
    assert newest(desk)[0].after == {"method": "totp"}
    assert check_password(desk, "ani", "salah") is None
    assert told(desk) == ("", "user.sign_in_failed", "ani")
    assert check_password(desk, "a\n" + "x" * 500, "salah") is None
    assert told(desk) == ("", "user.sign_in_failed", "a" + "x" * 59)
    before = newest(desk)
    with pytest.raises(InvalidSubmission):
        change_password(desk, "ani", "salah", PASSWORD)
    assert newest(desk) == before
    change_password(desk, "ani", PASSWORD, PASSWORD + "1")
    assert told(desk) == ("ani", "user.password_changed", "ani")
    assert PASSWORD not in "".join(export(desk, "jsonl", "ani"))


def test_the_chain_can_be_checked_outside(desk: Desk) -> None:
    """From either export alone each hash is reckoned again, and each line names the one before; both end whole."""
    add_asset(desk, Asset(nibar="=1+1", name="-Kabel", brand="'petik", location="é, “kutip”"), by="@siti")
    lines = [json.loads(line) for line in "".join(export(desk, "jsonl", "ani")).splitlines()]
    rows = list(csv.DictReader(io.StringIO("".join(export(desk, "csv", "ani")))))
    assert tuple(rows[0]) == COLUMNS
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    plain = [{key: cell[1:] if cell.startswith("'") else cell for key, cell in row.items()} for row in rows]
    typed = [
        {
            **row,
            "sequence": int(row["sequence"]),
            "before": json.loads(row["before"]),
            "after": json.loads(row["after"]),
        }
        for row in plain
    ]
    assert typed[: len(lines)] == lines
    previous = "0" * 64
    for line in typed:
        said = {key: value for key, value in line.items() if key != "hash"}
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert line["hash"] == hashlib.sha256(text.encode()).hexdigest()
        assert line["previous"] == previous
        previous = line["hash"]
    assert (lines[-1]["action"], lines[-1]["actor"], lines[-1]["after"]["format"]) == ("audit.exported", "ani", "jsonl")
    assert typed[-1]["after"] == {"format": "csv", "events": len(lines)}


def test_a_bundle_is_told(desk: Desk) -> None:
    """What was bundled, of how many documents and pages; from the queue in the name of who asked, or at once."""
    data = desk.kinds["nota_dinas"].example
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ["6310190000101"], "data": data}
    document = issue(desk, DocumentRequest.model_validate(body), "sari")
    asked = {"documents": [document.id]}
    job = Job(id="j1", kind="bundle", status="running", request=asked, created_at=desk.now(), created_by="rina")
    with desk.catalogue.write() as tx:
        jobs.add_job(tx, job)
    result = run_bundle_job(desk, job, lambda done, total: None)
    [event] = newest(desk)
    assert (event.actor, event.action, event.origin) == ("rina", "bundle.made", "antrean pekerjaan")
    assert (event.after["count"], event.after["pages"]) == (1, result["pdf"]["pages"])
    assert event.after["documents"] == [document.id]
    made = make_bundle(desk, BundleRequest(documents=[document.id]), by="ani")
    assert told(desk) == ("ani", "bundle.made", made.manifest.code)


def test_values_are_told_in_words(desk: Desk) -> None:
    """Conditions, roles and statuses as people call them; what has no words stays, what says nothing is left out."""
    add_asset(desk, ROUTER, by="siti")
    change_asset(desk, ROUTER.model_copy(update={"condition": "RB", "year": 2024}), by="siti")
    assert differences(newest(desk)[0]) == [("Tahun perolehan", "", "2024"), ("Kondisi", "Baik", "Rusak Berat")]
    create_user(desk, "ani", "pejabat", "", PASSWORD, officials=["*"])
    assert differences(newest(desk)[0]) == [
        ("Nama", "", "ani"), ("Peran", "", "Pejabat"), ("Pejabat", "", "semua"),
    ]  # fmt: skip
    voided = newest(desk)[0].model_copy(update={"action": "document.voided", "after": {"status": "void"}})
    assert differences(voided, {"status": {"void": "Batal"}}) == [("Keadaan", "", "Batal")]


def test_every_action_has_words_and_a_group() -> None:
    """The actions that the code records are the known ones, each with words of its own and in a group that can be
    chosen; an action that a log of another version holds shows as it is.
    """
    used = {name for path in CODE for name in re.findall(r"\bAction\.([A-Z_]+)\b", path.read_text("utf-8"))}
    assert used == set(Action.__members__)
    assert len({action.words for action in Action}) == len(Action)
    assert {group_of(action) for action in Action} == set(GROUPS)
    assert sentence("asset.created") == "menambahkan aset"
    assert sentence("document.seal_failed") == "gagal membubuhkan segel pada naskah"
    assert sentence("lain.hal") == "lain.hal"


def test_the_log_begins_with_what_was_filled_in(desk: Desk) -> None:
    """The first line of a new installation tells the demo office and how many officials and assets came with it."""
    with desk.catalogue.read() as tx:
        first = next(audit.all_events(tx))
        assert first.after["assets"] == registers.count_assets(tx)
    assert (first.action, first.actor) == ("office.created", "docgen")
