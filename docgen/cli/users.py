"""`docgen user`: create, list and import accounts; change a role, give another password, close and open them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from docgen.cli.common import command_settings, official_ids, opened_desk


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("create")
@click.argument("name")
@click.option("--role", default="operator", show_default=True, help="What the person may do, e.g. operator, admin.")
@click.option("--full-name", default="")
@click.option("--official", "officials", multiple=True, help='Official the person endorses as; "all" for every person.')
@click.option("--division", "divisions", multiple=True, help="Unit (bidang) whose letters the person sees; repeatable.")
@click.option("--email", default="", help="Where the person is told what waits, and gets links for another password.")
@click.option("--link", "as_link", is_flag=True, help="Print a link for choosing a password instead of a password.")
@click.option("--once", is_flag=True, help="The password is for one sign-in; then the person chooses another.")
@click.option("--json", "as_json", is_flag=True)
def user_create(
    name: str,
    role: str,
    full_name: str,
    officials: tuple[str, ...],
    divisions: tuple[str, ...],
    email: str,
    as_link: bool,
    once: bool,
    as_json: bool,
) -> None:
    """Add a person and print the password made for them; it is shown this once."""
    from docgen.desk.access.accounts import create_user
    from docgen.desk.access.password_links import make_link

    with opened_desk(command_settings()) as desk:
        password = create_user(
            desk, name, role, full_name, officials=official_ids(officials), divisions=divisions, email=email,
            must_change=once,
        )  # fmt: skip
        secret = {"link": make_link(desk, name, "docgen").url} if as_link else {"password": password}
    _show({"name": name, "role": role, **secret}, as_json)


@user.command("list")
@click.option("--json", "as_json", is_flag=True)
def user_list(as_json: bool) -> None:
    """Every account, also closed ones, with role, officials and the last sign-in."""
    from docgen.desk.access.accounts import list_users
    from docgen.indonesian import long_moment
    from storage.catalogue.registers import get_office

    with opened_desk(command_settings(), mirrored=False) as desk:
        people = list_users(desk)
        with desk.catalogue.read() as tx:
            zone = get_office(tx).time_zone if people else ""
    if as_json:
        fields = {
            "name", "full_name", "role", "active", "officials", "divisions", "email", "must_change", "last_sign_in_at"
        }  # fmt: skip
        click.echo(
            json.dumps([person.model_dump(mode="json", include=fields) for person in people], ensure_ascii=False)
        )
        return
    for person in people:
        seen = (
            f"terakhir masuk {long_moment(person.last_sign_in_at, zone)}"
            if person.last_sign_in_at
            else "belum pernah masuk"
        )
        state = "" if person.active else "nonaktif"
        parts = (person.name, person.full_name, person.role, state, " ".join(person.officials),
                 ", ".join(person.divisions), person.email, seen)  # fmt: skip
        click.echo("  ".join(filter(None, parts)))


@user.command("password")
@click.argument("name")
@click.option(
    "--link", "as_link", is_flag=True, help="Print a link for choosing a password; the old one stays until then."
)
@click.option("--once", is_flag=True, help="The password is for one sign-in; then the person chooses another.")
@click.option("--reset-factors", "without_factors", is_flag=True,
              help="Remove the second factors as well, for who lost both.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True)
def user_password(name: str, as_link: bool, once: bool, without_factors: bool, as_json: bool) -> None:
    """Give a person a new password, or a link, and print it; it is shown this once."""
    from docgen.desk.access.accounts import reset_password
    from docgen.desk.access.factors.second_factors import reset_factors
    from docgen.desk.access.password_links import make_link

    with opened_desk(command_settings()) as desk:
        if without_factors:
            reset_factors(desk, name)
        if as_link:
            secret = {"link": make_link(desk, name, "docgen").url}
        else:
            secret = {"password": reset_password(desk, name, must_change=once)}
    _show({"name": name, **secret}, as_json)


@user.command("reset-factors")
@click.argument("name")
def user_reset_factors(name: str) -> None:
    """Remove the authenticator application, passkeys and recovery codes of a person who lost them."""
    from docgen.desk.access.factors.second_factors import reset_factors

    with opened_desk(command_settings()) as desk:
        removed = reset_factors(desk, name)
    click.echo(f"{name}: {'langkah kedua dihapus' if removed else 'tidak punya langkah kedua'}")


@user.command("role")
@click.argument("name")
@click.argument("role")
def user_role(name: str, role: str) -> None:
    """Give an account another role; its sessions end."""
    from docgen.desk.access.accounts import change_user

    with opened_desk(command_settings()) as desk:
        changed = change_user(desk, name, "docgen", role=role)
    click.echo(f"{changed.name}: {changed.role}")


@user.command("connect")
@click.argument("name")
@click.argument("subject")
def user_connect(name: str, subject: str) -> None:
    """Connect an account with that of SUBJECT (sub) at the OpenID provider: it signs in there from now on."""
    from docgen.desk.access.provider.provider_accounts import bind, identity_of

    settings = command_settings()
    if settings.openid is None:
        raise click.UsageError("Set DOCGEN_OIDC_ISSUER and the settings that belong to it first (docs/sign-in.md).")
    with opened_desk(settings) as desk:
        bound = bind(desk, settings.openid, name, identity_of(settings.openid, subject), "docgen")
    click.echo(f"{bound.name}: {bound.issuer} {bound.subject}")


@user.command("disconnect")
@click.argument("name")
def user_disconnect(name: str) -> None:
    """Part an account from the OpenID provider; sessions that began there end."""
    from docgen.desk.access.provider.provider_accounts import unbind

    with opened_desk(command_settings()) as desk:
        unbind(desk, name, "docgen")
    click.echo(name)


@user.command("disable")
@click.argument("name")
def user_disable(name: str) -> None:
    """Close an account: nobody signs in with it, and its sessions end. What it did stays on record."""
    _set_active(name, active=False)


@user.command("enable")
@click.argument("name")
def user_enable(name: str) -> None:
    """Open a closed account again."""
    _set_active(name, active=True)


@user.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Tell what would happen; change nothing.")
@click.option("--hidden", "take_hidden", is_flag=True, help="Take rows that the spreadsheet hides, too.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the links of new accounts into this CSV file, readable by you alone.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True)
def user_import(file: Path, only_check: bool, take_hidden: bool, output: Path | None, as_json: bool) -> None:
    """Create or change the accounts of a CSV or XLSX file: all of them, or none when a row is wrong.

    New accounts get a link for choosing their password, mailed where mail is set up, else printed this once.
    """
    from docgen.cli.user_import import import_file

    with opened_desk(command_settings()) as desk:
        import_file(desk, file, only_check=only_check, take_hidden=take_hidden, output=output, as_json=as_json)


def _set_active(name: str, *, active: bool) -> None:
    from docgen.desk.access.accounts import change_user

    with opened_desk(command_settings()) as desk:
        change_user(desk, name, "docgen", active=active)
    click.echo(f"{name}: {'aktif' if active else 'nonaktif'}")


def _show(content: dict[str, Any], as_json: bool) -> None:
    secret = content.get("link") or content.get("password")
    click.echo(json.dumps(content, ensure_ascii=False) if as_json else f"{content['name']}  {secret}")
