"""The key layout: every NIBAR gets a folder of its own, and every key is read back as it was written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.errors import StorageError
from storage.keys import (
    ArchiveKey,
    asset_from_safe,
    check_key,
    check_prefix,
    collective,
    former_asset,
    general,
    link_key,
    parse_key,
    revision_key,
    safe_asset,
    tombstone_key,
    upload_key,
)

nibars = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120)
# Close to the rules: what is escaped, what marks an escape, what marks a collective folder.
tricky = st.text(st.sampled_from("~.E2A-_/k\\é\0"), min_size=1, max_size=12) | st.sampled_from(
    ["kolektif-", "umum-"]
).flatmap(lambda start: st.text(max_size=5, alphabet="0126-~").map(lambda rest: start + rest))


@given(nibars | tricky)
@example("kolektif-2026")
@example("KOLEKTIF-2026")
@example("..")
@example("~2E")
@example("🖥" * 120)
def test_folder_is_safe(nibar: str) -> None:
    """A folder name has no slash, backslash, `..`, leading dot or control character, and fits a file
    system.
    """
    folder = safe_asset(nibar)
    assert not set("/\\") & set(folder)
    assert ".." not in folder
    assert not folder.startswith(".")
    assert not any(unicodedata.category(char).startswith("C") for char in folder)
    assert 1 <= len(folder.encode()) <= 200
    assert check_key(folder) == folder


@given(nibars | tricky)
@example("🖥" * 16)
@example("🖥" * 17)
def test_folder_is_reversible(nibar: str) -> None:
    """The NIBAR is read back from its folder, unless the folder was shortened, which is told by `~~`."""
    folder = safe_asset(nibar)
    assert asset_from_safe(folder) == (None if "~~" in folder else nibar)


@given(nibars | tricky, nibars | tricky)
@example("~2E", ".")
@example("🖥" * 119 + "a", "🖥" * 119 + "b")
def test_folder_is_injective(one: str, other: str) -> None:
    """Two NIBARs never share a folder, shortened or not."""
    assert (safe_asset(one) == safe_asset(other)) == (one == other)


@given(nibars | tricky)
@example("kolektif-2026")
@example("umum-2026")
@example("Umum-2026")
def test_no_asset_takes_a_folder_of_ours(nibar: str) -> None:
    """No NIBAR gives a folder that begins as those of collective dossiers and of letters outside the SOP do."""
    assert not safe_asset(nibar).lower().startswith(("kolektif-", "umum-"))


@given(kind=st.sampled_from(["surat_dinas", "nota_dinas"]), year=st.integers(1900, 9999))
def test_letters_outside_the_sop_lie_in_the_folder_of_their_year(kind: str, year: int) -> None:
    """The kind stands where others have the procedure, and 00 for the step; a link at an asset has both, too."""
    key = revision_key(general(year), kind, 0, "01K", 1, "record.json")
    assert key == f"umum-{year}/{kind}/00/01K/001/record.json"
    assert parse_key(key) == ArchiveKey(f"umum-{year}", kind, 0, "01K", 1, "record.json")
    assert parse_key(key).year == year
    link = link_key("1.3.2", kind, 0, "01K")
    assert parse_key(link) == ArchiveKey("1.3.2", kind, 0, "01K", None, "link.json")
    assert parse_key(tombstone_key(general(year), kind, 0, "01K")).year == year


def test_an_asset_of_an_older_archive_whose_folder_is_named_like_theirs_is_still_read() -> None:
    """Its keys have a step, by which they are told apart; a newer docgen escapes the folder."""
    key = revision_key("umum-2026", "pemeliharaan", 2, "01K", 1, "record.json")
    assert (parse_key(key).asset, parse_key(key).year) == ("umum-2026", None)
    assert asset_from_safe("umum-2026") == former_asset("umum-2026") == "umum-2026"
    assert safe_asset("umum-2026") == "~75mum-2026"


def test_ordinary_nibar_stays_readable() -> None:
    """Digits, letters, dots, dashes and underscores stay as they are; a slash and a space become `~2F`,
    `~20`.
    """
    assert safe_asset("1.3.2.05.01-000123_A") == "1.3.2.05.01-000123_A"
    assert safe_asset("12/34 B") == "12~2F34~20B"


@pytest.mark.parametrize("nibar", ["", "\ud800"])
def test_impossible_nibar_is_refused(nibar: str) -> None:
    """An empty NIBAR and one with half a character are refused, by a StorageError."""
    with pytest.raises(StorageError):
        safe_asset(nibar)


@pytest.mark.parametrize("folder", ["", "a b", "~", "~2", "~zz", "~41", "~FF", ".a", "a..b", "kolektif-2026", "a~~b"])
def test_foreign_folder_is_refused(folder: str) -> None:
    """A folder name that no NIBAR gives is not read as one: wrong, needless or broken escapes."""
    with pytest.raises(StorageError):
        asset_from_safe(folder)


@given(
    asset=nibars | tricky | st.none(),
    procedure=st.sampled_from(["perencanaan", "pemindahtempatan", "evaluasi"]),
    step=st.integers(1, 99),
    document=st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=26, max_size=26),
    revision=st.integers(1, 2000),
    name=st.sampled_from(["nota_dinas.pdf", "nota_dinas.docx", "record.json", "link.json", "berita-acara.v2.pdf"]),
)
def test_keys_are_read_back(
    asset: str | None, procedure: str, step: int, document: str, revision: int, name: str
) -> None:
    """A key taken apart gives the parts it was made of, and those give the key again."""
    folder = collective(2026) if asset is None else safe_asset(asset)
    key = revision_key(folder, procedure, step, document, revision, name)
    assert parse_key(key) == ArchiveKey(folder, procedure, step, document, revision, name)
    assert parse_key(key).year == (2026 if asset is None else None)
    link = link_key(folder, procedure, step, document)
    assert parse_key(link) == ArchiveKey(folder, procedure, step, document, None, "link.json")


def test_layout_is_the_promised_one() -> None:
    """The layout is what links, bucket browsers and rebuild rely on, to the letter."""
    key = revision_key(collective(2026), "perencanaan", 3, "01K", 1, "nota_dinas.pdf")
    assert key == "kolektif-2026/perencanaan/03/01K/001/nota_dinas.pdf"
    assert link_key("1.3.2", "penggunaan", 12, "01K") == "1.3.2/penggunaan/12/01K/link.json"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "a",
        "a/penggunaan/1/D/001/x.pdf",
        "a/penggunaan/00/D/001/x.pdf",
        "a/penggunaan/01/D/1/x.pdf",
        "a/penggunaan/01/D/000/x.pdf",
        "a/penggunaan/01/D/001/x.pdf/y",
        "a/penggunaan/01/D/record.json",
        "a/penggunaan/٠١/D/001/x.pdf",
        "a/Penggunaan/01/D/001/x.pdf",
        "a b/penggunaan/01/D/001/x.pdf",
        "../penggunaan/01/D/001/x.pdf",
        "a/penggunaan/01/D/001/.hidden",
        "a/penggunaan/01/D E/001/x.pdf",
    ],
)
def test_foreign_key_is_refused(key: str) -> None:
    """A key that the layout does not write is not taken for one of ours."""
    with pytest.raises(StorageError):
        parse_key(key)


def test_an_uploaded_photo_lies_under_its_sha256() -> None:
    """Beside the assets' folders, where no key of a document can lie; `parse_key` does not take it for one."""
    key = upload_key(f"{7:064x}.jpg")
    assert check_key(key) == key == f"_uploads/{7:064x}.jpg"
    with pytest.raises(StorageError):
        parse_key(key)


@pytest.mark.parametrize("name", ["", "a.jpg", f"{7:064x}.gif", f"{7:064X}.jpg".replace("7", "A"), f"x/{7:064x}.jpg"])
def test_what_is_no_uploaded_photo_has_no_key(name: str) -> None:
    """Only the name that an upload gave leads into the folder of uploads."""
    with pytest.raises(StorageError):
        upload_key(name)


def test_unsafe_folder_makes_no_key() -> None:
    """A NIBAR that was not made safe first is refused where a folder name is needed."""
    with pytest.raises(StorageError):
        revision_key("12/34", "penggunaan", 1, "D", 1, "x.pdf")


@pytest.mark.parametrize("prefix", ["", "a", "a/", "a/b", "x" * 255])
def test_prefix_of_a_key_is_allowed(prefix: str) -> None:
    """A prefix may end anywhere in a key."""
    assert check_prefix(prefix) == prefix


@pytest.mark.parametrize("prefix", ["/", "a//", "../", "a/../b", ".", "a\\"])
def test_prefix_of_no_key_is_refused(prefix: str) -> None:
    """A prefix under which no key can lie is a mistake, not an empty answer."""
    with pytest.raises(StorageError):
        check_prefix(prefix)


@pytest.mark.parametrize(
    "nibar", ["_jobs", "_batches", "_catalogue", "_musnah", "_uploads", "_alias", "_bundles", "_x"]
)
def test_no_asset_lies_among_the_archives_own_folders(nibar: str) -> None:
    """An underscore at the start is escaped; a key that an older docgen wrote without is still read."""
    folder = safe_asset(nibar)
    assert folder == f"~5F{nibar[1:]}"
    assert asset_from_safe(folder) == nibar
    key = revision_key(folder, "pemeliharaan", 2, "01m8d75ct3034dr3fm9stjs9k3", 1, "record.json")
    assert parse_key(key).asset == folder
    assert asset_from_safe(nibar) == former_asset(nibar) == nibar
    assert parse_key(key.replace(folder, nibar)).asset == nibar


def test_no_other_asset_has_a_former_folder() -> None:
    """Only where the first sign is an underscore, or it begins with `umum-`, was there another rule."""
    assert (former_asset("6310180000066"), former_asset("a_b"), former_asset("._x")) == ("", "", "")
