"""The media types of what is kept, sent and taken in."""

from __future__ import annotations

CSV = "text/csv"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JPEG = "image/jpeg"
JSON = "application/json"
NDJSON = "application/x-ndjson"
PDF = "application/pdf"
PNG = "image/png"
PROBLEM = "application/problem+json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
