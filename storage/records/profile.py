"""The formal profile of a region's letters: the national defaults, each of which an office's own rules may replace.

Permendagri 1/2023 leaves what it does not fix to the region (a Perbup on naskah dinas), so that nothing of it is code.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from storage.records.base import Key, Record

Paper = Literal["A4", "F4", "F4-210"]
OrderLetter = Literal["Surat Tugas", "Surat Perintah", "Surat Perintah Tugas"]


class FormalProfile(Record):
    """How letters look where rules differ; the defaults are those of Permendagri 1/2023, where it names one.

    A4 is its paper (Ps. 28 (2)); F4 is 215 × 330 mm and F4-210 210 × 330 mm, as regions prescribe and shops sell it.
    `paper_by_kind` gives single kinds another one, e.g. A4 to reports where all else is F4. Its orders are Surat
    Perintah and Surat Tugas; Surat Perintah Tugas is the name of Permendagri 54/2009. `catchword` prints the first
    word of the next page below each page that goes on (kata penyambung, Ps. 33; the lineage of ANRI has it, many
    offices do not).
    """

    paper: Annotated[Paper, Field(description="Paper of all kinds but those in paper_by_kind")] = "A4"
    paper_by_kind: Annotated[dict[Key, Paper], Field(max_length=200, description="Paper of single kinds, by slug")] = {}
    order_letter: Annotated[OrderLetter, Field(description="Name that a new Surat Penugasan begins with")] = (
        "Surat Tugas"
    )
    emphatic_names: Annotated[bool, Field(description="Names in signatures bold and underlined, else plain")] = True
    catchword: Annotated[bool, Field(description="Kata penyambung below each page that goes on")] = False
    disposition_column: Annotated[bool, Field(description="Telaahan with a column for the superior's words")] = False
