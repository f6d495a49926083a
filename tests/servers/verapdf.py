"""veraPDF for the tests: the reference validator of PDF/A and PDF/UA, fetched once by Maven into .tools/.

`failures(folder)` checks every PDF of a folder against one or more profiles in one run of one Java. The Java part runs
in a process of its own (`python -m tests.servers.verapdf check FOLDER JARS 2b,ua1`), through JPype, so that a Java
runtime is enough.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.servers import ServerFailed, fetched_before, say

GROUP, ARTIFACT, VERSION = "org.verapdf", "validation-model", "1.28.1"

_TOOLS = Path(__file__).resolve().parents[2] / ".tools"
_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>docgen</groupId><artifactId>docgen-tests</artifactId><version>0</version><dependencies><dependency>
<groupId>{GROUP}</groupId><artifactId>{ARTIFACT}</artifactId><version>{VERSION}</version>
</dependency></dependencies></project>
"""
PROFILES = {"2b": "PDFA_2_B", "2a": "PDFA_2_A", "ua1": "PDFUA_1"}  # of veraPDF's flavours
_MOST = 6  # sentences of one file that are told


def jars() -> Path:
    """Return the folder of veraPDF's jars; fetch them, one process at a time, where they are not there.

    Raises ServerFailed.
    """
    folder = _TOOLS / f"verapdf-{VERSION}"
    if folder.exists():
        return folder
    _TOOLS.mkdir(exist_ok=True)
    with (_TOOLS / "verapdf.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _fetch(folder)
    return folder


def failures(folder: Path, *profiles: str) -> dict[str, list[str]]:
    """Return what veraPDF says against each PDF of a folder, by file name; an empty list is a pass.

    `profiles` are of PROFILES, PDF/A-2b where none is given. Raises ServerFailed.
    """
    names = ",".join(profiles or ("2b",))
    command = [sys.executable, "-m", "tests.servers.verapdf", "check", str(folder), str(jars()), names]
    process = subprocess.run(command, cwd=_TOOLS.parent, capture_output=True, text=True)
    if process.returncode:
        raise ServerFailed(f"veraPDF did not run:\n{process.stderr[-2000:]}")
    results: dict[str, list[str]] = json.loads(process.stdout.splitlines()[-1])
    return results


def _fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerFailed("Maven (mvn) is not installed; apt-get install maven brings it, and Java with it.")
    say(f"fetching veraPDF {VERSION} into .tools/ (once, 9 MB)")
    unfinished = _TOOLS / "verapdf.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    (unfinished / "pom.xml").write_text(_POM)
    command = [maven, "-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=jars"]
    process = subprocess.run(command, cwd=unfinished, capture_output=True, text=True)
    if process.returncode:
        raise ServerFailed(f"veraPDF cannot be fetched by Maven:\n{(process.stdout + process.stderr)[-2000:]}")
    (unfinished / "jars").rename(folder)
    shutil.rmtree(unfinished)


def _check(folder: Path, classes: Path, profiles: Sequence[str]) -> dict[str, list[str]]:
    """Return what `failures` returns; starts Java in this process."""
    import jpype
    import jpype.imports

    options = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")  # a short run on a machine that is busy
    jpype.startJVM(*options, classpath=[str(jar) for jar in sorted(classes.glob("*.jar"))], convertStrings=True)
    from java.util.logging import LogManager
    from org.verapdf.gf.foundry import VeraGreenfieldFoundryProvider
    from org.verapdf.pdfa import Foundries
    from org.verapdf.pdfa.flavours import PDFAFlavour

    LogManager.getLogManager().reset()
    VeraGreenfieldFoundryProvider.initialise()
    foundry = Foundries.defaultInstance()
    results: dict[str, list[str]] = {}
    for profile in profiles:
        flavour = getattr(PDFAFlavour, PROFILES[profile])
        for file in sorted(folder.glob("*.pdf")):
            results.setdefault(file.name, []).extend(_messages(foundry, flavour, file))
    return results


def _messages(foundry: Any, flavour: Any, file: Path) -> list[str]:
    """Return the first sentences against one file, each rule once."""
    import jpype
    from java.io import File

    try:
        with foundry.createParser(File(str(file)), flavour) as parser:
            result = foundry.createValidator(flavour, False).validate(parser)
    except jpype.JException as error:
        return [f"not read: {error}"]
    messages: dict[str, str] = {}
    for one in result.getTestAssertions():
        rule = one.getRuleId()
        name = f"{rule.getClause()}-{rule.getTestNumber()}"
        messages.setdefault(name, f"{name}: {one.getMessage()} ({one.getLocation().getContext()})")
    return [] if result.isCompliant() else list(messages.values())[:_MOST]


def main(arguments: list[str]) -> int:
    """`check FOLDER JARS PROFILES` prints what is wrong as JSON; without arguments the jars are fetched (1 where that
    fails and CI=true; the tests fail by themselves)."""
    if arguments:
        _, folder, classes, profiles = arguments
        sys.stdout.write(json.dumps(_check(Path(folder), Path(classes), profiles.split(","))) + "\n")
        return 0
    return fetched_before(jars)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
