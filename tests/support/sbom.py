"""What a running service is made of, as CycloneDX 1.6, and under which licences: `make sbom`.

Taken from what is installed, without the development tools: the packages that `docgen` asks for, what these ask for,
the front-end files that one of them brings, and the system's packages that `setup.sh run` installs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from flask_bootstrap import Bootstrap5
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from docgen.machine.delivered import debian_packages
from web.pages.writing.editor import PACKAGE

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"
EXTRAS = ("redis", "otel")  # what a service may be installed with
SPEC = "1.6"

# What a public office may run and pass on with its source as it is. LGPL and MPL: libraries that are not changed here.
ALLOWED = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0"),
        *("Python-2.0", "Unlicense", "Zlib", "ZPL-2.1", "CC0-1.0", "OFL-1.1", "Bitstream-Vera", "LicenseRef-Symbola"),
        *("LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MPL-1.1", "MPL-2.0"),
    }
)
# How packages of before SPDX write theirs.
CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: GNU Library or Lesser General Public License (LGPL)": "LGPL-2.1-or-later",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "License :: OSI Approved :: Zope Public License": "ZPL-2.1",
}
READ_BY_HAND = {
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",  # writes "…, dependency licenses", which are PDFium's
    "protobuf": "BSD-3-Clause",  # writes the address of its licence
    PACKAGE: "BSD-3-Clause AND MIT",  # its editor holds ProseMirror and Tiptap
}
SYSTEM = {
    "libreoffice-writer-nogui": "MPL-2.0",
    "python3-uno": "MPL-2.0",
    "fonts-liberation": "OFL-1.1",
    "fonts-dejavu-core": "Bitstream-Vera",
    "fonts-symbola": "LicenseRef-Symbola",
}


def run_packages() -> set[str]:
    """Return the names of the Python packages that a service needs, itself left out."""
    found = {PACKAGE}  # of which one script is served; setup.sh installs it without what it requires
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    chosen = [text for extra in EXTRAS for text in project["optional-dependencies"][extra]]
    todo: list[tuple[list[str], tuple[str, ...]]] = [([*project["dependencies"], *chosen], ())]
    while todo:
        texts, extras = todo.pop()
        for text in texts:
            requirement = Requirement(text)
            marker = requirement.marker
            needed = marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))
            wanted = canonicalize_name(requirement.name)
            if needed and wanted not in found:
                found.add(wanted)
                todo.append((_installed(wanted).requires or [], tuple(requirement.extras)))
    return found


def make_sbom() -> dict[str, Any]:
    """Return the bill of materials of the run environment. Raises CalledProcessError."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject", str(ROOT / "pyproject.toml")]
    options = ["--short-PURLs", "--output-reproducible", "--no-validate", "--sv", SPEC, sys.executable]
    whole: dict[str, Any] = json.loads(subprocess.run([*command, *options], capture_output=True, check=True).stdout)
    packages = run_packages()
    components = [part for part in whole["components"] if canonicalize_name(part["name"]) in packages]
    for part in components:
        part["licenses"] = [{"expression": licence_of(part)}]
        part.pop("properties", None)
        links = [link for link in part.pop("externalReferences", []) if link["url"].startswith("https://")]
        part["externalReferences"] = [link for link in links if link["type"] in ("vcs", "website")][:1]
    components += [*_front_end(), *_system()]
    components.sort(key=lambda part: str(part["bom-ref"]).lower())
    root = whole["metadata"]["component"]["bom-ref"]
    refs = {root, *(part["bom-ref"] for part in components)}
    dependencies = [
        {"ref": entry["ref"], "dependsOn": sorted(refs & set(entry.get("dependsOn", [])))}
        for entry in whole["dependencies"]
        if entry["ref"] in refs
    ]
    return {**whole, "components": components, "dependencies": dependencies}


def licence_of(component: dict[str, Any]) -> str:
    """Return the licence of a component as an SPDX expression; "NOASSERTION" where it says none that is known."""
    if component["name"] in READ_BY_HAND:
        return READ_BY_HAND[component["name"]]
    known: list[str] = []
    for entry in component.get("licenses", []):
        licence = entry.get("license", {})
        text = entry.get("expression") or licence.get("id") or CLASSIFIERS.get(licence.get("name", ""))
        if text and text not in known:
            known.append(text)
    wrapped = [f"({text})" if len(known) > 1 and " OR " in text else text for text in known]
    return " AND ".join(wrapped) or "NOASSERTION"


def is_allowed(expression: str) -> bool:
    """Return whether an SPDX expression may be run here: of each AND, one of its ORs is allowed."""
    return all(
        any(choice.strip("() ") in ALLOWED for choice in clause.split(" OR ")) for clause in expression.split(" AND ")
    )


def licence_list(sbom: dict[str, Any]) -> str:
    """Return the licences for people: a line a component."""
    rows = [f"{part['name']} {part['version']}: {part['licenses'][0]['expression']}" for part in sbom["components"]]
    return "\n".join([*rows, ""])


def _installed(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError as error:
        raise SystemExit(f"{name} is not installed; run ./setup.sh dev and try again") from error


def _front_end() -> list[dict[str, Any]]:
    """The files for browsers that Bootstrap-Flask brings and pages use."""
    brought = {"bootstrap": Bootstrap5.bootstrap_version, "bootstrap-icons": Bootstrap5.icons_version}
    return [
        {
            "bom-ref": f"npm:{name}@{version}",
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:npm/{name}@{version}",
            "licenses": [{"expression": "MIT"}],
        }
        for name, version in brought.items()
    ]


def _system() -> list[dict[str, Any]]:
    """The system's packages that letters are made with, in the versions of this machine."""
    components = []
    for name in debian_packages():
        query = ["dpkg-query", "-W", "-f", "${Version}", name]
        version = subprocess.run(query, capture_output=True, text=True, check=False).stdout or "not installed"
        components.append(
            {
                "bom-ref": f"deb:{name}",
                "type": "application" if "office" in name else "library",
                "name": name,
                "version": version,
                "purl": f"pkg:deb/debian/{name}@{version}".replace(" ", "%20"),
                "licenses": [{"expression": SYSTEM.get(name, "NOASSERTION")}],
            }
        )
    return components


def main() -> None:
    """Write both files; exit 1 naming what has a licence that is not allowed."""
    sbom = make_sbom()
    BUILD.mkdir(exist_ok=True)
    (BUILD / "sbom.cdx.json").write_text(json.dumps(sbom, indent=1, ensure_ascii=False), "utf-8")
    (BUILD / "licences.txt").write_text(licence_list(sbom), "utf-8")
    print(f"{len(sbom['components'])} components: build/sbom.cdx.json, build/licences.txt")
    refused = [line for line in licence_list(sbom).splitlines() if not is_allowed(line.partition(": ")[2])]
    if refused:
        raise SystemExit("\n".join(["licences that tests/support/sbom.py does not allow:", *refused]))


if __name__ == "__main__":
    main()
