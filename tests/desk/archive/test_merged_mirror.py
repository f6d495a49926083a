"""The desk merges old segments of its mirror: the log names the objects, a check proves them, a rebuild reads them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from docgen.desk import Desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.mirror import keep_mirror, merge_mirror, merged_in_log
from docgen.desk.registers.phrases import save_phrase
from storage import compaction, media_types
from storage.rebuild import catch_up
from storage.segments import list_parts
from tests.support.office.restoring import rows_of, with_catalogue

NOW = dt.timedelta(0)


def test_a_merged_mirror_is_sound_and_rebuilds_the_office(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Segments go when the log names what stands for them; an object that was exchanged is found by a check."""
    for name, value in (("MOST_SEGMENTS", 10), ("FEWEST_SEGMENTS", 3), ("NEWEST", 5)):
        monkeypatch.setattr(compaction, name, value)
    for number in range(28):
        save_phrase(desk, "", f"Kalimat {number}", "", f"Isi {number}", by="sari")
        keep_mirror(desk)
    merged, _ = merge_mirror(desk, NOW, NOW)
    assert merged == 2
    keys = list(desk.store.keys("_catalogue/"))
    assert merge_mirror(desk, NOW, NOW) == (0, 0)
    keep_mirror(desk)
    left = list(desk.store.keys("_catalogue/"))
    assert len(keys) - len(left) >= 19
    with desk.catalogue.read() as tx:
        in_log = [item.part for item in merged_in_log(tx)]
    assert in_log == [part for part in list_parts(desk.store) if part.first != part.last]
    assert check_archive(desk).findings() == []
    other = with_catalogue(desk, f"sqlite:///{tmp_path / 'rebuilt.sqlite'}")
    with other.catalogue.write() as tx:
        catch_up(tx, desk.store)
    assert rows_of(other.catalogue) == rows_of(desk.catalogue)
    other.catalogue.close()
    key = list_parts(desk.store)[0].key
    data = desk.store.get(key)
    desk.store.remove(key)
    desk.store.put(key, data.replace(b"Isi 1", b"Isi 9"), media_types.NDJSON)
    assert check_archive(desk).changed == [key]
