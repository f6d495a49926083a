"""The written format of the archive's JSON files, as models: programs may read it directly.

`docs/format.md` explains it; `docs/*.schema.json` are the JSON Schemas (`python -m storage.format docs` writes them).
A test holds models, schemas and what is written equal. A change that an old reader would not understand gets a new
number in `format`.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from storage.records import Document, Dossier, ForeignNumber, Nibar, Record, Revision, Submission


class RecordFile(Record):
    """`record.json` of a revision: everything the catalogue knows of it; written last, so it proves the revision whole.

    `document` and `dossier` are as they were when the revision was archived. `snapshot` holds office, signer, assets
    and named officials as they were when the document was issued. `foreign_number` is what another system numbered it,
    in the revision that was made when it was told.
    """

    format: Literal["docgen-record/1"]
    document: Document
    revision: Revision
    dossier: Dossier
    submission: Submission
    snapshot: dict[str, Any]
    foreign_number: ForeignNumber | None = None


class LinkFile(Record):
    """`link.json` at each further asset of a document: `document` is kept under the asset `asset`, or, a letter outside
    the SOP, in `folder`.
    """

    format: Literal["docgen-link/1"]
    document: str
    asset: Nibar | None = None
    folder: str | None = None
    number: str


class AliasFile(Record):
    """`_alias/{id}.json`: the asset that was called `nibar` is called `now` since `at`. Read in order of the ids."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["docgen-alias/1"]
    nibar: Nibar
    now: Nibar
    at: dt.datetime
    by: Annotated[str, Field(description="Who changed it")]


FILES: dict[str, type[Record]] = {"record": RecordFile, "link": LinkFile, "alias": AliasFile}


def schema_of(name: str) -> str:
    """Return the JSON Schema (2020-12) of one of `FILES`, as text."""
    schema = FILES[name].model_json_schema(mode="serialization")
    identity = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:docgen:schema:{name}:1"}
    return json.dumps(identity | schema, ensure_ascii=False, indent=2, sort_keys=False) + "\n"


def main(folder: str) -> None:
    """Write the schema files."""
    for name in FILES:
        (Path(folder) / f"{name}.schema.json").write_text(schema_of(name), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
