"""Kinds are folders; whatever is wrong in one is said when it is loaded, with the nearest right word."""

from __future__ import annotations

import csv
import json
import shutil
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import yaml

from docgen.errors import TemplateError
from docgen.foreign import ReaderBusy, child_pool, process
from docgen.installed.kinds import load_kind, read_kinds, wrong_templates
from docgen.kinds.kind import Kind
from templates_docx import FOLDER
from templates_docx._authoring.__main__ import BUILDERS
from tests.support.files.word import edited, unpacked
from tests.support.office.kinds import delivered_kinds, load_kinds
from tests.support.office.small_office import OFFICE

BODY = "word/document.xml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the Nota Dinas, to be spoilt."""
    return Path(shutil.copytree(FOLDER / "nota_dinas", tmp_path / "nota_dinas"))


def change_sheet(folder: Path, **changes: object) -> None:
    path = folder / "fields.yaml"
    sheet = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(sheet | changes, allow_unicode=True), encoding="utf-8")


def change_field(folder: Path, named: str, **changes: object) -> None:
    sheet = yaml.safe_load((folder / "fields.yaml").read_text(encoding="utf-8"))
    fields = [field | changes if field["name"] == named else field for field in sheet["fields"]]
    change_sheet(folder, fields=fields)


def change_template(folder: Path, old: str, new: str, part: str = BODY) -> None:
    path = folder / "template.docx"
    path.write_bytes(edited(path.read_bytes(), part, old, new))


def refusal(folder: Path) -> str:
    with pytest.raises(TemplateError) as caught:
        load_kind(folder)
    return str(caught.value)


@pytest.mark.parametrize("slug", sorted(delivered_kinds()))
def test_every_delivered_kind_has_an_example_that_its_json_schema_accepts(slug: str) -> None:
    """The example of each delivered kind validates against the schema given to other systems, itself well-formed."""
    kind = delivered_kinds()[slug]
    schema = kind.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(kind.example, schema, format_checker=jsonschema.FormatChecker())
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("slug", sorted(BUILDERS))
def test_delivered_templates_are_what_the_authoring_code_writes(slug: str) -> None:
    """Each committed template.docx is, byte for byte, what its builder makes."""
    assert (FOLDER / slug / "template.docx").read_bytes() == BUILDERS[slug]()


def test_a_later_folder_overrides_a_kind_and_adds_one(tmp_path: Path, folder: Path) -> None:
    """An office's own folder replaces a delivered kind of the same name and adds new ones, without any code."""
    change_sheet(folder, title="Nota Dinas Kantor")
    shutil.copytree(FOLDER / "nota_dinas", tmp_path / "memo")
    shutil.copytree(FOLDER / "nota_dinas", tmp_path / "_bukan")
    kinds = load_kinds([FOLDER, tmp_path])
    assert kinds["nota_dinas"].title == "Nota Dinas Kantor"
    assert kinds["memo"].title == "Nota Dinas"
    assert "_bukan" not in kinds
    assert "_bundel" not in kinds


def test_a_misspelled_attribute_names_tag_and_nearest_name(folder: Path) -> None:
    """`penandatangan.jabatn` is refused with file, tag and `jabatan`."""
    change_template(folder, "{{ penandatangan.jabatan }}", "{{ penandatangan.jabatn }}")
    message = refusal(folder)
    assert "template.docx" in message
    assert "penandatangan.jabatn" in message
    assert "Maksudnya 'jabatan'?" in message


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        ("{{ hal }}", "{{ hall }}", "'hal'"),
        ("{{ a.nama }}", "{{ a.namaa }}", "'nama'"),
        ("for a in aset", "for a in asett", "'aset'"),
        ("{{ tembusan|first }}", "{{ tembusan.pertama }}", "for satu in tembusan"),
    ],
)
def test_a_misspelled_name_is_found_wherever_it_stands(folder: Path, old: str, new: str, near: str) -> None:
    """Names, names within a loop, what is looped over, and a list taken for one thing: each is refused with a hint."""
    change_template(folder, old, new)
    assert near in refusal(folder)


@pytest.mark.parametrize("part", ["word/header1.xml", "docProps/core.xml"])
def test_tags_outside_the_body_are_checked(folder: Path, part: str) -> None:
    """A header's and the core properties' tags are held to the same names."""
    change_template(folder, "id-ID" if part == "docProps/core.xml" else "{%p bagian kop %}", "{{ kantor.nma }}", part)
    assert "Maksudnya 'nama'?" in refusal(folder)


def test_tags_in_footnotes_are_checked(folder: Path) -> None:
    """A footnote's tag is checked too, which docxtpl itself passes over."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    path = folder / "template.docx"
    kind_of_part = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    declared = edited(
        path.read_bytes(),
        "[Content_Types].xml",
        "</Types>",
        f'<Override PartName="/word/footnotes.xml" ContentType="{kind_of_part}"/></Types>',
    )
    from tests.support.files.word import packed

    note = f'<w:footnotes xmlns:w="{word}"><w:footnote w:id="2"><w:p><w:r><w:t>{{{{ nomr }}}}</w:t></w:r></w:p>'
    parts = unpacked(declared) | {"word/footnotes.xml": f"{note}</w:footnote></w:footnotes>".encode()}
    path.write_bytes(packed(parts))
    message = refusal(folder)
    assert "catatan kaki" in message
    assert "Maksudnya 'nomor'?" in message


def test_broken_syntax_is_shown_with_the_text_near_it(folder: Path) -> None:
    """A loop without end is refused with the paragraph's text."""
    change_template(folder, "{{ lampiran }}", "{% if lampiran %}{{ lampiran }}")
    message = refusal(folder)
    assert "template.docx" in message
    assert "endif" in message


def test_tags_that_break_the_document_are_refused(folder: Path) -> None:
    """A loop opened around a paragraph and closed within one would spoil the file; it is found at loading."""
    change_template(folder, "{{ lampiran }}", "{%p for satu in tembusan %}")
    change_template(folder, "{{ hal }}", "{{ hal }}{% endfor %}")
    assert "{%p" in refusal(folder)


def test_a_required_field_that_is_not_printed_is_refused(folder: Path) -> None:
    """What the clerk must write must appear in the letter."""
    change_template(folder, "{{ hal }}", "-")
    message = refusal(folder)
    assert "'hal'" in message
    assert "tidak dipakai" in message


def test_an_optional_official_without_a_guard_is_refused(folder: Path) -> None:
    """A template that prints an official who may not be chosen fails at loading, not on the first such letter."""
    sheet = yaml.safe_load((folder / "fields.yaml").read_text(encoding="utf-8"))
    change_sheet(folder, fields=[*sheet["fields"], {"name": "saksi", "label": "Saksi", "type": "official"}])
    change_template(folder, "{{ lampiran }}", "{{ saksi.nama }}")
    assert "saksi.nama" in refusal(folder)


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("hal", {"type": "txt"}, "fields[4].type: 'txt' tidak dikenal. Maksudnya 'text'?"),
        ("hal", {"requird": True}, "fields[4].requird: kunci tidak dikenal. Maksudnya 'required'?"),
        ("hal", {"name": "isi"}, "'isi' ada dua kali"),
        ("hal", {"name": "Hal Surat"}, "huruf kecil"),
        ("hal", {"max_length": "10"}, "bilangan bulat"),
        ("sifat", {"choices": []}, "'choices'"),
        ("sifat", {"default": "Kilat"}, "bukan pilihan"),
        ("lampiran", {"name": "kantor"}, "'kantor' sudah dipakai"),
        ("lampiran", {"columns": [{"name": "a", "label": "A"}]}, "'columns'"),
        ("kepada", {"default_role": "kepala_bidag"}, "Maksudnya 'kepala_bidang'?"),
    ],
)
def test_a_wrong_field_sheet_names_key_and_nearest_word(
    folder: Path, name: str, changes: dict[str, object], expected: str
) -> None:
    """Every mistake in a field sheet is refused, naming file, key and what was probably meant."""
    change_field(folder, name, **changes)
    message = refusal(folder)
    assert "fields.yaml" in message
    assert expected in message


MEANING = {"Biasa": "setuju", "Segera": "setuju", "Sangat Segera": "perbaiki", "Penting": "tolak"}


@pytest.mark.parametrize(
    ("field", "meaning", "expected"),
    [
        ("sifad", MEANING, "decision.field 'sifad' bukan nama isian. Maksudnya 'sifat'?"),
        ("hal", MEANING, "isian 'hal' adalah decision.field: harus type: choice, required: true"),
        ("sifat", {"Biasa": "setuju"}, "pilihan 'Segera' belum diberi arti"),
        ("sifat", MEANING | {"Kilat": "tolak"}, "'Kilat' bukan pilihan"),
        ("sifat", dict.fromkeys(MEANING, "setuju"), "decision.meaning memerlukan setuju, dan perbaiki atau tolak"),
        ("sifat", MEANING | {"Penting": "tolk"}, "'tolk' tidak dikenal. Maksudnya 'tolak'?"),
    ],
)
def test_a_kind_that_decides_says_what_each_choice_means(
    folder: Path, field: str, meaning: dict[str, str], expected: str
) -> None:
    """No choice without a meaning, no meaning without a choice, a yes and a no: else a refusal would pass unseen."""
    change_sheet(folder, decision={"field": field, "meaning": meaning})
    assert expected in refusal(folder)


def test_what_the_procedure_holds_is_not_in_the_example(folder: Path) -> None:
    """An example that fixes it could be issued in one procedure only."""
    change_field(folder, "sifat", default_by={"pemeliharaan": "Segera"}, held_by_procedure=True)
    assert "'sifat' ditentukan oleh prosedurnya" in refusal(folder)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number_field": "hal"}, "memerlukan numbered: false"),
        ({"numbered": False, "number_field": "hall"}, "Maksudnya 'hal'?"),
        ({"numbered": False, "number_field": "tembusan"}, "harus type: text"),
        ({"numbered": False, "number_field": "hal"}, "max_length paling banyak 200"),
    ],
)
def test_a_number_that_is_carried_is_a_short_text_of_the_form(
    folder: Path, changes: dict[str, object], sentence: str
) -> None:
    """Only a kind without a number of its own names a field for it, one that is there and fits in a list."""
    change_sheet(folder, **changes)
    assert sentence in refusal(folder)


def test_unknown_title_field_names_the_nearest(folder: Path) -> None:
    """The title must be one of the fields."""
    change_sheet(folder, title_field="hall")
    assert "Maksudnya 'hal'?" in refusal(folder)


def test_a_key_written_twice_in_a_field_sheet_is_refused(folder: Path) -> None:
    """YAML would silently keep the last."""
    path = folder / "fields.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\ntitle: Lagi\n", encoding="utf-8")
    assert "'title' ada dua kali" in refusal(folder)


@pytest.mark.parametrize("text", ["", "- a\n", "title: [", "\x00", "{}"])
def test_a_field_sheet_that_is_none_is_refused(folder: Path, text: str) -> None:
    """Nothing, a list, broken YAML: an error, never a crash."""
    (folder / "fields.yaml").write_text(text, encoding="utf-8")
    assert "fields.yaml" in refusal(folder)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"bukan zip"])
def test_a_template_that_is_no_word_file_is_refused(folder: Path, data: bytes) -> None:
    """The message names the file and says how to save it."""
    (folder / "template.docx").write_bytes(data)
    assert "template.docx" in refusal(folder)


@pytest.mark.parametrize("missing", ["template.docx", "fields.yaml", "example.json"])
def test_a_folder_without_one_of_the_three_files_is_refused(folder: Path, missing: str) -> None:
    """The message names the missing file."""
    (folder / missing).unlink()
    assert missing in refusal(folder)


def test_an_example_that_does_not_validate_is_refused(folder: Path) -> None:
    """The example given to other systems works."""
    (folder / "example.json").write_text(json.dumps({"hal": "Ada", "isii": "x"}), encoding="utf-8")
    message = refusal(folder)
    assert "example.json" in message
    assert "data.isi:" in message
    assert "Maksudnya 'isi'?" in message


def test_the_title_of_a_document_is_one_line() -> None:
    """The register gets the title field with white space folded and a capital at the start."""
    kind = delivered_kinds()["nota_dinas"]
    assert kind.document_title({"hal": " perbaikan\n\tjaringan "}) == "Perbaikan jaringan"
    assert kind.document_title({}) == "Nota Dinas"


def test_where_a_kind_is_used(folder: Path) -> None:
    """Without `steps` a kind is usable everywhere; `suggested` and `classification` say where it belongs."""
    kinds = delivered_kinds()
    letter: Kind = kinds["nota_dinas"]
    assert letter.usable_at("penghapusan", 9)
    assert letter.suggested_at("pemeliharaan", 2)
    assert not letter.suggested_at("pemeliharaan", 3)
    assert kinds["berita_acara_serah_terima"].classification_for("penggunaan") == "000.2.3.2"
    assert letter.classification_for("penggunaan") == ""
    change_sheet(folder, steps={"evaluasi": [1, 2]})
    restricted = load_kind(folder)
    assert restricted.usable_at("evaluasi", 2)
    assert not restricted.usable_at("evaluasi", 3)
    assert not restricted.usable_at("penghapusan", 1)


def test_a_kind_found_right_is_not_checked_again_until_it_changes(folder: Path, tmp_path: Path) -> None:
    """What is remembered is exactly these files: a later mistake in one of them is still refused."""
    memory = tmp_path / "kinds.checked"
    load_kinds([FOLDER, tmp_path], checked=memory)
    remembered = memory.read_text()
    load_kinds([FOLDER, tmp_path], checked=memory)
    assert memory.read_text() == remembered
    (folder / "example.json").write_text('{"hl": "salah tulis"}')
    with pytest.raises(TemplateError, match="hl"):
        load_kinds([FOLDER, tmp_path], checked=memory)
    assert set(memory.read_text().split()) < set(remembered.split())


@pytest.mark.parametrize("slug", sorted(delivered_kinds()))
def test_examples_name_officials_of_the_demo_office(slug: str) -> None:
    """An example can be sent to a fresh demo office as it is."""
    kind = delivered_kinds()[slug]
    with (files("docgen.demo") / "officials.csv").open(encoding="utf-8") as lines:
        known = {line["id"] for line in csv.DictReader(lines)}
    named = {str(kind.example.get(field.name, "")) for field in kind.fields if field.type == "official"} - {""}
    assert named <= known


def test_a_wrong_kind_is_switched_off_and_the_others_stay(folder: Path, tmp_path: Path) -> None:
    """One wrong kind of the office's own is told with its reason; a delivered one that it replaces is not used."""
    change_template(folder, "{{ hal }}", "{{ hall }}")
    broken = shutil.copytree(FOLDER / "telaahan", tmp_path / "memo")
    (broken / "fields.yaml").write_bytes(b"\xff\xfe\x00")
    good = Path(shutil.copytree(FOLDER / "disposisi", tmp_path / "arahan"))
    change_sheet(good, title="Arahan")
    kinds, wrong = read_kinds([FOLDER, tmp_path])
    assert sorted(wrong) == ["memo", "nota_dinas"]
    assert "Maksudnya 'hal'?" in wrong["nota_dinas"]
    assert "fields.yaml" in wrong["memo"]
    assert sorted(kinds) == sorted({*delivered_kinds(), "arahan"} - {"nota_dinas"})


def test_wrong_templates_that_are_no_kinds_are_told(tmp_path: Path) -> None:
    """An own cover of bundles that cannot be opened is named with its reason; a right one is not."""
    for name in ("_bundel", "_bundel_label"):
        shutil.copytree(FOLDER / name, tmp_path / name)
    assert wrong_templates(tmp_path) == {}
    (tmp_path / "_bundel" / "template.docx").write_bytes(b"PK")
    assert list(wrong_templates(tmp_path)) == ["_bundel"]


def test_a_busy_machine_switches_no_kind_off(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no process can open the templates the start ends with that sentence, and the next one finds all right; no
    template is called wrong for it, kind or not.
    """
    shutil.copytree(FOLDER / "_bundel", tmp_path / "_bundel")
    child_pool().close()
    with monkeypatch.context() as broken:
        broken.setattr(process, "confined_python", lambda *_: ["/nonexistent"])
        with pytest.raises(ReaderBusy, match="Berkas tidak dapat dibuka sekarang"):
            read_kinds([FOLDER, tmp_path])
        with pytest.raises(ReaderBusy, match="Berkas tidak dapat dibuka sekarang"):
            wrong_templates(tmp_path)
    assert folder.name in read_kinds([FOLDER, tmp_path])[0]


def test_a_template_found_right_is_not_opened_again_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is a process started for it at each command; a later mistake in it is told."""
    shutil.copytree(FOLDER / "_bundel", tmp_path / "_bundel")
    memory = tmp_path / "templates.checked"
    assert wrong_templates(tmp_path, checked=memory) == {}
    child_pool().close()
    with monkeypatch.context() as broken:
        broken.setattr(process, "confined_python", lambda *_: ["/nonexistent"])
        assert wrong_templates(tmp_path, checked=memory) == {}
    (tmp_path / "_bundel" / "template.docx").write_bytes(b"PK")
    assert list(wrong_templates(tmp_path, checked=memory)) == ["_bundel"]
    assert memory.read_text() == ""


def test_the_office_gives_a_kind_its_paper_before_the_kind_does(folder: Path) -> None:
    """What the office gives this kind counts first, then the kind's own paper, then that of the office."""
    office = OFFICE.model_copy(update={"paper": "F4"})
    assert load_kind(folder).paper_in(office) == "F4"
    change_sheet(folder, paper="F4-210")
    assert load_kind(folder).paper_in(office) == "F4-210"
    assert load_kind(folder).paper_in(office.model_copy(update={"paper_by_kind": {"nota_dinas": "A4"}})) == "A4"
    change_sheet(folder, paper="Folio")
    with pytest.raises(TemplateError, match="paper: 'Folio' tidak dikenal"):
        load_kind(folder)
