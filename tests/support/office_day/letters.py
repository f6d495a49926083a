"""The letters of the day, by the API: every kind at its steps, decided on, corrected, voided, and found again."""

from __future__ import annotations

import io
import time
from typing import Any

from PIL import Image, ImageDraw

from tests.support.office_day.recorder import Recorder

API = "/api/v1"
ASSETS = {  # what each procedure is run on; none for a collective one
    "perencanaan": [],
    "pemindahtempatan": ["6310230000211", "6310230000212"],
    "penggunaan": ["6310240000235"],
    "pemeliharaan": ["6310190000101"],
    "penghapusan": ["045.2/INV-KOM/0012/2016"],
    "evaluasi": [],
}
OFFICIALS = {
    "kepala_dinas": "kepala-dinas",
    "kepala_bidang": "kepala-bidang",
    "kepala_seksi": "kepala-seksi",
    "pengelola_aset": "pengelola-aset",
    "pengguna_aset": "pengguna-statistik",
}
Body = dict[str, Any]


def photo(color: str = "navy", form: str = "JPEG") -> bytes:
    """Return a picture with something on it."""
    picture = Image.new("RGB", (640, 480), color)
    ImageDraw.Draw(picture).ellipse((120, 90, 520, 390), fill="white")
    target = io.BytesIO()
    picture.save(target, form)
    return target.getvalue()


class Letters:
    """Issues and decides by the API in the name of `who`, and remembers what was issued."""

    def __init__(self, recorder: Recorder, who: str) -> None:
        self._recorder = recorder
        self._who = who
        self.issued: list[Body] = []
        self.photos: list[str] = []
        self.procedures: list[Body] = self.json("GET", "/procedures")
        self.kinds: dict[str, Body] = {one["slug"]: one for one in self.json("GET", "/kinds")}

    def json(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Make a call with a JSON body; returns what was answered."""
        answer = self._recorder.call(self._who, method, f"{API}{path}", json=body, **options)
        return answer.json() if "json" in answer.headers.get("Content-Type", "") else None

    def get(self, path: str) -> None:
        """Read something."""
        self._recorder.call(self._who, "GET", f"{API}{path}")

    def body(self, kind: str, procedure: str, step: int) -> Body:
        """Return the request for a letter with the example's data."""
        known = self.kinds[kind]
        data = dict(known["example"])
        if "foto" in known["schema"]["properties"]:
            data["foto"] = [{"file": file, "caption": "Perangkat di tempatnya"} for file in self.photos]
        assets = ASSETS[procedure] or ([] if known["needs_assets"] != "required" else ["6310190000102"])
        return {"kind": kind, "procedure": procedure, "step": step, "assets": assets, "data": data}

    def issue(self, body: Body, key: str = "") -> Body:
        """Preview and issue a letter; its record and files are read when it was issued."""
        self._recorder.call(self._who, "POST", f"{API}/previews?format=png", json=body)
        answer: Body = self.json("POST", "/documents", body, headers={"Idempotency-Key": key} if key else None)
        if "id" in answer:
            self.issued.append(answer)
            for part in ("", "/pdf", "/docx"):
                self.get(f"/documents/{answer['id']}{part}")
        return answer

    def run_procedure(self, procedure: Body) -> None:
        """Issue the letters of every step in order, and take the decisions that the SOP asks for."""
        by_step: dict[int, list[str]] = {}
        slug, dossier = procedure["slug"], None
        for step in procedure["steps"]:
            number = step["number"]
            for kind in step["outputs"]:
                request = self.body(kind, slug, number) | ({"dossier": dossier} if dossier else {})
                answer = self.issue(request)
                if "id" in answer:
                    dossier = answer["dossier"]["id"] if isinstance(answer["dossier"], dict) else answer["dossier"]
                    by_step.setdefault(number, []).append(answer["id"])
            self._decide(step, by_step)
        if dossier:
            self.get(f"/dossiers/{dossier}")

    def _decide(self, step: Body, by_step: dict[int, list[str]]) -> None:
        """Take the decision that a step asks for on the letters of the step it names."""
        for id in by_step.get(step["endorses"] or 0, []):
            for role in step["endorsers"]:
                note = "Dilaksanakan pekan ini." if step["number"] % 2 else ""
                self.endorse(id, OFFICIALS[role], step["endorsement"], note)

    def endorse(self, id: str, official: str, decision: str, note: str = "") -> Body:
        """Decide on a letter."""
        request = {"official": official, "decision": decision, "note": note}
        answer: Body = self.json("POST", f"/documents/{id}/endorsements", request)
        if "id" in answer:
            self.get(f"/documents/{id}/pdf")
        return answer

    def upload(self, data: bytes, name: str) -> None:
        """Upload a photo for the letters to come."""
        answer = self._recorder.call(self._who, "POST", f"{API}/uploads", files={"file": (name, data)}).json()
        if "file" in answer:
            self.photos.append(answer["file"])

    def attach(self, id: str, data: bytes, name: str) -> Body:
        """File a copy."""
        path = f"{API}/documents/{id}/attachments"
        answer: Body = self._recorder.call(self._who, "POST", path, files={"file": (name, data)}).json()
        return answer

    def pdf(self, id: str) -> bytes:
        """Return the current PDF of a letter."""
        return self._recorder.call(self._who, "GET", f"{API}/documents/{id}/pdf", keep=False).content

    def job(self, path: str, body: Any = None, *, parts: tuple[str, ...] = (), **options: Any) -> Body:
        """Begin a job and wait for its end; returns the job. `parts` of its result are read."""
        begun = self._recorder.call(self._who, "POST", f"{API}{path}", json=body, **options).json()
        if "status" not in begun or isinstance(begun["status"], int):
            return dict(begun)
        id = begun["id"]
        wait_for(lambda: self.json("GET", f"/jobs/{id}", keep=False)["status"] not in ("queued", "running"))
        job: Body = self.json("GET", f"/jobs/{id}")
        for part in parts:
            self.get(f"/jobs/{id}/{part}")
        return job


def wait_for(is_so: Any, seconds: float = 90) -> None:
    """Wait until `is_so()`. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("It does not come to an end.")
        time.sleep(0.1)
