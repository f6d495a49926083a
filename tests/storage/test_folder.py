"""What only the folder store promises: a tree that people can read, and writes that survive a killed
process.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from storage.errors import ObjectDamaged, ObjectExists, StoreUnavailable
from storage.objects.folder import FolderStore

PDF = "application/pdf"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path / "arsip kantor")
    store.prepare()
    return store


def _visible(root: Path) -> list[str]:
    found = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(str(path) for path in found if not path.parts[0].startswith("."))


def _python(store: FolderStore, program: str) -> list[str]:
    preamble = "from pathlib import Path\nfrom storage.objects.folder import FolderStore\n"
    preamble += f"store = FolderStore(Path({str(store.root)!r}))\n"
    return [sys.executable, "-c", preamble + textwrap.dedent(program)]


def test_a_person_sees_the_objects_only(store: FolderStore) -> None:
    """Beside the objects, nothing that is not hidden lies in the folder, and every object is read-only."""
    store.put("a/penggunaan/01/D/001/x.pdf", b"x", PDF)
    store.check()
    assert _visible(store.root) == ["a/penggunaan/01/D/001/x.pdf"]
    assert (store.root / "a/penggunaan/01/D/001/x.pdf").stat().st_mode & 0o222 == 0
    assert not list((store.root / ".tmp").iterdir())


def test_coreutils_prove_the_archive(store: FolderStore) -> None:
    """`sha256sum --check` proves every object from the hidden tree alone, and finds the one that was
    changed.
    """
    for number in range(3):
        store.put(f"aset é/{number}", b"x", PDF)
    command = "find .sha256 -type f -exec sha256sum --check --quiet {} +"
    assert subprocess.run(command, shell=True, cwd=store.root).returncode == 0  # noqa: S602
    (store.root / "aset é/1").chmod(0o644)
    (store.root / "aset é/1").write_bytes(b"y")
    damaged = subprocess.run(command, shell=True, cwd=store.root, capture_output=True, env={"LC_ALL": "C"})  # noqa: S602
    assert damaged.returncode == 1
    assert "aset é/1: FAILED" in damaged.stdout.decode()


def test_a_copy_without_hashes_is_readable(store: FolderStore) -> None:
    """Objects copied without the hidden tree are still told by size and SHA-256, computed from the bytes."""
    (store.root / "a").mkdir()
    (store.root / "a" / "x.pdf").write_bytes(b"isi")
    info = store.info("a/x.pdf")
    assert (info.size, info.sha256, info.content_type) == (3, hashlib.sha256(b"isi").hexdigest(), PDF)
    assert store.get("a/x.pdf") == b"isi"


def test_resumed_write_keeps_the_hash(store: FolderStore) -> None:
    """A writer killed after publishing leaves no hash; the same write, tried again, adds it."""
    store.put("a/x", b"isi", PDF)
    (store.root / ".sha256" / "a" / "x").unlink()
    with pytest.raises(ObjectExists):
        store.put("a/x", b"other", PDF)
    assert not (store.root / ".sha256" / "a" / "x").exists()
    with pytest.raises(ObjectExists):
        store.put("a/x", b"isi", PDF)
    assert (store.root / ".sha256" / "a" / "x").exists()


def test_killed_writer_leaves_whole_objects(store: FolderStore) -> None:
    """A process killed while it writes leaves only whole objects, and others go on."""
    program = """
        for number in range(10**6):
            store.put(f"a/{number:07}", str(number).encode() * 20000, "text/plain")
            if number == 20:
                print("busy", flush=True)
    """
    with subprocess.Popen(_python(store, program), stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"busy\n"
        writer.kill()
    keys = list(store.keys())
    assert len(keys) > 20
    assert all(store.get(key) == str(int(key[2:])).encode() * 20000 for key in keys)
    store.put("a/next", b"x", PDF)


def test_full_disk_is_unavailable_and_leaves_nothing(store: FolderStore) -> None:
    """A disk that takes only a part of the bytes is StoreUnavailable; neither a part nor a temporary file
    stays.
    """
    program = """
        import resource
        from storage.errors import StoreUnavailable
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            store.put("a/x", b"x" * 5000, "text/plain")
        except StoreUnavailable as error:
            print("refused", error)
    """
    done = subprocess.run(_python(store, program), capture_output=True, text=True, check=True)
    assert done.stdout.startswith("refused")
    assert _visible(store.root) == []
    assert not list((store.root / ".tmp").iterdir())


def test_check_removes_what_was_abandoned(store: FolderStore) -> None:
    """Check removes temporary files of writers killed over a day ago, and none of those at work."""
    store.check()
    old, new = store.root / ".tmp" / "old", store.root / ".tmp" / "new"
    old.touch()
    new.touch()
    os.utime(old, (0, 0))
    store.check()
    assert not old.exists()
    assert new.exists()


def test_path_that_is_no_folder(tmp_path: Path) -> None:
    """A path that cannot be a folder is StoreUnavailable when prepared, not an error of the operating
    system.
    """
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable):
        FolderStore(tmp_path / "file" / "objects").prepare()
    with pytest.raises(StoreUnavailable):
        FolderStore(tmp_path / "file").prepare()


def test_a_file_in_place_of_the_archive_is_unavailable_not_empty(tmp_path: Path) -> None:
    """With the folder replaced by a file nothing is told to be missing: it may well be there again tomorrow."""
    store = FolderStore(tmp_path / "archive")
    store.root.touch()
    for ask in (store.get, store.info):
        with pytest.raises(StoreUnavailable):
            ask("a/b")


KEY = "A-1/pemeliharaan/02/D1/001"


def test_a_document_has_one_file_of_hashes(store: FolderStore) -> None:
    """Its objects need six inodes, `sha256sum` proves them, and a hash goes with its object."""
    for name in ("nota_dinas.docx", "nota_dinas.pdf", "record.json"):
        store.put(f"{KEY}/{name}", name.encode(), PDF)
    below = [path for top in ("", ".sha256/") for path in (store.root / f"{top}A-1/pemeliharaan/02").rglob("*")]
    assert len(below) == 6
    command = ["find", ".sha256", "-type", "f", "-exec", "sha256sum", "--check", "--quiet", "--strict", "{}", "+"]
    assert subprocess.run(command, cwd=store.root, check=False).returncode == 0
    store.remove(f"{KEY}/nota_dinas.pdf")
    hashes = store.root / ".sha256/A-1/pemeliharaan/02/D1.sha256"
    assert "nota_dinas.pdf" not in hashes.read_text()
    assert store.info(f"{KEY}/record.json").content_type == PDF
    store.remove(f"{KEY}/nota_dinas.docx")
    store.remove(f"{KEY}/record.json")
    assert not hashes.exists()


def test_hashes_that_an_older_docgen_wrote_are_read(store: FolderStore) -> None:
    """Each has a file of its own; damage is found by it, and a further object of the document goes beside."""
    store.put(f"{KEY}/record.json", b"{}", PDF)
    shared = store.root / ".sha256/A-1/pemeliharaan/02/D1.sha256"
    own = store.root / ".sha256" / KEY / "record.json"
    own.parent.mkdir(parents=True)
    shared.rename(own)
    assert store.info(f"{KEY}/record.json").content_type == PDF
    store.put(f"{KEY}/nota_dinas.pdf", b"pdf", PDF)
    path = store.root / KEY / "record.json"
    path.chmod(0o600)
    path.write_bytes(b"[]")
    with pytest.raises(ObjectDamaged):
        store.get(f"{KEY}/record.json")
    store.remove(f"{KEY}/record.json")
    assert not own.exists()


@pytest.mark.parametrize("cut", [1, 20, 70, 100])
def test_a_hash_that_was_cut_short_is_computed_again(store: FolderStore, cut: int) -> None:
    """Whatever of the last lines is lost, no object gets a wrong hash or type, and further ones are stored."""
    store.put(f"{KEY}/a.json", b"a", "application/json")
    store.put(f"{KEY}/b.pdf", b"b", PDF)
    hashes = store.root / ".sha256/A-1/pemeliharaan/02/D1.sha256"
    hashes.write_bytes(hashes.read_bytes()[:-cut])
    store.put(f"{KEY}/c.json", b"c", "application/json")
    for name, data, content_type in (("a.json", b"a", "application/json"), ("b.pdf", b"b", PDF)):
        info = store.info(f"{KEY}/{name}")
        assert (info.sha256, info.content_type) == (hashlib.sha256(data).hexdigest(), content_type)
        assert store.get(f"{KEY}/{name}") == data
    assert store.get(f"{KEY}/c.json") == b"c"
