"""The empty spreadsheet in which an office lists its people for an import of accounts."""

from __future__ import annotations

from docgen.desk.access.account_import import ACCOUNT_LABELS
from docgen.desk.desk import Desk
from docgen.spreadsheets.guided import GuidedColumn, guided_xlsx

_WIDTHS = {"full_name": 36, "officials": 40, "divisions": 28, "email": 32}
_HINTS = {
    "name": "Untuk masuk: huruf kecil, angka, titik, atau tanda hubung, misalnya siti.aminah.",
    "full_name": "Dengan gelar, misalnya Siti Aminah, S.Kom.",
    "role": "Pilih perannya. Wajib untuk akun baru; kosong berarti tetap.",
    "officials": "Kode atau nama pejabat; beberapa dipisahkan titik koma. Tanda - berarti tidak memutus.",
    "divisions": "Nama bidang; beberapa dipisahkan titik koma. Tanda - berarti semua bidang.",
    "email": "Untuk pemberitahuan dan tautan kata sandi; boleh kosong.",
}


def account_sheet(desk: Desk) -> bytes:
    """Return the spreadsheet as XLSX: headings, the list of roles, a hint at each cell; no column for a password."""
    choices = {"role": [role.label for role in desk.roles.roles.values()]}
    columns = [
        GuidedColumn(
            label, _HINTS[name], _WIDTHS.get(name, 20), choices.get(name, ()), required=name in ("name", "role")
        )
        for name, label in ACCOUNT_LABELS.items()
    ]
    return guided_xlsx("Pengguna", columns)
