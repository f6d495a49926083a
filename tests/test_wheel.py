"""The built wheel holds everything the service needs, and runs without the checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
ROOMS = ("docgen", "storage", "web", "templates_docx", "wording")


def test_the_wheel_holds_every_file_of_the_rooms_and_loads_from_them(tmp_path: Path) -> None:
    """Each tracked file of the rooms is in the wheel; SOP, kinds, demo and migrations load from it alone."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    tracked = subprocess.run(["git", "ls-files", *ROOMS], cwd=ROOT, check=True, capture_output=True, text=True)
    with zipfile.ZipFile(wheel) as packed:
        assert set(tracked.stdout.split()) <= set(packed.namelist())
        packed.extractall(tmp_path / "site")
    script = """
import docgen, storage, web, templates_docx, wording
from docgen.desk import open_desk
from docgen.desk.setup import initialise
from docgen.settings import read_settings
for room in (docgen, storage, web, templates_docx, wording):
    assert room.__file__.startswith(SITE), room.__file__
desk = open_desk(read_settings({"DOCGEN_DATA": DATA, "DOCGEN_CONVERTERS": "1"}))
initialise(desk, demo=True)
assert len(desk.sop.procedures) == 6 and "nota_dinas" in desk.kinds
desk.close()
"""
    head = (
        f"import sys; SITE = {str(tmp_path / 'site')!r}; DATA = {str(tmp_path / 'data')!r}; sys.path.insert(0, SITE)\n"
    )
    subprocess.run([sys.executable, "-c", head + script], cwd=tmp_path, check=True)
