"""A kind as one file: the same bytes each time, and nothing is taken from one that was changed or means harm."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest

from docgen.errors import DataFileError
from docgen.foreign.kind_file import unpack_kind
from docgen.kinds.kind_file import pack_kind
from tests.support.office.kinds import delivered_kinds

KIND = delivered_kinds()["nota_dinas"]
FILE = pack_kind(KIND, office="Dinas", docgen="1")


def members() -> dict[str, bytes]:
    """The parts of the file, by name."""
    with zipfile.ZipFile(io.BytesIO(FILE)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip of these parts, whose manifest names them as they are."""
    manifest = json.loads(parts["manifest.json"])
    manifest["parts"] = {
        name: hashlib.sha256(data).hexdigest() for name, data in parts.items() if name != "manifest.json"
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | {"manifest.json": json.dumps(manifest).encode()}).items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize("slug", sorted(delivered_kinds()))
def test_every_delivered_kind_comes_back_whole(slug: str) -> None:
    """Template, sheet and example of each kind are the same after the way through a file, whose bytes are the same."""
    kind = delivered_kinds()[slug]
    file = pack_kind(kind, office="Dinas", docgen="1")
    assert file == pack_kind(kind, office="Dinas", docgen="1")
    content = unpack_kind(file)
    assert (content.manifest.slug, content.manifest.sha256, content.manifest.office) == (slug, kind.sha256, "Dinas")
    assert content.source == kind.source
    assert content.example == kind.example
    assert type(kind.sheet).model_validate(content.sheet) == kind.sheet


HOSTILE: dict[str, bytes] = {
    "no zip": b"bukan zip",
    "empty": b"",
    "cut short": FILE[: len(FILE) // 2],
    "a name that leaves the folder": packed({**members(), "../../etc/passwd": b"x"}),
    "a part too many": packed({**members(), "macro.bin": b"x"}),
    "a part too few": packed({name: data for name, data in members().items() if name != "example.json"}),
    "a bomb": packed({**members(), "fields.yaml": b"a" * 40_000_000}),
    "a bomb of aliases": packed(
        {
            **members(),
            "fields.yaml": b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + b"".join(b"a%d: &a%d [%s]\n" % (at, at, b", ".join([b"*a%d" % (at - 1)] * 10)) for at in range(1, 9)),
        }
    ),
    "code in YAML": packed({**members(), "fields.yaml": b"!!python/object/apply:os.system [id]"}),
    "no field sheet": packed({**members(), "fields.yaml": b"- 1\n"}),
    "an example that is none": packed({**members(), "example.json": b"[]"}),
    "a manifest of tomorrow": packed(
        {**members(), "manifest.json": members()["manifest.json"].replace(b"docgen-kind/1", b"docgen-kind/9")}
    ),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_a_hostile_or_damaged_file_is_refused(what: str) -> None:
    """Each is refused with a sentence, in a child that ends."""
    with pytest.raises(DataFileError) as refused:
        unpack_kind(HOSTILE[what])
    assert str(refused.value).endswith(".")


def test_a_part_that_was_changed_is_named() -> None:
    """Whoever changes a part cannot have it taken for what was exported."""
    parts = members()
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in (parts | {"example.json": parts["example.json"] + b" "}).items():
            archive.writestr(name, content)
    with pytest.raises(DataFileError, match=r"example\.json"):
        unpack_kind(data.getvalue())
