"""The settings of an office follow from the installation's and its slug; no two offices have a place in common."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from docgen.errors import DataFileError, InvalidSubmission
from docgen.offices import check_bucket, check_host, check_slug, path_of, schema_name, settings_of
from docgen.offices.own_settings import OWN
from docgen.settings import Settings, read_settings, secrets_of
from storage.catalogue.schemas import schema_of
from storage.records import HostedOffice

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
SECRET = "0123456789abcdef" * 3
ROOT = Path(__file__).parent.parent.parent


def office(slug: str, host: str = "") -> HostedOffice:
    """An office at a host name, or at the path of its slug."""
    return HostedOffice(slug=slug, host=host, path="" if host else path_of(slug), created_at=NOW, created_by="t")


def installation(tmp_path: Path, **more: str) -> Settings:
    """An installation in a folder."""
    return read_settings({"DOCGEN_DATA": str(tmp_path), "DOCGEN_SECRET_KEY": SECRET, **more})


SERVERS = {
    "DOCGEN_DATABASE_URL": "postgresql://docgen:p%40ss@db.example/naskah",
    "DOCGEN_STORE_URL": "s3://s3.example:9000/naskah?tls=1&region=x",
    "DOCGEN_PUBLIC_URL": "https://naskah.example",
}


@pytest.mark.parametrize("servers", [{}, SERVERS], ids=["embedded", "servers"])
def test_no_two_offices_have_a_place_or_a_key_in_common(tmp_path: Path, servers: dict[str, str]) -> None:
    """Data, database, archive, keys and address of the installation and of its offices are all different, even where
    slugs begin alike."""
    root = installation(tmp_path, **servers)
    all_settings = [root, *(settings_of(root, office(slug)) for slug in ("pu", "pu-a", "pua", "pu-a-b"))]
    for name in ("data", "database_url", "store_url", "archive_key_file", "secret_key", "public_url"):
        assert len({getattr(settings, name) for settings in all_settings}) == len(all_settings), name
    assert all(secrets_of(settings) for settings in all_settings)


def test_where_an_office_lies(tmp_path: Path) -> None:
    """Embedded everything is in its folder; on servers it has a schema of the database and a bucket of its own."""
    embedded = settings_of(installation(tmp_path), office("dinas-pu"))
    folder = tmp_path / "offices" / "dinas-pu"
    assert (embedded.office, embedded.data) == ("dinas-pu", folder)
    assert embedded.database_url == f"sqlite:///{folder}/docgen.sqlite"
    assert embedded.store_url == (folder / "objects").as_uri()
    assert embedded.archive_key_file == folder / "archive.key"
    served = settings_of(installation(tmp_path, **SERVERS), office("dinas-pu"))
    assert served.store_url == "s3://s3.example:9000/naskah-dinas-pu?tls=1&region=x"
    assert schema_of(served.database_url) == schema_name("dinas-pu") == "office_dinas_pu"
    assert "docgen:p%40ss@db.example/naskah" in served.database_url


@pytest.mark.parametrize(
    ("public_url", "host", "address"),
    [
        ("https://naskah.example", "pu.example", "https://pu.example"),
        ("https://naskah.example", "", "https://naskah.example/o/pu"),
        ("http://127.0.0.1:8000", "pu.localhost", "http://pu.localhost:8000"),
    ],
)
def test_the_address_of_an_office(tmp_path: Path, public_url: str, host: str, address: str) -> None:
    """It has the scheme and port by which the installation is reached."""
    root = installation(tmp_path, DOCGEN_PUBLIC_URL=public_url)
    assert settings_of(root, office("pu", host)).public_url == address


def test_what_is_one_offices_alone_is_not_the_others(tmp_path: Path) -> None:
    """Seal, watched folder and provider of accounts are not inherited; mail server and trusted CAs are."""
    root = installation(
        tmp_path,
        DOCGEN_SEAL_FILE="/s.p12",
        DOCGEN_SEAL_PASSWORD="x",
        DOCGEN_RETURNS="/r",
        DOCGEN_TRUST="/ca.pem",
        DOCGEN_SMTP_URL="smtp://h",
        DOCGEN_MAIL_FROM="a@b.example",
    )
    own = settings_of(root, office("pu"))
    assert (own.seal_file, own.seal_password, own.returns, own.openid) == (None, "", None, None)
    assert (own.trust, own.mail) == (root.trust, root.mail)


def test_files_in_its_folder_go_before_the_installations(tmp_path: Path) -> None:
    """A SOP, templates, retention and permissions of that name; a setting in settings.env, with and without quotes."""
    root = installation(tmp_path, DOCGEN_SOP="/region/sop.yaml", DOCGEN_TEMPLATES="/region/templates")
    folder = tmp_path / "offices" / "pu"
    folder.mkdir(parents=True)
    assert settings_of(root, office("pu")).sop == Path("/region/sop.yaml")
    (folder / "templates").mkdir()
    for name in ("sop.yaml", "retention.csv", "permissions.yaml"):
        (folder / name).write_text("x")
    (folder / "settings.env").write_text(
        '# of this office\n\nDOCGEN_PRODUCT="Surat PU"\nDOCGEN_SEAL_FILE=/s.p12\n'
        "DOCGEN_TIMESTAMP_URL = 'https://t.example'\n"
    )
    own = settings_of(root, office("pu"))
    assert (own.sop, own.templates) == (folder / "sop.yaml", folder / "templates")
    assert (own.retention, own.permissions) == (folder / "retention.csv", folder / "permissions.yaml")
    assert (own.product, own.seal_file, own.seal_level) == ("Surat PU", Path("/s.p12"), "B-T")
    assert settings_of(root, office("pua")).product == root.product


@pytest.mark.parametrize(
    "line",
    [
        "DOCGEN_DATABASE_URL=sqlite:////tmp/x",
        "DOCGEN_STORE_URL=file:///tmp/x",
        "DOCGEN_DATA=/tmp",
        "DOCGEN_S3_LOCK=x",
        "x",
    ],
)
def test_a_wrong_line_names_its_file(tmp_path: Path, line: str) -> None:
    """What would give an office the place of another, is misspelled or cannot be read is refused, with the file."""
    folder = tmp_path / "offices" / "pu"
    folder.mkdir(parents=True)
    (folder / "settings.env").write_text(f"{line}\n")
    with pytest.raises(DataFileError, match=r"settings\.env"):
        settings_of(installation(tmp_path), office("pu"))


@pytest.mark.parametrize("slug", ["pu", "dinas-pu", "dinas-kominfo-2", "a" * 40])
def test_slugs(slug: str) -> None:
    """Small letters, digits and single hyphens, which a schema can be named for."""
    check_slug(slug)
    assert schema_name(slug) == f"office_{slug.replace('-', '_')}"


@pytest.mark.parametrize(
    "slug",
    ["", "a", "A", "PU", "pu_1", "pu--a", "-pu", "pu-", "2pu", "..", "p/u", "p.u", "pú", "p u", "pu\n", "a" * 41],
)
def test_what_is_no_slug(slug: str) -> None:
    """Nothing that leaves a folder, or is another name to a file system, a database or an S3 server."""
    with pytest.raises(InvalidSubmission):
        check_slug(slug)


@pytest.mark.parametrize("host", ["pu.example", "a-b.c.example", "pu.localhost", "pu", f"{'a' * 63}.example"])
def test_host_names(tmp_path: Path, host: str) -> None:
    """Names of the internet, and of a local network; the office is reached there."""
    root = installation(tmp_path, **SERVERS)
    check_host(host, root.public_url)
    assert settings_of(root, office("pu", host)).public_url == f"https://{host}"


@pytest.mark.parametrize(
    "host",
    [
        *("", "localhost", "PU.example", "pu.example:8000", "https://pu.example", "*.example", "pu..example"),
        "pu.example.",
        *("xn--pu-example.example", "pú.example", "-pu.example", "pu-.example", "p u.example", "127.0.0.1", "[::1]"),
        *("pu.example/x", "user@pu.example", f"{'a' * 64}.example", ".".join(["a" * 60] * 5), "naskah.example"),
        "pu.example\n",
    ],
)
def test_what_is_no_host_name_of_an_office(host: str) -> None:
    """Refused: no name, other spellings of one, a port, a wildcard, and the installation's own."""
    with pytest.raises(InvalidSubmission):
        check_host(host, "https://naskah.example:8443")


def test_a_bucket_name_has_an_end() -> None:
    """S3 servers know 63 characters."""
    check_bucket(f"s3://h/{'a' * 63}?tls=1")
    check_bucket(f"file:///{'a' * 80}")
    with pytest.raises(InvalidSubmission, match="isian"):
        check_bucket(f"s3://h/{'a' * 64}?tls=1")


def test_the_guide_lists_what_an_office_may_set() -> None:
    """Each setting that may be an office's own stands in docs/offices.md."""
    text = (ROOT / "docs" / "offices.md").read_text()
    assert [name for name in OWN if f"`{name}`" not in text] == []
