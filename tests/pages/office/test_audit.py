"""The page of the audit log: who may see it, what it says, and what can be taken away."""

from __future__ import annotations

import io
import json
import re

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.desk.dossiers.dossiers import close
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.registers.edit import add_asset
from storage.catalogue import audit
from storage.records import Asset
from tests.support.callers.pages import Person, person, words
from web.pages.office import history

pytestmark = pytest.mark.office

SWITCH = {"nibar": "X/1", "name": "Switch", "condition": "B", "sort": "hardware"}


@pytest.mark.parametrize("role", ["operator", "pejabat"])
@pytest.mark.parametrize("path", ["/riwayat", "/riwayat/ekspor.csv", "/riwayat/ekspor.jsonl"])
def test_only_administrators_see_the_log(desk: Desk, app: Flask, role: str, path: str) -> None:
    """Others have no link to it in the menu and are told whom to ask."""
    somebody = person(desk, role, app)
    assert "/riwayat" not in somebody.get("/").text
    answer = somebody.get(path)
    assert answer.status_code == 403
    assert "administrator" in words(answer)


def test_a_change_on_a_page_is_told_with_who_and_where_from(admin: Person) -> None:
    """Adding and changing an asset: who, in words, a link to the asset, from which address, before and after."""
    assert 'href="/riwayat"' in admin.get("/aset/baru").text
    admin.post("/aset/baru", SWITCH)
    admin.get("/aset/ubah?nibar=X/1")
    admin.post("/aset/ubah?nibar=X/1", SWITCH | {"location": "Ruang <server>"})
    answer = admin.get("/riwayat")
    said = words(answer)
    assert "kepala mengubah aset Switch (X/1)" in said
    assert "Lokasi – → Ruang <server>" in said
    assert "127.0.0.1" in said
    assert said.index("mengubah aset") < said.index("menambahkan aset")
    assert 'href="/arsip/X/1"' in answer.text
    assert "Rantai utuh:" in said
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", answer.text)


def test_every_page_that_changes_a_register_is_told(admin: Person, desk: Desk) -> None:
    """Assets, officials, office, emblem, imports, accounts and tokens: each by the person who was signed in."""
    admin.get("/aset/baru")
    admin.post("/aset/baru", SWITCH)
    admin.post("/aset/hapus", {"nibar": "X/1"})
    admin.post("/aset/impor", {"berkas": _file("NIBAR;Nama barang\nX/9;Meja\n")})
    official = {"name": "Uji", "post": "Penguji", "role": "kepala_seksi", "capacity": "definitif"}
    admin.post("/pejabat/baru", official)
    with desk.catalogue.read() as tx:
        id = audit.list_events(tx, limit=1)[0].subject
    admin.post(f"/pejabat/ubah?id={id}", official | {"post": "Kepala"})
    admin.post("/pejabat/hapus", {"id": id})
    admin.post("/kantor/lambang", {"hapus": "1"})
    admin.post("/pengguna", {"name": "rina", "full_name": "Rina", "role": "operator"})
    admin.post("/pengguna/aktif", {"name": "rina", "active": "0"})
    with desk.catalogue.read() as tx:
        mine = [one.action for one in audit.list_events(tx) if one.actor == "kepala"]
        assert audit.check_chain(tx) == []
    assert mine == [
        "user.changed", "user.created", "office.emblem_changed", "official.removed", "official.changed",
        "official.created", "asset.imported", "asset.removed", "asset.created", "user.signed_in",
    ]  # fmt: skip


def test_the_api_tells_the_name_of_the_token(admin: Person, desk: Desk) -> None:
    """What another system changes is told under the name of its token."""
    token = create_token(desk, "SIMDA BMD", "write", [])
    headers = {"Authorization": f"Bearer {token}"}
    client = admin.app.test_client()
    assert client.post("/api/v1/assets", json=SWITCH, headers=headers).status_code == 201
    assert client.delete("/api/v1/assets/X%2F1", headers=headers).status_code == 204
    said = words(admin.get("/riwayat"))
    assert "SIMDA BMD menghapus aset Switch (X/1)" in said
    assert "SIMDA BMD menambahkan aset Switch (X/1)" in said


def test_a_document_and_its_dossier_are_named_and_linked(admin: Person, desk: Desk) -> None:
    """Number and title instead of ids, each leading to its page; a word of the letter's title finds its line."""
    data = desk.kinds["nota_dinas"].example
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ["6310190000101"], "data": data}
    document = issue(desk, DocumentRequest.model_validate(body), "sari")
    close(desk, document.dossier, "sari", "Dibatalkan pengguna")
    page = admin.get("/riwayat")
    assert f"sari menerbitkan naskah {document.number}" in words(page)
    assert f'href="/d/{document.id}"' in page.text
    assert f'href="/berkas/{document.dossier}"' in page.text
    assert "Alasan – → Dibatalkan pengguna" in words(page)
    found = words(admin.get("/riwayat", query_string={"kata": document.number, "bagian": "document"}))
    assert "menerbitkan naskah" in found
    assert admin.get(f"/berkas/{document.dossier}").status_code == 200


def test_signing_in_in_vain_is_seen(admin: Person, visitor: Person) -> None:
    """The name that was tried, and that nobody is known to have tried it."""
    visitor.get("/masuk")
    visitor.post("/masuk", {"name": "<b>budi</b>", "password": "salah"})
    said = words(admin.get("/riwayat?bagian=user"))
    assert "tidak diketahui gagal masuk sebagai <b>budi</b>" in said
    assert "kepala masuk sebagai kepala" in said


def test_lines_are_narrowed_and_turned_over(admin: Person, desk: Desk) -> None:
    """Words, who, days and group narrow; fifty are on a page, and the next page goes on with the same filter."""
    for number in range(60):
        add_asset(desk, Asset(nibar=f"K/{number:02}", name="Kabel"), by="budi")
    add_asset(desk, Asset(nibar="L/1", name="Laci"), by="siti")
    first = admin.get("/riwayat?kata=kabel&pelaku=budi&bagian=asset")
    assert first.text.count("<time") == 50
    assert "Kabel (K/59)" in words(first)
    assert "Laci" not in words(first)
    onward = re.search(r'href="(/riwayat\?[^"]*sebelum=[^"]*)"', first.text)
    assert onward is not None
    second = admin.get(onward[1].replace("&amp;", "&"))
    assert second.text.count("<time") == 10
    assert "Kabel (K/00)" in words(second)
    today = desk.today().isoformat()
    assert "Laci" in words(admin.get(f"/riwayat?dari={today}&sampai={today}"))
    assert "Tidak ada catatan yang cocok." in words(admin.get("/riwayat?sampai=2020-01-01"))


@pytest.mark.parametrize("query", ["dari=kemarin", "sampai=9999-12-31", "sebelum=x", "bagian=lain", "kata=%25_'\""])
def test_a_filter_that_makes_no_sense_is_no_error(admin: Person, query: str) -> None:
    """What cannot be read as a filter does not narrow; signs of the database's own language are only signs."""
    assert admin.get(f"/riwayat?{query}").status_code == 200


def test_a_broken_chain_is_said_and_a_long_one_checked_when_asked(
    admin: Person, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed line is named at the top; a long log says that it was not checked and has a button."""
    with desk.catalogue.write() as tx:
        tx.exec_driver_sql("DROP TRIGGER audit_no_update")
        tx.exec_driver_sql("UPDATE audit SET actor = 'budi' WHERE sequence = 1")
    assert "Rantai tidak utuh." in words(admin.get("/riwayat"))
    monkeypatch.setattr(history, "CHECKED_UNASKED", 1)
    said = words(admin.get("/riwayat"))
    assert "Rantai belum diperiksa. Periksa rantai" in said
    assert "baris 1 berubah" in words(admin.get("/riwayat?periksa=1"))


def test_the_log_can_be_taken_away(admin: Person) -> None:
    """A file of every line with its hash, and a line in the log that it was taken, by whom."""
    answer = admin.get("/riwayat/ekspor.jsonl")
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["sequence"] for line in lines] == list(range(1, len(lines) + 1))
    assert all(len(line["hash"]) == 64 for line in lines)
    table = admin.get("/riwayat/ekspor.csv")
    assert table.content_type == "text/csv; charset=utf-8"
    assert len(table.text.splitlines()) == len(lines) + 2
    assert words(admin.get("/riwayat")).count("kepala mengunduh riwayat perubahan") == 2
    assert admin.get("/riwayat/ekspor.xml").status_code == 404


def _file(text: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), "aset.csv"
