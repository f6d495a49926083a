"""The built wheel holds everything the service needs, and runs without the checkout."""

import re
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
ROOMS = ("docgen", "storage", "web", "templates_docx", "wording", "deploy")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `make wheel` builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [file] = folder.glob("*.whl")
    return file


def test_the_wheel_holds_every_file_of_the_rooms_and_loads_from_them(wheel: Path, tmp_path: Path) -> None:
    """Each tracked file of the rooms is in the wheel; SOP, kinds, demo and migrations load from it alone."""
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


def test_the_wheel_names_the_version_of_every_package_and_brings_the_editor(wheel: Path) -> None:
    """`pip install` of it gets what is tested, package for package, and needs no Django for the editor of rich text."""
    with zipfile.ZipFile(wheel) as packed:
        [metadata] = [name for name in packed.namelist() if name.endswith(".dist-info/METADATA")]
        lines = packed.read(metadata).decode()
        editor = packed.read("web/bundled/editor.js")
        licences = [name for name in packed.namelist() if name.startswith("web/bundled/editor-LICENSE")]
    pins = dict(re.findall(r"^Requires-Dist: ([\w.-]+)==([^\s;]+)", lines, re.MULTILINE))
    tested = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    versions = {_plain(name): version for name, version in tested.items()}
    assert {name: version for name, version in pins.items() if versions.get(_plain(name)) != version} == {}
    assert {"flask", "werkzeug", "cryptography", "lxml", "redis"} <= {_plain(name) for name in pins}
    assert "django" not in {_plain(name) for name in pins}
    assert editor == (files("django_prose_editor") / "static/django_prose_editor/editor.js").read_bytes()
    assert licences
    assert "Classifier: Private :: Do Not Upload" in lines  # the name is another project's on the public index


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
