"""Complete a wheel that `make wheel` builds: the tested version of each package, and the editor of rich text.

The versions are those of the environment in which it is built, which `setup.sh` fills by `constraints.txt`. Elsewhere,
as when pip builds by itself, the wheel is as it ever was, and `constraints.txt` is to be handed to pip.
"""

from __future__ import annotations

from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.requirements import Requirement

EDITOR, EDITOR_SCRIPT = "django-prose-editor", "django_prose_editor/static/django_prose_editor/editor.js"
BUNDLED = "web/bundled"  # as `web/pages/writing/editor.py` has it
FOR_DEVELOPERS = "dev"


class WheelHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds to a wheel what pip cannot find by itself."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add exact versions to the requirements, and the editor's script with its licence to the files."""
        if version == "editable":
            return
        core = self.metadata.core
        extras = {name: lines for name, lines in core.optional_dependencies.items() if name != FOR_DEVELOPERS}
        try:
            pins = _pins(core.dependencies)
            for extra, lines in extras.items():
                added = sorted(set(_pins(lines)) - set(pins))
                pins += [f"{pin} ; extra == '{extra}'" for pin in added]
            editor = distribution(EDITOR)
        except PackageNotFoundError as error:
            self.app.display_warning(
                f"{error.name} is not installed here: the wheel names no versions. Use `make wheel`."
            )
            return
        build_data["dependencies"] = pins
        build_data["force_include"] |= _editor_files(editor, Path(self.root) / "build")


def _pins(requirements: list[str]) -> list[str]:
    """Return `name==version` of these and of all they need, as installed here. Raises PackageNotFoundError."""
    pins: dict[str, str] = {}
    waiting = [Requirement(line) for line in requirements]
    while waiting:
        requirement = waiting.pop()
        package = distribution(requirement.name)
        pins[requirement.name.lower().replace("_", "-")] = f"{requirement.name}=={package.version}"
        for line in package.requires or []:
            needed = Requirement(line)
            extras = requirement.extras or {""}
            is_needed = any(needed.marker is None or needed.marker.evaluate({"extra": extra}) for extra in extras)
            if is_needed and needed.name.lower().replace("_", "-") not in pins:
                waiting.append(needed)
    return sorted(pins.values(), key=str.lower)


def _editor_files(editor: Distribution, folder: Path) -> dict[str, str]:
    """Return what of the editor goes into the wheel, and where: its script, its version, its licences."""
    folder.mkdir(parents=True, exist_ok=True)
    version = folder / "editor-version.txt"
    version.write_text(f"{editor.version}\n")
    files = {
        str(editor.locate_file(EDITOR_SCRIPT)): f"{BUNDLED}/editor.js",
        str(version): f"{BUNDLED}/editor-version.txt",
    }
    for file in editor.files or []:
        if "licenses" in file.parts or file.name.startswith("LICENSE"):
            files[str(editor.locate_file(file))] = f"{BUNDLED}/editor-{file.name}.txt"
    return files
