"""Image and compose files hold together, name what there is, and run nothing with more rights than it needs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from docgen.cli.main import cli
from docgen.machine.delivered import DEPLOY, debian_packages
from docgen.settings import read_settings
from tests.deploy.compose_files import NAMES, SETTINGS, compose, load_by_specification, variables

ROOT = Path(__file__).parents[2]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
OWN_IMAGE = "docgen:"
WITH_SECONDS = re.compile(r"\d+s")


def services(name: str) -> dict[str, dict[str, Any]]:
    """The services of a compose file."""
    content: dict[str, dict[str, Any]] = compose(name)["services"]
    return content


def own(name: str) -> dict[str, dict[str, Any]]:
    """The services that are docgen itself."""
    return {label: service for label, service in services(name).items() if service["image"].startswith(OWN_IMAGE)}


def seconds(text: str) -> int:
    """A time of a compose file."""
    assert WITH_SECONDS.fullmatch(text), text
    return int(text[:-1])


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_compose_file_is_one_by_the_specification(name: str, tmp_path: Path) -> None:
    """The reference loader takes it; with a word that the specification does not know it refuses it."""
    text = (DEPLOY / name).read_text("utf-8")
    right = load_by_specification(text, tmp_path)
    assert right.returncode == 0, right.stderr
    assert load_by_specification(text.replace("read_only:", "readonly:"), tmp_path).returncode != 0


@pytest.mark.parametrize("name", NAMES)
def test_every_container_has_few_rights_and_a_version(name: str) -> None:
    """A read-only root, no capability but to bind a low port, no new privileges, restarts, and a pinned image."""
    for label, service in services(name).items():
        assert service["read_only"] is True, label
        assert service["cap_drop"] == ["ALL"], label
        assert set(service.get("cap_add", [])) <= {"NET_BIND_SERVICE"}, label
        assert "no-new-privileges:true" in service["security_opt"], label
        assert service["restart"] == "unless-stopped", label
        assert re.fullmatch(r"[a-z]+(/[a-z]+)?:v?\d+\.\d+(\.\d+)?", service["image"]), label


@pytest.mark.parametrize("name", NAMES)
def test_what_runs_is_asked_for_and_set_by_names_there_are(name: str) -> None:
    """Each command and each option is one of docgen's, each setting one of docs/settings.md, readable by docgen."""
    for service in own(name).values():
        command, *options = service["command"]
        known = {option for parameter in cli.commands[command].params for option in parameter.opts}
        assert {option for option in options if option.startswith("-")} <= known
        settings = service["environment"]
        assert set(settings) <= SETTINGS
        values = {key: re.sub(r"\$\{[^}]*\}", "https://naskah.example", value) for key, value in settings.items()}
        read_settings(values | {"DOCGEN_SECRET_KEY": "Pq7-xK2_vN9wZ4tLrB8mHs3cF6yGjD5e"})


@pytest.mark.parametrize("name", NAMES)
def test_a_container_keeps_what_the_image_keeps(name: str) -> None:
    """Each volume of the image is one of the compose file, so that no container alone holds a thing; so are ports."""
    [volumes_line] = re.findall(r"^VOLUME (\[.*\])", DOCKERFILE, re.MULTILINE)
    volumes = set(re.findall(r'"([^"]+)"', volumes_line))
    [port] = re.findall(r"^EXPOSE (\d+)", DOCKERFILE, re.MULTILINE)
    assert f"DOCGEN_PORT={port}" in DOCKERFILE
    for service in own(name).values():
        assert {volume.partition(":")[2] for volume in service["volumes"]} == volumes
        assert all(published.rpartition(":")[2] == port for published in service.get("ports", []))
    named = {volume.partition(":")[0] for service in services(name).values() for volume in service.get("volumes", [])}
    assert {volume for volume in named if not volume.startswith(".")} == set(compose(name)["volumes"])


def test_each_node_has_a_folder_of_its_own_and_all_share_the_key() -> None:
    """What lies under DOCGEN_DATA is one process' own; letters that one node encrypts another reads."""
    nodes = own("compose.yaml")
    assert {tuple(node["command"][-2:]) for node in nodes.values()} == {("--role", "web"), ("--role", "worker")}
    assert len(nodes) == 4
    assert {label: node["volumes"][0] for label, node in nodes.items()} == {
        label: f"{label}:/var/lib/docgen" for label in nodes
    }
    assert {node["volumes"][1] for node in nodes.values()} == {"keys:/var/lib/docgen-keys"}


def test_the_proxy_is_the_only_way_in() -> None:
    """Only the proxy publishes ports, and it is believed; database, store and counts have no way out."""
    everything = services("compose.yaml")
    assert [label for label, service in everything.items() if "ports" in service] == ["proxy"]
    assert {tuple(everything[label]["networks"]) for label in ("postgres", "s3", "redis")} == {("back",)}
    networks = compose("compose.yaml")["networks"]
    assert networks["back"]["internal"] is True
    [subnet] = networks["front"]["ipam"]["config"]
    for label, node in own("compose.yaml").items():
        assert node["environment"]["DOCGEN_PROXY"] == subnet["subnet"], label
    assert set(everything["proxy"]["environment"]["NODES"].split()) == {"web-1:8000", "web-2:8000"}


def test_a_container_has_time_to_stop() -> None:
    """It is killed only after it said so for DOCGEN_DRAIN and had half a minute for what was in work."""
    for node in own("compose.yaml").values():
        assert seconds(node["stop_grace_period"]) >= int(node["environment"]["DOCGEN_DRAIN"]) + 30 + 10


def test_new_env_writes_all_that_compose_asks_for_once(tmp_path: Path) -> None:
    """deploy/new-env.sh writes each variable with secrets of its own, for its owner alone, and never a second time."""
    program = tmp_path / "new-env.sh"
    program.write_bytes((DEPLOY / "new-env.sh").read_bytes())
    command = ["sh", program, "https://naskah.example"]
    assert subprocess.run(command, capture_output=True).returncode == 0
    file = tmp_path / ".env"
    values = dict(line.split("=", 1) for line in file.read_text().splitlines() if not line.startswith("#"))
    assert set(values) == variables((DEPLOY / "compose.yaml").read_text("utf-8"))
    secrets = [value for key, value in values.items() if key.endswith(("KEY", "PASSWORD"))]
    assert len(set(secrets)) == 3
    assert all(re.fullmatch(r"[0-9a-f]{64}", secret) for secret in secrets)
    assert file.stat().st_mode & 0o077 == 0
    before = file.read_bytes()
    again = subprocess.run(command, capture_output=True)
    assert again.returncode == 1
    assert file.read_bytes() == before


def test_the_image_takes_only_what_is_there_and_nothing_secret() -> None:
    """Each source of COPY is in the tree and in the context, deploy/.env is not; packages are the one list."""
    sources = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for source in sources:
        assert (ROOT / source).exists(), source
        assert Path(source).parts[0] in let_through, source
    assert "deploy/.env" in (ROOT / ".dockerignore").read_text().splitlines()
    assert "deploy/debian-packages.txt" in sources
    assert [package for package in debian_packages() if re.search(rf"\b{package}\b", DOCKERFILE)] == []
    assert "deploy/debian-packages.txt" in (ROOT / "setup.sh").read_text()


def test_the_image_runs_docgen_as_an_account_without_rights() -> None:
    """It has a numbered account, ends on the signal that docgen drains on, and is asked by `docgen probe`."""
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER docgen$", last, re.MULTILINE)
    assert "--uid 10001" in last
    assert re.search(r"^STOPSIGNAL SIGTERM$", last, re.MULTILINE)
    assert re.search(r'^HEALTHCHECK .* CMD \["docgen", "probe"\]$', last, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["docgen"\]$', last, re.MULTILINE)
    assert set(re.findall(r"\bDOCGEN_\w+", DOCKERFILE)) <= SETTINGS
