"""Pages for people: thin views over the desk, in Indonesian, usable with a keyboard and without JavaScript."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect

from web import page_images
from web.pages.account import (
    authenticator,
    confirm,
    needed_factor,
    own_password,
    passkey_pages,
    password_links,
    provider,
    second_step,
    security,
    sessions,
    sign_in,
)
from web.pages.filing import agenda, bundle_files, bundles, retention, scans
from web.pages.hands import correcting, deciding, drafting, signing, signing_jobs
from web.pages.office import (
    archive_key,
    assets,
    first_steps,
    history,
    letter_routes,
    numbering,
    office,
    officials,
    refused_files,
    roles,
    seal_subscription,
    signature_look,
    signing_identities,
    tokens,
    user_binding,
    user_factors,
    user_import,
    users,
    webhooks,
)
from web.pages.reading import archive, document, dossiers, overview, permalinks, picker, shares, verify, viewer
from web.pages.reading.nibar import NibarConverter
from web.pages.region import entering, offices
from web.pages.shell import (
    api_docs,
    crawlers,
    error_pages,
    filters,
    home,
    installed,
    language_switch,
    link_previews,
    message_translation,
    notices,
    one_box,
    tour,
)
from web.pages.shell.rate_limits import register_limits
from web.pages.templates import compare as template_compare
from web.pages.templates import fields as template_fields
from web.pages.templates import kind as template_kind
from web.pages.templates import listing as template_list
from web.pages.templates import marking as template_marking
from web.pages.templates import trial as template_trial
from web.pages.templates import uploading as template_uploading
from web.pages.templates import version as template_version
from web.pages.writing import batches, compose, draft_list, drafts, editor, photos, phrases, shortcuts

ROOMS = (
    sign_in,
    second_step,
    own_password,
    password_links,
    needed_factor,
    confirm,
    sessions,
    security,
    authenticator,
    passkey_pages,
    provider,
    notices,
    installed,
    home,
    one_box,
    overview,
    drafts,
    draft_list,
    drafting,
    correcting,
    editor,
    photos,
    shortcuts,
    compose,
    batches,
    document,
    viewer,
    deciding,
    signing,
    signing_jobs,
    dossiers,
    archive,
    bundles,
    bundle_files,
    scans,
    verify,
    archive_key,
    first_steps,
    office,
    letter_routes,
    numbering,
    phrases,
    officials,
    signature_look,
    seal_subscription,
    signing_identities,
    assets,
    agenda,
    users,
    user_factors,
    user_binding,
    roles,
    user_import,
    tokens,
    webhooks,
    refused_files,
    offices,
    entering,
    template_list,
    template_uploading,
    template_kind,
    template_version,
    template_marking,
    template_fields,
    template_trial,
    template_compare,
    shares,
    link_previews,
    picker,
    api_docs,
    history,
    retention,
    language_switch,
    tour,
    crawlers,
)


_OF_PACKAGES = ("bootstrap.static", "editor.script")
_OPEN_TO_ALL = ("static", *_OF_PACKAGES, "home.emblem", "crawlers.robots")  # files that are about no letter


def register(app: Flask) -> None:
    """Hang the pages into the application. The API's blueprints, registered before, stay free of CSRF tokens."""
    systems = [blueprint for name, blueprint in app.blueprints.items() if name.startswith("api")]
    app.url_map.converters["nibar"] = NibarConverter
    Bootstrap5(app)
    photos.register(app)
    scans.register(app)
    csrf = CSRFProtect(app)
    for blueprint in systems:
        csrf.exempt(blueprint)
    sign_in.login_manager().init_app(app)
    filters.register(app)
    message_translation.register(app)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    register_limits(app)
    page_images.register(app)
    error_pages.register(app)
    app.after_request(_caching)


def _caching(response: Response) -> Response:
    """Tell what may be kept: of this service's own files all, of pages nothing without asking, of letters nothing.

    Others may use the same computer, so no browser keeps a file or picture of a letter. A system keeps what it asked
    for by itself, under its ETag.
    """
    if request.endpoint in _OPEN_TO_ALL:
        if request.endpoint in _OF_PACKAGES and response.status_code == 200:
            response.cache_control.max_age = 86400  # changes only with the package
    elif response.mimetype == "text/html" or request.path.startswith("/api/") or permalinks.has_token():
        if response.headers.get("Cache-Control") != "no-store":
            response.headers["Cache-Control"] = "private, no-cache"
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
