"""`docgen bundle` and `docgen file-list`: PDFs to print and file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from docgen.cli.common import command_settings, opened_desk, progress_bar
from docgen.render.pdf.paper import PAPERS

SOURCES = ("dossier", "asset", "year", "documents", "search")
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--dossier", help="Id of a dossier.")
@click.option("--asset", help="NIBAR of an asset.")
@click.option("--year", type=int, help="All of this year; with --asset or --search, only this year.")
@click.option("--document", "documents", multiple=True, help="Id of a document; may be repeated.")
@click.option("--search", help="Words, as in the search.")
@click.option("--recipe", help="Id of a recipe; what else is said here takes the place of what it says.")
@click.option("--new-only", is_flag=True, help="Only what is not in an archived bundle yet.")
@click.option("--kind", "kinds", multiple=True, help="Only this kind, e.g. nota_dinas; may be repeated.")
@click.option("--leave-out", "exclude", multiple=True, help="Id of a document to leave out; may be repeated.")
@click.option("--order", type=click.Choice(["dossier", "step", "date", "number"]), help="By default by dossier.")
@click.option("--revisions", type=click.Choice(["approved", "latest", "issued"]), help="By default the last approved.")
@click.option(
    "--plain", "plain_copies", is_flag=True, help="The archived PDF even where there is a scanned signed copy."
)
@click.option("--title", help="What the cover says; by default what the bundle is of.")
@click.option("--retention", help="How long it is kept, as the cover says it.")
@click.option("--duplex", is_flag=True, help="For both sides of the paper: each document starts on a front.")
@click.option("--paper", type=click.Choice(list(PAPERS)), help="By default the office's.")
@click.option("--binding-mm", type=float, help="Millimetres moved away from the binding (0 to 10).")
@click.option("--two-up", is_flag=True, help="Two pages side by side on a sheet.")
@click.option("--separators", is_flag=True, help="A sheet before each step.")
@click.option("--no-missing", is_flag=True, help="No sheets for what a dossier lacks.")
@click.option("--volume-pages", type=int, help="Most pages of a volume; each is written beside the whole, too.")
@click.option("--volume-mm", type=float, help="Most millimetres of paper of a volume, 0.1 a sheet.")
@click.option("--labels", type=FILE, help="Also write labels for box and spine to this PDF.")
@click.option("--archive", "to_archive", is_flag=True, help="Archive the bundle with its manifest.")
@click.option("-o", "--output", type=FILE, required=True, help="PDF to write.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON.")
def bundle(
    output: Path,
    as_json: bool,
    labels: Path | None,
    to_archive: bool,
    recipe: str | None,
    no_missing: bool,
    plain_copies: bool,
    **options: Any,
) -> None:
    """Merge archived documents into one PDF with cover, contents, page numbers and bookmarks."""
    from docgen.desk.bundles.build import BundleRequest, make_bundle
    from docgen.desk.bundles.filing import file_bundle, request_of

    body = {key: list(value) if isinstance(value, tuple) else value for key, value in options.items()}
    body = {key: value for key, value in body.items() if value not in (None, False, [])}
    body |= {"missing": False} if no_missing else {}
    body |= {"copies": "plain"} if plain_copies else {}
    body |= {"labels": True} if labels else {}
    with opened_desk(command_settings(), converts=True) as desk:
        recipe_body = request_of(desk, recipe).model_dump(exclude_none=True, exclude_defaults=True) if recipe else {}
        try:
            request = BundleRequest.model_validate(recipe_body | body)
        except ValidationError as error:
            if not (recipe_body | body).keys() & set(SOURCES) or not _error_lines(error):
                raise click.UsageError(
                    "Give one of --dossier, --asset, --year, --search, --document or --recipe."
                ) from error
            raise click.UsageError(_error_lines(error)) from error
        result = make_bundle(desk, request, progress_bar("Membundel", "naskah"))
        manifest = json.dumps(result.manifest.to_json(), ensure_ascii=False, indent=1)
        if to_archive:
            file_bundle(desk, result.pdf, manifest.encode(), "docgen")
    output.write_bytes(result.pdf)
    lines = [f"{output}: {result.pages} halaman"]
    for volume in result.volumes:
        path = output.with_name(f"{output.stem}-jilid-{volume.number}{output.suffix}")
        path.write_bytes(volume.pdf)
        lines.append(f"{path}: jilid {volume.number} dari {volume.of}, {volume.pages} halaman")
    if labels is not None and result.labels is not None:
        labels.write_bytes(result.labels)
        lines.append(f"{labels}: label boks dan punggung")
    click.echo(manifest if as_json else "\n".join(lines))


@click.command("file-list")
@click.argument("year", type=click.IntRange(1900, 2200))
@click.option("-o", "--output", type=FILE, required=True, help="File to write: .pdf or .xlsx.")
def file_list(year: int, output: Path) -> None:
    """Write the dossiers that were opened in a year (Daftar Berkas) to a PDF or a spreadsheet."""
    from docgen.desk.bundles.file_list import file_list_pdf, file_list_xlsx, list_files

    makers = {".pdf": file_list_pdf, ".xlsx": file_list_xlsx}
    if output.suffix.lower() not in makers:
        raise click.UsageError(f"--output: {output.name} is neither .pdf nor .xlsx.")
    with opened_desk(command_settings(), converts=True) as desk:
        output.write_bytes(makers[output.suffix.lower()](desk, year))
        count = len(list_files(desk, year))
    click.echo(f"{output}: {count} berkas")


def _error_lines(error: ValidationError) -> str:
    """Return what is wrong with the options, a line each; "" when only the choice of documents is."""
    lines = [f"--{str(item['loc'][0]).replace('_', '-')}: {item['msg']}" for item in error.errors() if item["loc"]]
    return "; ".join(lines)
