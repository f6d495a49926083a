"""`make bench`: one letter over HTTP, against a script that fills the template and calls soffice for each."""

from __future__ import annotations

import datetime as dt
import io
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from docxtpl import DocxTemplate

from benchmarks.bundle import measure
from benchmarks.service import Service, running_service
from docgen.demo import load_demo
from docgen.desk.pipeline import Snapshot
from docgen.forms import build_context, validate
from docgen.kinds import load_kinds
from templates_docx import FOLDER

LETTERS = 40
CLIENTS = 8


def main() -> None:
    """Measure and print a table; the first rows are what the ratios are taken against."""
    script = script_per_letter()
    with running_service() as service:
        rows = [
            ("a script: docxtpl + soffice --convert-to, a letter", f"{script * 1000:.0f} ms", "1.0"),
            ("service answers after its start", f"{service.started_in:.2f} s", ""),
        ]
        for kind, procedure, step in (
            ("nota_dinas", "pemeliharaan", 2),
            ("berita_acara_serah_terima", "penggunaan", 1),
        ):
            one = one_client(service, request(service, kind, procedure, step))
            rows.append((f"{kind} over HTTP, all in, one client", f"{one * 1000:.0f} ms", f"{script / one:.1f}"))
        rate = many_clients(service, request(service, "nota_dinas", "pemeliharaan", 2))
        rows.append((f"nota_dinas over HTTP, {CLIENTS} clients", f"{rate:.1f} /s", f"{rate * script:.1f}"))
        bundle = bundle_of(service, LETTERS)
        rows.append((f"bundle of {LETTERS} documents", f"{bundle:.2f} s", ""))
    many = measure()
    rows.append((f"bundle of {many.documents} documents, {many.pages} pages", f"{many.seconds:.2f} s", ""))
    rows.append(("its peak memory, LibreOffice apart", f"{many.peak_mb:.0f} MB", ""))
    print("| work | figure | times faster than the script |\n|---|---|---|")
    for work, figure, ratio in rows:
        print(f"| {work} | {figure} | {ratio} |")


def request(service: Service, kind: str, procedure: str, step: int) -> dict[str, object]:
    """The body that issues a kind's own example for one demo asset."""
    example = service.get(f"/api/v1/kinds/{kind}")["example"]
    asset = service.get("/api/v1/assets?limit=1")["items"][0]["nibar"]
    return {"kind": kind, "procedure": procedure, "step": step, "assets": [asset], "data": example}


def one_client(service: Service, body: dict[str, object]) -> float:
    """Median seconds of one letter, one at a time, warm."""
    connection = service.connect()
    for _ in range(5):
        service.post("/documents", body, connection)
    return statistics.median(timed(lambda: service.post("/documents", body, connection)) for _ in range(LETTERS))


def many_clients(service: Service, body: dict[str, object]) -> float:
    """Letters a second with several clients at once."""

    def client(_: int) -> None:
        connection = service.connect()
        for _ in range(LETTERS // 2):
            service.post("/documents", body, connection)

    with ThreadPoolExecutor(CLIENTS) as pool:
        seconds = timed(lambda: list(pool.map(client, range(CLIENTS))))
    return CLIENTS * (LETTERS // 2) / seconds


def bundle_of(service: Service, count: int) -> float:
    """Seconds from asking for a bundle to its PDF being ready."""
    found = service.get(f"/api/v1/documents?limit={count}")["items"]

    def wait() -> None:
        job = service.post("/bundles", {"documents": [one["id"] for one in found]})
        while job["status"] in ("queued", "running"):
            time.sleep(0.05)
            job = service.get(f"/api/v1/jobs/{job['id']}")
        if job["status"] != "done":
            raise RuntimeError(job["error"])

    return timed(wait)


def script_per_letter() -> float:
    """Median seconds of what a short script does: fill the same template with docxtpl, call soffice, a letter."""
    kind = load_kinds([FOLDER])["nota_dinas"]
    demo = load_demo()
    officials = {official.id: official for official in demo.officials}
    snapshot = Snapshot(demo.office, demo.officials[0], demo.assets[:1], officials)

    context = build_context(
        kind,
        validate(kind, kind.example, officials=officials),
        office=snapshot.office,
        signer=snapshot.signer,
        assets=snapshot.assets,
        number="B/000.1.9.1/1/X/XI/2026",
        date=dt.date(2026, 11, 24),
        officials=officials,
        emblem=None,
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def letter() -> None:
            template = DocxTemplate(io.BytesIO(kind.source))
            template.render(context, autoescape=True)
            template.save(folder / "letter.docx")
            profile = f"-env:UserInstallation=file://{folder}/profile"
            subprocess.run(
                ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, folder / "letter.docx"],
                check=True, capture_output=True,
            )  # fmt: skip

        letter()  # the first call makes the profile
        return statistics.median(timed(letter) for _ in range(5))


def timed(work: Callable[[], object]) -> float:
    """Seconds a piece of work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
