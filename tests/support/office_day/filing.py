"""Batches of letters, bundles of the archive, and signed papers that come back scanned."""

from __future__ import annotations

import io

import pypdfium2

from tests.support.office_day.letters import Letters, wait_for
from tests.support.office_day.pages import Person
from tests.support.office_day.recorder import Recorder


def batches(recorder: Recorder, admin: Person, letters: Letters) -> None:
    """Issue twenty rows by JSON; check three by CSV at the page, and rows that are wrong."""
    one = letters.body("nota_dinas", "pemeliharaan", 2)
    place = {key: one[key] for key in ("kind", "procedure", "step")}
    rows = [{"assets": [nibar], "data": one["data"] | {"hal": f"Perawatan ke-{number}"}}
            for number, nibar in enumerate(["6310190000101", "6310190000102"] * 10, 1)]  # fmt: skip
    letters.json("POST", "/batches/check", place | {"rows": rows})
    letters.json("POST", "/batches/check", place | {"rows": [{"assets": ["X"], "data": {"hal": ""}}, *rows[:2]]})
    letters.json("POST", "/batches", place | {"rows": [{"assets": [], "data": {}}]})
    job = letters.job(
        "/batches", place | {"rows": rows}, parts=("zip", "print", "sheet"), headers={"Idempotency-Key": "b"}
    )
    letters.job("/batches", place | {"rows": rows}, headers={"Idempotency-Key": "b"})
    admin.get(f"/massal/{job['id']}")
    sheet = "NIBAR;Hal;Yth;Isi\n6310190000101;Perawatan;Kepala Bidang;Mohon dirawat.\n;;;\nX;;;\n"
    chosen = "pemeliharaan/2/nota_dinas"
    admin.send("/massal", "/periksa", {"naskah": chosen}, files=[("berkas", ("isian.csv", sheet.encode()))])
    admin.get(f"/massal/lembar?naskah={chosen}")


def bundles(recorder: Recorder, admin: Person, letters: Letters) -> None:
    """Bundle a dossier, an asset, a year in volumes, a search and chosen letters; archive one, and run a recipe."""
    parts = ("pdf", "manifest")
    dossiers = letters.json("GET", "/dossiers")["items"]
    whole = {"year": 2026, "volume_pages": 40, "separators": True, "labels": True, "retention": "5 tahun"}
    job = letters.job("/bundles", whole, parts=(*parts, "labels", "volumes/1/pdf", "volumes/2/pdf", "volumes/99/pdf"))
    for request in (
        {"dossier": dossiers[-1]["id"], "duplex": True, "binding_mm": 7, "paper": "F4"},
        {"asset": "6310190000101", "year": 2026, "order": "date", "two_up": True},
        {"search": "router", "revisions": "issued"},
        {"documents": [one["id"] for one in letters.issued[:3]], "title": "Tiga naskah", "copies": "plain"},
        {"dossier": dossiers[0]["id"], "missing": True, "without_secret": True, "kinds": ["nota_dinas"]},
    ):
        letters.job("/bundles", request, parts=parts)
    letters.json("POST", "/bundles", {"dossier": "tidak-ada"})
    letters.json("POST", "/bundles", {"year": 2026, "dossier": dossiers[0]["id"]})
    letters.json("POST", "/bundles", {"search": "tidak ada yang bernama begini"})
    filed = letters.json("POST", f"/jobs/{job['id']}/archive")
    code = filed.get("code", "")
    for path in (f"/bundles/{code}", f"/bundles/{code}/manifest", f"/bundles/{code}/volumes/1/pdf"):
        letters.get(path)
    recipe = letters.json("POST", "/recipes", {"name": "Setahun", "request": {"year": 2026}})
    letters.job(f"/recipes/{recipe['id']}/run", {"new_only": True}, parts=parts)
    admin.get(f"/bundel?dossier={dossiers[0]['id']}")
    admin.get("/bundel?asset=6310190000101&year=2026")
    admin.get(f"/bundel/{job['id']}")


def scans(recorder: Recorder, admin: Person, letters: Letters) -> None:
    """Hand in a stack of signed papers, which are sorted by the codes on them."""
    papers = [one["id"] for one in letters.issued[:2]]
    files = [("files", (f"{number}-{page}.jpg", data))
             for number, id in enumerate(papers) for page, data in enumerate(_pages(letters.pdf(id)), 1)]  # fmt: skip
    answer = admin.send("/pindaian", "/pindaian", files=files)
    address = answer.headers.get("Location", "")
    if address:
        wait_for(lambda: '"running"' not in (text := recorder.call("admin", "GET", f"{address}.json", keep=False).text)
                 and '"queued"' not in text)  # fmt: skip
        admin.get(address)
        admin.get(f"{address}.json")
        admin.send(address, address)


def _pages(pdf: bytes) -> list[bytes]:
    """Return the pages as a scanner gives them."""
    pages = []
    for page in pypdfium2.PdfDocument(pdf):
        target = io.BytesIO()
        page.render(scale=150 / 72).to_pil().convert("L").save(target, "JPEG", quality=80, dpi=(150, 150))
        pages.append(target.getvalue())
    return pages
