"""What all letters share is defined once; the office's own takes its place, and a wrong one is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from docgen.errors import TemplateError
from docgen.installed.kinds import load_kind, read_kinds, wrong_templates
from templates_docx import FOLDER
from tests.support.files.word import edited, unpacked
from tests.support.office.kinds import delivered_kinds, load_kinds

BODY = "word/document.xml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the Nota Dinas, beside which parts may be put."""
    return Path(shutil.copytree(FOLDER / "nota_dinas", tmp_path / "nota_dinas"))


def own_part(folder: Path, name: str) -> Path:
    """A copy of a delivered shared part beside a kind."""
    return Path(shutil.copytree(FOLDER / "_bagian" / name, folder.parent / "_bagian" / name))


def change_part(folder: Path, old: str, new: str) -> None:
    path = folder / "template.docx"
    path.write_bytes(edited(path.read_bytes(), BODY, old, new))


def test_the_delivered_templates_define_letterhead_and_signatures_once() -> None:
    """What an office may want otherwise in all letters stands in no Word file but that of the shared part."""
    shared = ("kantor.pemerintah", "kantor.alamat_baris", ".atas_nama_jabatan", "nama_tegas", " PAGE ")
    for path in FOLDER.glob("*/template.docx"):
        texts = "".join(text.decode() for name, text in unpacked(path.read_bytes()).items() if name.endswith(".xml"))
        assert [words for words in shared if words in texts and path.parent.name != "sop"] == [], path


def test_an_own_part_takes_the_place_of_the_delivered_one_in_every_kind(tmp_path: Path, folder: Path) -> None:
    """Also in the delivered kinds; each is another version then, and its field sheet and template stay."""
    change_part(own_part(folder, "kop"), "{{ kantor.pemerintah|upper }}", "PEMERINTAH BARU")
    (tmp_path / "_bagian" / "kalimat.yaml").write_text("judul_tembusan: 'Tembusan disampaikan kepada Yth.:'\n")
    kinds = load_kinds([FOLDER, tmp_path])
    for slug, before in delivered_kinds().items():
        files, own = unpacked(kinds[slug].whole), unpacked(before.whole)
        assert (b"PEMERINTAH BARU" in b"".join(files.values())) == (b"kantor.pemerintah" in own["word/header1.xml"])
        assert (kinds[slug].digest == before.digest) == (slug == "sop")
        assert kinds[slug].sha256 == before.sha256
    assert "disampaikan kepada" in unpacked(kinds["surat_penugasan"].whole)["word/document.xml"].decode()
    assert "kalimat.tempat_tanggal" not in unpacked(kinds["disposisi"].whole)["word/document.xml"].decode()


def test_a_wrong_part_switches_off_the_kinds_that_use_it(tmp_path: Path) -> None:
    """The reason names the part's file; the SOP, which has no letterhead, and the other parts are not to blame."""
    shutil.copytree(FOLDER / "_bagian", tmp_path / "_bagian")
    for slug in ("notula", "sop"):
        shutil.copytree(FOLDER / slug, tmp_path / slug)
    (tmp_path / "_bagian" / "kop" / "template.docx").write_bytes(b"PK")
    kinds, wrong = read_kinds([tmp_path])
    assert list(kinds) == ["sop"]
    assert "_bagian/kop/template.docx: bukan dokumen Word" in wrong.pop("notula")
    assert wrong == {}
    assert list(wrong_templates(tmp_path)) == ["_bundel", "_bundel_daftar", "_bagian/kop"]


def test_a_part_and_sentences_that_cannot_be_read_are_told(tmp_path: Path, folder: Path) -> None:
    """A folder without a Word file, and a list of sentences that is none: with the file, and what belongs there."""
    (tmp_path / "_bagian" / "kop").mkdir(parents=True)
    (tmp_path / "_bagian" / "kalimat.yaml").write_text("- salah\n")
    wrong = wrong_templates(tmp_path)
    assert "kop/template.docx: tidak dapat dibaca" in wrong["_bagian/kop"]
    assert "Tulis satu kalimat sebaris" in wrong["_bagian/kalimat.yaml"]
    with pytest.raises(TemplateError, match="tidak dapat dibaca"):
        load_kind(folder)


def test_a_kind_is_checked_again_when_a_part_changes(tmp_path: Path) -> None:
    """A mistake in a shared part is found though neither template nor field sheet changed."""
    memory = tmp_path / "kinds.checked"
    shutil.copytree(FOLDER / "notula", tmp_path / "notula")
    assert "notula" in read_kinds([tmp_path], checked=memory)[1]  # no part is delivered here
    own = Path(shutil.copytree(FOLDER / "_bagian", tmp_path / "_bagian")) / "jabatan_pejabat"
    assert read_kinds([tmp_path], checked=memory)[1] == {}
    change_part(own, "{{ pejabat.jabatan }}", "{{ pejabat.jabatn }}")
    reason = read_kinds([tmp_path], checked=memory)[1]["notula"]
    assert "isi, _bagian/jabatan_pejabat/template.docx: tanda 'penandatangan.jabatn' tidak dikenal." in reason
