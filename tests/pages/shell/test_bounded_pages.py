"""Forms of nothing but mistakes are answered by pages that are small and soon, too."""

from __future__ import annotations

import io

import pytest

from tests.support.callers.pages import ORIGIN, Person
from tests.support.machine.processor import within

pytestmark = pytest.mark.office

LARGEST = 260_000  # bytes: the form has some 60 KB, and 200 are given back as typed
LONGEST = 5.0  # seconds of processor time
NUMBERS = range(8000)
FORM = "/buat/pemeliharaan/2/nota_dinas"
FORMS = {
    "fields": {f"data.k{n}": "x" for n in NUMBERS},
    "rows": {f"data.rincian[{n}].uraian": "x" for n in NUMBERS},
    "assets": {"assets": [str(n) for n in range(2000)]},
    "too many assets": {"assets": [str(n) for n in NUMBERS]},
    "a long field": {"data.hal": "\u202e" * 50_000, "assets": "9" * 50_000},
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_of_mistakes_is_answered_briefly(operator: Person, name: str) -> None:
    """Unknown fields, rows and assets by the thousand cost seconds and kilobytes, not minutes and megabytes."""
    operator.get(FORM)
    with within(LONGEST):
        answer = operator.post(FORM, {**FORMS[name], "aksi": "terbitkan"})
    assert answer.status_code < 500
    assert len(answer.data) <= LARGEST


@pytest.mark.parametrize("path", ["/aset/impor", "/massal/periksa"])
def test_a_file_of_mistakes_is_answered_briefly(admin: Person, path: str) -> None:
    """A CSV of wrong lines gets the first of them and their count."""
    text = "NIBAR;Nama;Kode Barang;Tahun;hal\n" + "x;;;;\n" * 4000
    admin.get("/massal")
    form = {"berkas": (io.BytesIO(text.encode()), "x.csv"), "kind": "nota_dinas", "procedure": "pemeliharaan",
            "step": "2", "csrf_token": admin.token}  # fmt: skip
    with within(2 * LONGEST):
        answer = admin.client.post(path, data=form, headers=ORIGIN, content_type="multipart/form-data")
    assert answer.status_code < 500
    assert len(answer.data) <= LARGEST
