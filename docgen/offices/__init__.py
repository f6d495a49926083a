"""Offices that one installation holds: what their slugs and host names may be, and the settings of each.

Each has a database (or a schema of one), an archive and keys of its own, which follow from its slug alone: there is
nothing to configure by which two could share them.
"""

from docgen.offices.addresses import check_bucket, check_host, check_slug, path_of
from docgen.offices.derive import FOLDER, OWN_FILES, SETTINGS_FILE, public_url_of, schema_name, settings_of

__all__ = [
    "FOLDER",
    "OWN_FILES",
    "SETTINGS_FILE",
    "check_bucket",
    "check_host",
    "check_slug",
    "path_of",
    "public_url_of",
    "schema_name",
    "settings_of",
]
