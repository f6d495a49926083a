"""`docgen token`: create, list and revoke tokens of other systems."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, cast
from zoneinfo import ZoneInfo

import click

from docgen.cli.common import command_settings, official_ids, opened_desk

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def token() -> None:
    """Tokens of other systems."""


@token.command("create")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--scope",
    type=click.Choice(["read", "write", "admin"]),
    help="read: reads; write: also issues and decides; admin: everything. Instead of --permission.",
)
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    metavar="NAME",
    help="Give just this permission, e.g. read; may be repeated. Names: `docgen permissions show`.",
)
@click.option("--official", "officials", multiple=True, help='Official the token may endorse as; "all" for every one.')
@click.option("--asset", "assets", multiple=True, metavar="NIBAR", help="Limit to this asset; may be repeated.")
@click.option("--procedure", "procedures", multiple=True, metavar="SLUG", help="Limit to this procedure; repeatable.")
@click.option("--expires", type=_DAY, metavar="YYYY-MM-DD", help="Last day on which it works, where the office is.")
@click.option("--json", "as_json", is_flag=True)
def token_create(
    name: str,
    scope: str | None,
    permissions: tuple[str, ...],
    officials: tuple[str, ...],
    assets: tuple[str, ...],
    procedures: tuple[str, ...],
    expires: dt.datetime | None,
    as_json: bool,
) -> None:
    """Make a token and print it; it is shown this once."""
    from docgen.desk.access.tokens import create_token
    from storage.catalogue.registers import get_office

    if bool(scope) == bool(permissions):
        raise click.UsageError("Give either --scope or --permission (which may be repeated).")
    ids = official_ids(officials)
    with opened_desk(command_settings()) as desk:
        ends = None
        if expires:
            with desk.catalogue.read() as tx:
                zone = ZoneInfo(get_office(tx).time_zone)
            ends = expires.replace(tzinfo=zone) + dt.timedelta(days=1)
        raw = create_token(
            desk,
            name,
            cast(Any, scope or "read"),
            ids,
            assets=assets,
            procedures=procedures,
            expires_at=ends,
            permissions=permissions,
        )
    single = list(dict.fromkeys(permissions))
    content = {"token": raw, "name": name, "scope": scope, "permissions": single, "officials": ids}
    limits = {"assets": list(assets), "procedures": list(procedures), "expires_at": ends.isoformat() if ends else None}
    click.echo(json.dumps(content | limits, ensure_ascii=False) if as_json else raw)


@token.command("list")
@click.option("--json", "as_json", is_flag=True)
def token_list(as_json: bool) -> None:
    """Every token that was made, newest first, without the token itself."""
    from docgen.indonesian import long_moment
    from storage.catalogue.access.accounts import list_tokens
    from storage.catalogue.registers import get_office

    with opened_desk(command_settings()) as desk, desk.catalogue.read() as tx:
        all_tokens = list_tokens(tx)
        now, zone = desk.now(), get_office(tx).time_zone
    if as_json:
        click.echo(
            json.dumps([item.model_dump(mode="json", exclude={"hash"}) for item in all_tokens], ensure_ascii=False)
        )
        return
    for item in all_tokens:
        over = item.expires_at is not None and item.expires_at <= now
        state = "dicabut" if item.revoked_at else "kedaluwarsa" if over else "berlaku"
        used = f"terakhir dipakai {long_moment(item.last_used_at, zone)}" if item.last_used_at else "belum dipakai"
        limits = " ".join((*item.assets, *item.procedures))
        rights = ",".join(item.permissions) or item.scope
        click.echo("  ".join(filter(None, (item.id, item.name, rights, state, used, limits))))


@token.command("revoke")
@click.argument("id")
def token_revoke(id: str) -> None:
    """Revoke the token of this id (`docgen token list`), at once and for good."""
    from docgen.desk.access.tokens import revoke_token

    with opened_desk(command_settings()) as desk:
        revoked = revoke_token(desk, id)
    click.echo(f"{revoked.name}: dicabut")
