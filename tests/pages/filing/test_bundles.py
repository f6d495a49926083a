"""The page for bundles: chosen, put in order without a script, cancelled, archived, kept as a recipe."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.bundles.build import run_bundle_job
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from storage.catalogue import dossiers, filing, jobs
from storage.records import Document
from tests.support.callers.pages import Person, words
from tests.support.office.decisions import decide

pytestmark = pytest.mark.office


@pytest.fixture
def two(desk: Desk) -> list[Document]:
    """Two letters of one dossier."""
    data = desk.kinds["nota_dinas"].example
    first = DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, assets=["6310190000101"], data=data)
    made = issue(desk, first, "sari")
    second = first.model_copy(update={"step": 3, "dossier": made.dossier})
    return [made, issue(desk, second, "sari")]


def form(two: list[Document], **more: Any) -> dict[str, Any]:
    """The page's form as a browser sends it."""
    ids = [one.id for one in two]
    return {"dossier": two[0].dossier, "sequence": ids, "pakai": ids, "order": "step", **more}


def test_a_dossier_is_put_in_order_by_buttons(operator: Person, desk: Desk, two: list[Document]) -> None:
    """The arrows are buttons of the form: the server answers with the new order, ticks and options as they were."""
    assert "Susun bundel berkas" in words(operator.get("/bundel"))
    page = operator.get(f"/bundel?dossier={two[0].dossier}").get_data(as_text=True)
    assert page.index(two[0].id) < page.index(two[1].id)
    sent = form(two, pakai=[two[1].id], duplex="1", turun=two[0].id)
    turned = operator.post("/bundel/susun", sent).get_data(as_text=True)
    assert turned.index(f'value="{two[1].id}"') < turned.index(f'value="{two[0].id}"')
    assert f'id="pakai-{two[1].id}" name="pakai" value="{two[1].id}" checked' in turned
    assert f'id="pakai-{two[0].id}" name="pakai" value="{two[0].id}" checked' not in turned
    assert 'name="duplex" value="1" checked' in turned


def test_options_become_the_request(operator: Person, desk: Desk, two: list[Document]) -> None:
    """What is ticked and typed is what the job is asked for; what makes no sense is told by the field's name."""
    wrong = operator.post("/bundel/susun", form(two, aksi="buat", binding_mm="99"))
    assert "Geser untuk jilid (0 sampai 10 mm) belum benar" in words(wrong)
    sent = form(two, aksi="buat", pakai=[two[0].id], binding_mm="7,5", labels="1", paper="F4")
    answer = operator.post("/bundel/susun", sent)
    assert answer.status_code == 303
    with desk.catalogue.read() as tx:
        asked = jobs.list_jobs(tx, "bundle")[0].request
    assert (asked["binding_mm"], asked["labels"], asked["paper"], asked["missing"]) == (7.5, True, "F4", False)
    assert asked["exclude"] == [two[1].id]


def test_order_and_kinds_are_chosen(operator: Person, desk: Desk, two: list[Document]) -> None:
    """By number, by date, by step again, ticks kept; only a kind, which stays a choice of the form."""
    operator.get(f"/bundel?dossier={two[0].dossier}")
    turned = form(two, sequence=[two[1].id, two[0].id], pakai=[two[1].id], urut="number")
    page = operator.post("/bundel/susun", turned).get_data(as_text=True)
    assert page.index(f'value="{two[0].id}"') < page.index(f'value="{two[1].id}"')
    assert f'id="pakai-{two[0].id}" name="pakai" value="{two[0].id}" checked' not in page
    assert 'name="order" value="number"' in page
    operator.post("/bundel/susun", form(two, aksi="buat", kinds=["nota_dinas"]))
    with desk.catalogue.read() as tx:
        assert jobs.list_jobs(tx, "bundle")[0].request["kinds"] == ["nota_dinas"]
    none = operator.post("/bundel/susun", form(two, aksi="buat", kinds=["telaahan"]))
    assert "Belum ada naskah terbit" in words(none)


def test_a_bundle_is_cancelled_resumed_and_archived(operator: Person, desk: Desk, two: list[Document]) -> None:
    """A queued one can be stopped and made after all; a finished one shows what it holds and is archived for good."""
    address = operator.post("/bundel", {"dossier": two[0].dossier}).headers["Location"]
    assert "Batalkan" in words(operator.get(address))
    assert "dibatalkan" in words(operator.post(f"{address}/batal", follow_redirects=True))
    assert "sedang dibuat" in words(operator.post(f"{address}/lanjut", follow_redirects=True))
    id = address.rsplit("/", 1)[1]
    with desk.catalogue.read() as tx:
        job = jobs.get_job(tx, id)
    result = run_bundle_job(desk, job, lambda done, total: None)
    with desk.catalogue.write() as tx:
        jobs.update_job(tx, id, status="done", result=result)
    shown = words(operator.get(address))
    assert "Isi bundel" in shown
    assert "Belum ada" in shown
    assert "Bundel terarsip" in words(operator.post(f"{address}/arsip", follow_redirects=True))
    assert operator.get(f"{address}.pdf").data.startswith(b"%PDF-1.7")
    assert operator.get(f"{address}/label.pdf").status_code == 404


def test_a_recipe_is_kept_run_and_forgotten(operator: Person, desk: Desk, two: list[Document]) -> None:
    """Saved from the form under a name, then one button makes its bundle."""
    operator.get("/bundel")
    kept = operator.post("/bundel/susun", form(two, aksi="resep", nama="Bulanan"), follow_redirects=True)
    assert "Bulanan" in words(kept)
    with desk.catalogue.read() as tx:
        (recipe,) = filing.list_recipes(tx)
    assert operator.post(f"/bundel/resep/{recipe.id}", {"aksi": "baru"}).headers["Location"].startswith("/bundel/")
    operator.get("/bundel")
    gone = operator.post(f"/bundel/resep/{recipe.id}", {"aksi": "hapus"}, follow_redirects=True)
    assert "Resep dihapus" in words(gone)


def test_the_list_of_a_year_is_offered(operator: Person, desk: Desk, two: list[Document]) -> None:
    """As PDF and as a spreadsheet."""
    year = two[0].year
    assert operator.get(f"/bundel/daftar-berkas-{year}.pdf").data.startswith(b"%PDF")
    assert operator.get(f"/bundel/daftar-berkas-{year}.xlsx").data.startswith(b"PK")
    assert operator.get("/bundel/daftar-berkas-1.pdf").status_code == 404


def test_each_volume_has_its_file(operator: Person, desk: Desk, two: list[Document]) -> None:
    """The page offers every volume to print and to download, before and after the bundle is archived."""
    for _ in range(6):
        data = desk.kinds["nota_dinas"].example
        more = DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, dossier=two[0].dossier, data=data)
        issue(desk, more.model_copy(update={"assets": two[0].assets}), "sari")
    operator.get(f"/bundel?dossier={two[0].dossier}")
    sent = {"dossier": two[0].dossier, "order": "step", "aksi": "buat", "volume_pages": "10"}
    address = operator.post("/bundel/susun", sent).headers["Location"]
    id = address.rsplit("/", 1)[1]
    assert operator.get(f"{address}/jilid-1.pdf").status_code == 404
    with desk.catalogue.read() as tx:
        job = jobs.get_job(tx, id)
    result = run_bundle_job(desk, job, lambda done, total: None)
    with desk.catalogue.write() as tx:
        jobs.update_job(tx, id, status="done", result=result)
    assert f"Jilid 1 dari {len(result['volumes'])}" in words(operator.get(address))
    first = operator.get(f"{address}/jilid-1.pdf").data
    assert len(first) == result["volumes"][0]["pdf"]["size"]
    assert operator.get(f"{address}/jilid-99.pdf").status_code == 404
    operator.post(f"{address}/arsip")
    assert operator.get(f"{address}/jilid-1.pdf?unduh=1").data == first


def test_what_is_to_be_replaced_is_told_apart_from_what_is_not_there_yet(
    operator: Person, desk: Desk, two: list[Document]
) -> None:
    """A letter that was sent back is no letter that lacks: the page names both, each by its word."""
    decide(desk, two[0], "kepala-bidang", "perbaiki", "Lengkapi biayanya.")
    operator.get(f"/bundel?dossier={two[0].dossier}")
    sent = {"dossier": two[0].dossier, "order": "step", "missing": "1", "aksi": "buat"}
    address = operator.post("/bundel/susun", sent).headers["Location"]
    with desk.catalogue.read() as tx:
        job = jobs.get_job(tx, address.rsplit("/", 1)[1])
    result = run_bundle_job(desk, job, lambda done, total: None)
    with desk.catalogue.write() as tx:
        jobs.update_job(tx, job.id, status="done", result=result)
    shown = words(operator.get(address))
    assert "Perlu diganti: Nota Dinas (langkah 2, dikembalikan untuk diperbaiki Kepala Bidang" in shown
    assert "Belum ada: Telaahan Staf (langkah 1)" in shown


def test_a_dossier_is_found_by_its_title_or_by_a_letter_in_it(
    operator: Person, desk: Desk, two: list[Document]
) -> None:
    """With scripts in a list; without, words of one dossier lead to it, others to a choice."""
    with desk.catalogue.read() as tx:
        title = dossiers.get_dossier(tx, two[0].dossier).title
    for typed in (title, two[1].number, title.split()[0].lower()):
        (found,) = operator.get("/bundel/berkas.json", query_string={"q": typed}).json
        assert found["value"] == two[0].dossier
        assert found["lines"][0] == title
    assert operator.get("/bundel/berkas.json", query_string={"q": "jerapah"}).json == []
    page = operator.get("/bundel", query_string={"kata": two[0].number})
    assert page.headers["Location"] == f"/bundel?dossier={two[0].dossier}"
    assert "Tidak ada berkas dengan kata “jerapah”" in words(operator.get("/bundel?kata=jerapah"))


def test_bundles_made_last_are_called_by_what_they_are_of(operator: Person, desk: Desk, two: list[Document]) -> None:
    """By the title somebody gave, else by the dossier."""
    for title in ("", "Untuk pemeriksaan"):
        operator.post("/bundel/susun", form(two, aksi="buat", title=title))
    shown = words(operator.get("/bundel"))
    with desk.catalogue.read() as tx:
        assert dossiers.get_dossier(tx, two[0].dossier).title in shown
    assert "Untuk pemeriksaan" in shown
