"""The rooms of the code, measured from its imports: `make rooms` prints them, `tests/test_rooms.py` holds them.

A room is a package, or a module that lies beside packages. A floor is one above the highest floor it imports from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
PACKAGES = ("docgen", "storage", "web", "templates_docx", "wording")

Arrows = Mapping[str, set[str]]


def module_arrows() -> Arrows:
    """Return for each module of the code the modules it imports."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    return {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


def room_of(module: str) -> str:
    """Return the room of a module: `docgen.desk.bundles.plan` is in `docgen.desk.bundles`."""
    path = ROOT.joinpath(*module.split("."))
    return module if path.is_dir() or module.count(".") <= 1 or _beside_packages(path) else module.rpartition(".")[0]


def room_arrows(modules: Arrows) -> Arrows:
    """Return for each room the other rooms that its modules import."""
    rooms: dict[str, set[str]] = defaultdict(set)
    for module, imported in modules.items():
        rooms[room_of(module)] |= {room_of(other) for other in imported} - {room_of(module)}
    return rooms


def circle(arrows: Arrows) -> list[str]:
    """Return names that import each other in a circle, the first one again at the end; empty when there is none."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def floors(arrows: Arrows) -> dict[str, int]:
    """Return the floor of each name, 1 for those that import none. Raises CycleError."""
    floor: dict[str, int] = {}
    for name in TopologicalSorter(arrows).static_order():
        floor[name] = 1 + max((floor[other] for other in arrows.get(name, ())), default=0)
    return floor


def _beside_packages(path: Path) -> bool:
    """Return whether a module's folder holds rooms of its own, so that the module is one beside them."""
    return any((entry / "__init__.py").exists() for entry in path.parent.iterdir() if entry.is_dir())


def _lines(room: str, modules: list[str]) -> int:
    files = [ROOT.joinpath(*module.split(".")) for module in modules]
    paths = [file / "__init__.py" if file.is_dir() else file.with_suffix(".py") for file in files]
    return sum(len(path.read_text().splitlines()) for path in paths)


def main() -> None:
    """Print the rooms from the top floor down, their arrows, and circles where there are any."""
    modules = module_arrows()
    rooms = room_arrows(modules)
    inside: dict[str, list[str]] = defaultdict(list)
    for module in modules:
        inside[room_of(module)].append(module)
    found = circle(rooms) or circle(modules)
    if found:
        print("CIRCLE:", " -> ".join(found))
        return
    floor = floors(rooms)
    for room in sorted(rooms, key=lambda room: (-floor[room], room)):
        size = f"{len(inside[room])} files, {_lines(room, inside[room])} lines"
        print(f"floor {floor[room]:2}  {room} ({size}) -> {', '.join(sorted(rooms[room])) or 'nothing'}")
    print(f"{len(rooms)} rooms, {max(floor.values())} floors, {sum(map(len, rooms.values()))} arrows, no circle")


if __name__ == "__main__":
    main()
