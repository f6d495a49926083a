"""A demo office, to try every form with: this dinas, invented officials, and ICT assets of its kind.

The Kepala Dinas is the one who signed the SOP (his rank is invented); all other people are invented, with NIP whose
serial is 9xx. Assets have kode barang of Permendagri 108/2016; serials begin with DMO. Two NIBAR have slashes, dots and
spaces, as older inventories do; data sets have no kode barang and no value, for they are not recorded as BMD.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from storage.records import Asset, Office, Official

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Demo:
    """Everything an empty installation is filled with; `emblem` is a PNG."""

    office: Office
    officials: list[Official]
    assets: list[Asset]
    emblem: bytes = field(repr=False)


def load_demo() -> Demo:
    """The demo office, as records; the emblem is a placeholder, not the regency's."""
    return Demo(
        office=Office.model_validate(yaml.safe_load((_FOLDER / "office.yaml").read_text("utf-8"))),
        officials=[Official.model_validate(row) for row in _rows("officials.csv")],
        assets=[Asset.model_validate(row) for row in _rows("assets.csv")],
        emblem=(_FOLDER / "emblem.png").read_bytes(),
    )


def _rows(name: str) -> list[dict[str, str]]:
    """The filled cells of each line; an empty cell leaves the field at its default."""
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return [{key: cell for key, cell in row.items() if cell} for row in csv.DictReader(file)]
