"""A large bundle is in memory once, as it is handed to the object store, however many documents it is made of."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from docgen.desk import open_desk
from docgen.desk.decisions.attach import attach_scan
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.attachment_report import ScanReport
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import registers
from tests.support.files.scans import pictures_as_bytes
from tests.support.office.demo_office import data_folder

pytestmark = pytest.mark.office

DOCUMENTS, PAGES = 16, 20
MARGIN = 48 << 20  # bytes: what two members and the objects of all pages take
BUILD = """
import json, pathlib
from docgen.desk import open_desk
from docgen.desk.bundles.build import BundleRequest, make_bundle, run_bundle_job
from docgen.settings import read_settings
from storage.catalogue import jobs
from storage.records import Job

def peak():
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024

desk = open_desk(read_settings())
asked = {"year": desk.today().year, "volume_pages": 100}
job = Job(id="01m89000000000000000000001", kind="bundle", status="running", request=asked, created_at=desk.now(),
          created_by="s")
with desk.catalogue.write() as tx:
    jobs.add_job(tx, job)
make_bundle(desk, BundleRequest.model_validate(asked | {"copies": "plain"}))  # everything is loaded and warm
before = peak()
result = run_bundle_job(desk, job, lambda done, total: None)
print(json.dumps({"grown": peak() - before, **result["pdf"], "volumes": len(result["volumes"])}))
desk.close()
"""


@pictures_as_bytes()
def noise(number: int) -> bytes:
    """Scanned pages that cannot be packed: pictures of noise, some lying, some larger than the paper."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for page in range(PAGES):
        size = [(595, 842), (842, 1191), (842, 595), (612, 792)][(number + page) % 4]
        picture = io.BytesIO()
        Image.effect_noise((500, 700), 80).save(picture, "JPEG", quality=70)
        canvas.setPageSize(size)
        canvas.drawImage(ImageReader(picture), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_memory_grows_with_the_bundle_once(tmp_path: Path, converter: Converter) -> None:
    """Over three hundred scanned pages in volumes: the process grows by the bundle's own size and a little more."""
    env = os.environ | {"DOCGEN_DATA": str(data_folder(tmp_path)), "DOCGEN_CONVERTERS": "1"}
    desk = open_desk(read_settings(env), converter)
    initialise(desk, demo=True)
    with desk.catalogue.read() as tx:
        nibar = registers.search_assets(tx, limit=1)[0].nibar
    data = desk.kinds["nota_dinas"].example
    request = DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, assets=[nibar], data=data)
    for number in range(DOCUMENTS):
        attach_scan(desk, issue(desk, request, "sari").id, noise(number), "pindaian.pdf", "sari", ScanReport())
    desk.catalogue.close()
    done = subprocess.run([sys.executable, "-c", BUILD], env=env, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["pages"] > DOCUMENTS * PAGES
    assert told["volumes"] > 3
    assert told["size"] > MARGIN
    assert told["grown"] < told["size"] + MARGIN
