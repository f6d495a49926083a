"""What an office sends to another: a kind that looks there as it does here."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.desk import Desk
from docgen.desk.kinds.kind_file import export_kind, import_kind
from docgen.foreign.kind_file import unpack_kind
from docgen.libreoffice import Converter
from storage.catalogue import audit
from tests.support.office.demo_office import demo_office
from tests.support.office.own_kinds import SLUG, drafted, editor, published

pytestmark = pytest.mark.office


def test_parts_of_the_offices_own_go_with_it(desk: Desk, tmp_path: Path, converter: Converter) -> None:
    """A template that names delivered parts goes as it is, because they are there in every office; where the office
    has a sentence of its own, that stands in the file that is sent."""
    plain = unpack_kind(export_kind(desk, editor(), SLUG))
    assert plain.source == desk.kinds[SLUG].source
    own = tmp_path / "templat"
    (own / "_bagian").mkdir(parents=True)
    (own / "_bagian" / "kalimat.yaml").write_text("bagian_dari: melengkapi, di kantor ini,\n")
    with demo_office(tmp_path / "lain", converter, own) as other:
        sent = unpack_kind(export_kind(other, editor(), SLUG))
        assert sent.source == other.kinds[SLUG].whole
        assert sent.source != plain.source
        version = drafted(other, "NOTA KHUSUS")
        assert unpack_kind(export_kind(other, editor(), SLUG, version.version)).source != plain.source
        taken = import_kind(desk, editor(), export_kind(other, editor(), SLUG))
    assert (taken.version.slug, taken.version.version, taken.version.note) != (SLUG, 0, "")


def test_what_is_in_force_is_sent_and_taken_as_a_draft(desk: Desk) -> None:
    """The version in force goes, not the draft beside it; taken in it changes nothing, and the log says who took it."""
    version = published(desk, "NOTA SATU")
    drafted(desk, "NOTA DUA")
    file = export_kind(desk, editor(), SLUG)
    taken = import_kind(desk, editor("budi"), file).version
    assert (taken.version, taken.state, taken.sha256) == (3, "draft", version.sha256)
    assert desk.kinds[SLUG].version == version.version
    with desk.catalogue.read() as tx:
        line = audit.list_events(tx, limit=1)[0]
    assert (line.actor, line.action, line.subject) == ("budi", "kind.imported", SLUG)
