"""Settings come from the environment in one place, with embedded defaults."""

import re
from pathlib import Path

import pytest

from docgen.errors import DataFileError
from docgen.settings import ROLES, read_settings

ROOT = Path(__file__).parent.parent
PAGE = "docs/settings.md"


def test_without_an_environment_everything_is_embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default is a folder and SQLite under var/ of the working folder, on 127.0.0.1:8000."""
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})
    assert settings.data == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/docgen.sqlite"
    assert settings.store_url == (tmp_path / "var" / "objects").as_uri()
    assert settings.public_url == "http://127.0.0.1:8000"


def test_the_public_address_follows_host_and_port_unless_set() -> None:
    """A wildcard host is reached as 127.0.0.1; a set public address wins, without its trailing slash."""
    assert read_settings({"DOCGEN_HOST": "0.0.0.0", "DOCGEN_PORT": "9000"}).public_url == "http://127.0.0.1:9000"
    assert read_settings({"DOCGEN_PUBLIC_URL": "https://naskah.example/"}).public_url == "https://naskah.example"


@pytest.mark.parametrize("value", ["abc", "0", "70000", "-1", "80.5"])
def test_a_wrong_number_names_its_setting(value: str) -> None:
    """A port that is none is refused with the setting's name and what to write."""
    with pytest.raises(DataFileError, match=r"DOCGEN_PORT=.*whole number from 1 to 65535"):
        read_settings({"DOCGEN_PORT": value})


@pytest.mark.parametrize(("cores", "processes"), [(1, 1), (2, 1), (3, 1), (4, 2), (16, 8)])
def test_there_is_a_process_for_every_two_cores(cores: int, processes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of up to two cores has one process, as ever; a number that is set goes before, within bounds."""
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert read_settings({}).processes == processes
    assert read_settings({"DOCGEN_PROCESSES": "3"}).processes == 3
    with pytest.raises(DataFileError, match=r"DOCGEN_PROCESSES=.*whole number from 1 to 64"):
        read_settings({"DOCGEN_PROCESSES": "0"})


def test_a_machine_has_a_role_and_a_worker_is_one_process() -> None:
    """By default a service does all; a worker answers no callers, so it has one process on whatever cores."""
    assert read_settings({}).role == "all"
    two = {"DOCGEN_PROCESSES": "2"}
    alone = {role: read_settings({**two, "DOCGEN_ROLE": role}).is_one_process for role in ROLES}
    assert alone == {"all": False, "web": False, "worker": True}
    with pytest.raises(DataFileError, match=r"DOCGEN_ROLE='proxy': write one of all, web, worker"):
        read_settings({"DOCGEN_ROLE": "proxy"})


def test_a_public_address_that_is_none_is_refused() -> None:
    """What is printed in every QR is a web address."""
    with pytest.raises(DataFileError, match="DOCGEN_PUBLIC_URL"):
        read_settings({"DOCGEN_PUBLIC_URL": "javascript:x"})


def test_the_product_has_a_name_that_fits_the_head_of_a_page() -> None:
    """Unset it is ours; an office's own is taken without the space around it, a long one refused."""
    assert read_settings({}).product == "Naskah Dinas"
    assert read_settings({"DOCGEN_PRODUCT": " Surat Kita "}).product == "Surat Kita"
    with pytest.raises(DataFileError, match="DOCGEN_PRODUCT"):
        read_settings({"DOCGEN_PRODUCT": "x" * 41})


def test_secrets_do_not_show() -> None:
    """Printing the settings shows no key."""
    secret = "Pq7-xK2_vN9wZ4tLrB8mHs3cF6yGjD5e"
    shown = repr(read_settings({"DOCGEN_SECRET_KEY": secret, "DOCGEN_S3_SECRET_KEY": secret}))
    assert secret not in shown


@pytest.mark.parametrize("secret", ["rahasia", "x" * 64, "12345678" * 8])
def test_a_weak_secret_key_is_refused(secret: str) -> None:
    """A key that is short, or long and simple, is refused with what to write; it is not echoed."""
    with pytest.raises(DataFileError, match="DOCGEN_SECRET_KEY is too short or too simple") as refused:
        read_settings({"DOCGEN_SECRET_KEY": secret})
    assert secret not in str(refused.value)


def test_the_page_of_settings_lists_exactly_those_there_are() -> None:
    """Every setting that is read stands in the table of its page, which README names; the table holds no other."""
    read = ("settings.py", "openid/settings.py", "bsre/settings.py")
    source = "".join((ROOT / "docgen" / name).read_text() for name in read)
    table = re.findall(r"^\| `(DOCGEN_\w+)`", (ROOT / PAGE).read_text(), re.MULTILINE)
    assert f"({PAGE})" in (ROOT / "README.md").read_text()
    assert sorted(table) == sorted(set(re.findall(r'"(DOCGEN_\w+)"', source)))
