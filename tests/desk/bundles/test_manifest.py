"""Manifests: what an archive holds of them stays readable and is written the same."""

from __future__ import annotations

from docgen.desk.bundles.manifest import read_manifest
from storage.text import json_text

WRITTEN = """{
 "format": "docgen-bundle/1",
 "code": "01JDF3V9Q8ZK4M7T2WXYC5N6RB",
 "title": "Bundel naskah",
 "number": "000.1.9.1/001/2026",
 "classification": "000.1.9.1",
 "created_at": "2026-11-24T01:12:00+00:00",
 "pages": 9,
 "volumes": [
  {
   "number": 1,
   "starts_at": 1,
   "pages": 9
  }
 ],
 "documents": [
  {
   "id": "01jdf3v9q8zk4m7t2wxyc5n6rb",
   "number": "000.1.9.1/1/DISKOMINFO/2026",
   "title": "Permohonan",
   "date": "2026-11-24",
   "revision": 2,
   "sha256": "aa",
   "pages": 3,
   "volume": 1,
   "starts_at": 3,
   "parts": [
    {
     "sha256": "aa",
     "pages": 2
    },
    {
     "sha256": "bb",
     "pages": 1
    }
   ],
   "refused": "ditolak Kepala Dinas 24-11-2026"
  }
 ],
 "missing": [
  {
   "kind": "nota_dinas",
   "step": 2,
   "starts_at": 6
  }
 ],
 "request": {
  "dossier": "01jdf3v9q8zk4m7t2wxyc5n6rc",
  "two_up": true
 }
}"""


def test_a_manifest_is_written_as_it_was_read() -> None:
    """Reading a manifest and writing it gives the same bytes: what was not said of a document is not said now."""
    assert json_text(read_manifest(WRITTEN.encode()).to_json(), indent=1) == WRITTEN


def test_a_manifest_of_another_version_is_read() -> None:
    """A manifest without volumes or with keys that this version does not know is read."""
    manifest = read_manifest(WRITTEN.replace('"volumes"', '"shelves"').replace('"volume"', '"shelf"').encode())
    assert (manifest.volumes, manifest.documents[0].volume, manifest.request["two_up"]) == ([], 1, True)
