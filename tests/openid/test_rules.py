"""The settings and the file that say who somebody from an OpenID provider is here."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.errors import DataFileError
from docgen.openid.rules import Rules, read_rules, text_at, texts_at
from docgen.openid.settings import read_openid

RULES = "accounts: create\nroles:\n  /naskah/admin: admin\n  /naskah/operator: operator\n"


def test_the_first_group_of_the_file_gives_the_role() -> None:
    """A person of two groups gets the role that stands higher in the file; who is in none gets no role at all."""
    rules = Rules(accounts="create", roles={"/naskah/admin": "admin", "/naskah/operator": "operator"})
    assert rules.role_of({"groups": ["/naskah/operator", "/naskah/admin"]}) == "admin"
    assert rules.role_of({"groups": "/naskah/operator"}) == "operator"
    for claims in ({}, {"groups": []}, {"groups": None}, {"groups": ["/lain"]}, {"groups": {"/naskah/admin": True}}):
        assert rules.role_of(claims) == ""
    everybody = Rules(accounts="create", roles={"/naskah/admin": "admin", "*": "pejabat"})
    assert everybody.role_of({}) == "pejabat"


def test_a_claim_inside_another_is_named_with_dots() -> None:
    """Keycloak's roles stand in `realm_access.roles`; a claim whose own name has dots is found as well."""
    claims = {
        "realm_access": {"roles": ["a"]},
        "https://kab.example/peran": ["b"],
        "resource_access": {"a.b": {"roles": ["c"]}},
    }
    assert texts_at(claims, "realm_access.roles") == ["a"]
    assert texts_at(claims, "https://kab.example/peran") == ["b"]
    assert texts_at(claims, "resource_access.a.b.roles") == ["c"]
    assert texts_at(claims, "realm_access.roles.x") == []
    assert text_at({"nip": 198001012005011001, "name": "Siti\0\n Aminah", "ya": True}, "nip") == "198001012005011001"
    assert text_at({"name": "Siti\0\n Aminah"}, "name") == "Siti Aminah"
    assert text_at({"ya": True}, "ya") == ""


def test_officials_and_divisions_are_the_files_or_kept_by_hand() -> None:
    """What the file does not mention stays as an administrator set it; what it does is by group, each once."""
    rules = Rules(accounts="create", roles={"*": "pejabat"})
    assert rules.officials_of({"groups": ["a"]}) is None
    rules = Rules(
        accounts="create", roles={"*": "pejabat"}, officials={"a": ["kabid", "sek"], "b": ["sek"]}, divisions={}
    )
    assert rules.officials_of({"groups": ["b", "a"]}) == ["kabid", "sek"]
    assert rules.officials_of({}) == []
    assert rules.divisions_of({}) == []


def test_more_than_a_password_is_told_by_amr_or_acr() -> None:
    """The second factor of the provider counts where it names one (RFC 8176), or a level that the file names."""
    rules = Rules(accounts="create", roles={"*": "admin"}, second_factor={"acr": ["gold"]})
    assert rules.has_second_factor({"amr": ["pwd", "otp"]})
    assert rules.has_second_factor({"acr": "gold"})
    assert not rules.has_second_factor({"amr": ["pwd"], "acr": "1"})
    assert not rules.has_second_factor({"acr": ""})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "no keys"),
        ("- a", "no keys"),
        ("accounts: create", "roles"),
        ("accounts: create\nroles: {}", "roles"),
        ("accounts: mungkin\nroles: {a: admin}", "accounts"),
        ("accounts: create\nroles: {a: admin}\nrole: b", "role"),
        ("accounts: create\nroles: {a: admin}\nscope: profile", "scope"),
        ("accounts: [\n", "no YAML"),
        ("accounts: !!python/object/apply:os.system [ls]", "no YAML"),
        ("x: " + "y" * 200_000, "larger"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, named: str) -> None:
    """The service does not start with rules that it cannot read; the sentence names file, key and where to look."""
    file = tmp_path / "claims.yaml"
    file.write_text(text)
    with pytest.raises(DataFileError, match=named) as refused:
        read_rules(file)
    assert str(file) in str(refused.value)


def test_the_settings_are_whole_or_absent(tmp_path: Path) -> None:
    """Without any of them there is no provider; with some, the missing ones are named; the secret is never shown."""
    assert read_openid({}) is None
    file = tmp_path / "claims.yaml"
    file.write_text(RULES)
    env = {
        "DOCGEN_OIDC_ISSUER": "https://masuk.kab.example/realms/pemda",
        "DOCGEN_OIDC_CLIENT_ID": "naskah-dinas",
        "DOCGEN_OIDC_CLIENT_SECRET": "jangan-tampil",
        "DOCGEN_OIDC_CLAIMS": str(file),
    }
    settings = read_openid(env)
    assert settings is not None
    assert settings.name == "Akun Kabupaten"
    assert "jangan-tampil" not in repr(settings)
    for name in env:
        with pytest.raises(DataFileError, match=name):
            read_openid(env | {name: ""})
    with pytest.raises(DataFileError, match="cannot be read"):
        read_openid(env | {"DOCGEN_OIDC_CLAIMS": str(tmp_path / "tidak-ada.yaml")})
    with pytest.raises(DataFileError, match="DOCGEN_OIDC_NAME"):
        read_openid(env | {"DOCGEN_OIDC_NAME": "x" * 41})


@pytest.mark.parametrize(
    "issuer",
    [
        "http://masuk.kab.example",
        "https://a@b",
        "https://a/?x=1",
        "https://a/#x",
        "ftp://a",
        "https://",
        "http://[::1",
        "x",
    ],
)
def test_secrets_go_over_tls(tmp_path: Path, issuer: str) -> None:
    """An issuer without TLS elsewhere than on this machine, or that is no plain address, is refused at the start."""
    file = tmp_path / "claims.yaml"
    file.write_text(RULES)
    env = {"DOCGEN_OIDC_CLIENT_ID": "a", "DOCGEN_OIDC_CLIENT_SECRET": "b", "DOCGEN_OIDC_CLAIMS": str(file)}
    with pytest.raises(DataFileError, match="DOCGEN_OIDC_ISSUER"):
        read_openid(env | {"DOCGEN_OIDC_ISSUER": issuer})
    assert read_openid(env | {"DOCGEN_OIDC_ISSUER": "http://127.0.0.1:8080/realms/uji"}) is not None
