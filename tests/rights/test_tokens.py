"""Tokens with single permissions: what they may, and that nobody gives one more than he has himself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docgen.desk.access.roles import role_faults
from docgen.desk.access.tokens import create_token, list_tokens
from docgen.errors import InvalidSubmission
from docgen.permissions import PERMISSIONS, load_permissions
from tests.rights.conftest import House
from tests.support.callers.roles import caller

pytestmark = pytest.mark.office


def test_the_api_answers_the_table(house: House) -> None:
    """Every permission in words, the roles and the scopes, as in the office's file; a token that reads may ask."""
    answer = house.system("read").get("/permissions").get_json()
    assert answer == load_permissions().as_data()
    assert list(answer["permissions"]) == list(PERMISSIONS)
    assert answer["roles"]["pengawas"]["label"] == "Pengawas"
    assert answer["scopes"]["read"] == ["read", "export"]


def test_a_token_may_what_it_names_and_is_told_what_it_lacks(house: House) -> None:
    """With `read` alone it reads and changes nothing; the problem names the permission that is missing."""
    system = house.system("read", permissions=["read"])
    assert system.get(f"/documents/{house.mine.id}").status_code == 200
    refused = system.post("/uploads")
    assert (refused.status_code, refused.get_json()["missing"]) == (403, "issue")
    assert "“Membuat, menerbitkan" in refused.get_json()["detail"]
    other = house.system("read", permissions=["audit"]).get("/documents")
    assert (other.status_code, other.get_json()["missing"]) == (403, "read")
    assert "missing" not in system.get("/documents/tidak-ada").get_json()


def test_permissions_go_before_the_scope(house: House) -> None:
    """A token that names permissions has not what its scope would give; an unknown one is refused by name."""
    assert house.system("admin", permissions=["read"]).get("/webhooks").status_code == 403
    with pytest.raises(InvalidSubmission) as refused:
        create_token(house.desk, "salah", "read", [], permissions=["read", "terbang"])
    assert [error.field for error in refused.value.errors] == ["permissions"]
    assert "'terbang' tidak ada" in refused.value.errors[0].message


def test_accounts_whose_role_the_table_lost_are_named(house: House) -> None:
    """An office's own table without a role leaves its accounts without any right, and the start says whose."""
    assert role_faults(house.desk) == []
    house.person("tanpa.peran", "arsiparis")
    roles = {name: role for name, role in house.desk.roles.roles.items() if name != "arsiparis"}
    desk = replace(house.desk, roles=replace(house.desk.roles, roles=roles))
    [fault] = role_faults(desk)
    assert "'arsiparis' tidak ada dalam tabel izin" in fault
    assert "tanpa.peran" in fault


def test_nobody_gives_a_token_more_than_he_has(house: House) -> None:
    """Neither by scope nor by permission nor by official, and what is refused leaves no token."""
    keeper = replace(caller("penyambung", "pengelola-aset-2"), permissions=frozenset({"read", "connect"}))
    before = len(list_tokens(house.desk))
    for scope, permissions, officials, field in (
        ("admin", [], [], "scope"),
        ("read", [], [], "scope"),
        ("read", ["read", "issue"], [], "permissions"),
        ("read", ["read"], ["kepala-dinas"], "officials"),
        ("read", ["read"], ["*"], "officials"),
    ):
        with pytest.raises(InvalidSubmission) as refused:
            create_token(house.desk, "lebih", scope, officials, keeper.name, permissions=permissions, creator=keeper)
        assert [error.field for error in refused.value.errors] == [field]
    assert len(list_tokens(house.desk)) == before
    create_token(house.desk, "sama", "read", ["pengelola-aset-2"], permissions=["read"], creator=keeper)
    assert list_tokens(house.desk)[0].permissions == ["read"]
