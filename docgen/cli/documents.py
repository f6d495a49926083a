"""`docgen issue|find|get`: on this machine, or with `DOCGEN_URL` and `DOCGEN_TOKEN` over the API of another."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from docgen.cli.common import command_settings, opened_desk
from docgen.errors import InvalidSubmission
from docgen.links import Links
from docgen.messages import field_errors
from docgen.settings import read_remote

STATUSES = ("", "reserved", "awaiting_number", "issued", "void", "superseded")


@click.command()
@click.argument("request_file", type=click.File("rb"), metavar="REQUEST.json")
@click.option("--by", default="docgen", show_default=True, help="Who issues, as recorded (not with DOCGEN_URL).")
@click.option("--json", "as_json", is_flag=True, help="Print the document as JSON.")
@click.option(
    "--security", type=click.Choice(["B", "T", "R", "SR"]), help="Security class, in place of what the file says."
)
def issue(request_file: Any, by: str, as_json: bool, security: str | None) -> None:
    """Issue one document from a JSON file with the body of POST /documents ("-": standard input)."""
    url, token = read_remote()
    chosen = {"security": security} if security else {}
    if url:
        from docgen.client import Client

        answer = Client(url, token).issue(_parsed(request_file.read()) | chosen)
        click.echo(_dumped(answer) if as_json else f"{answer['number'] or '-'}  {answer['links']['page']}")
        return
    from docgen.desk.issuing.dossier_choice import find_entry
    from docgen.desk.issuing.issue import issue as issue_document
    from docgen.desk.issuing.request import DocumentRequest

    try:
        request = DocumentRequest.model_validate_json(request_file.read()).model_copy(update=chosen)
    except ValidationError as error:
        raise InvalidSubmission(field_errors(error)) from error
    settings = command_settings()
    with opened_desk(settings, converts=True) as desk:
        document = issue_document(desk, request, by)
        with desk.catalogue.read() as tx:
            joined = find_entry(tx, document, is_named=request.names_target)
    if as_json:
        extra = {"dossier_joined": joined.as_data(), "replaces": request.replaces or None}
        click.echo(_dumped(document.model_dump(mode="json") | extra))
    else:
        click.echo(f"{document.number}  {Links(settings.public_url).document(document.id)}")


@click.command()
@click.option("--asset", default="", metavar="NIBAR", help="About this asset, by any code it had.")
@click.option("--procedure", default="", metavar="SLUG")
@click.option("--step", type=click.IntRange(0, 999))
@click.option("--kind", default="", metavar="SLUG")
@click.option("--year", type=click.IntRange(1900, 2200))
@click.option("--status", default="", type=click.Choice(STATUSES))
@click.option("--dossier", default="", metavar="ID")
@click.option("-q", "--words", "q", default="", help="Words that number, title or assets hold.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the documents as JSON.")
def find(limit: int, as_json: bool, **filters: Any) -> None:
    """Find documents, newest first: id, number, date, status, title."""
    url, token = read_remote()
    matches: Iterable[dict[str, Any]]
    if url:
        from docgen.client import Client

        matches = list(islice(Client(url, token).find(**filters, limit=min(limit, 200)), limit))
    else:
        from storage.catalogue.searching.search import Filter, search_documents

        with opened_desk(command_settings()) as desk, desk.catalogue.read() as tx:
            criteria = Filter(**filters)
            matches = [item.model_dump(mode="json") for item in search_documents(tx, criteria, limit)]
    if as_json:
        click.echo(_dumped(matches))
        return
    for item in matches:
        click.echo("  ".join(str(item[key]) for key in ("id", "number", "date", "status", "title")))


@click.command()
@click.argument("id")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the archived PDF here.")
def get(id: str, output: Path | None) -> None:
    """Print a document as JSON, or write its PDF."""
    url, token = read_remote()
    if url:
        from docgen.client import Client

        client = Client(url, token)
        if output is None:
            click.echo(_dumped(client.get(id)))
        else:
            output.write_bytes(client.pdf(id))
        return
    from storage.catalogue import documents

    with opened_desk(command_settings()) as desk:
        with desk.catalogue.read() as tx:
            document = documents.get_document(tx, id)
            revisions = documents.list_revisions(tx, id)
            if output is not None:
                pdf = documents.get_revision(tx, id, document.revision).pdf
        if output is not None:
            output.write_bytes(desk.store.get(pdf.key))
            return
    content = document.model_dump(mode="json") | {
        "revisions": [revision.model_dump(mode="json") for revision in revisions]
    }
    click.echo(_dumped(content))


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data)
    except ValueError as error:
        raise click.ClickException(f"Bukan JSON: {error}") from error
    if not isinstance(body, dict):
        raise click.ClickException("Isi berkas harus objek JSON, seperti badan POST /documents.")
    return body


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
