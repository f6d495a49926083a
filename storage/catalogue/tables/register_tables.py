"""The registers: office, officials, assets and their codes, the numbers of the buku agenda."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, DateTime, Integer, LargeBinary, String, Table, Text
from sqlalchemy.types import BigInteger

from storage.catalogue.tables.schema import metadata
from storage.records import MAIN_SERIES

office = Table(
    "office",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1: one office per installation
    Column("record", JSON, nullable=False),
    Column("emblem", LargeBinary),
    Column("signature_picture", LargeBinary),  # PNG, shown in electronic signatures
    Column("signature_logo", LargeBinary),  # PNG, printed beside their footer
)

officials = Table(
    "officials",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("name", String(300), nullable=False),
    Column("nip", String(300), nullable=False),
    Column("rank", String(300), nullable=False),
    Column("grade", String(300), nullable=False),
    Column("post", String(300), nullable=False),
    Column("role", String(30), nullable=False, index=True),
    Column("capacity", String(10), nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("unit", String(300), nullable=False, server_default=""),
    Column("unit_government", String(300), nullable=False, server_default=""),
    Column("unit_address", String(300), nullable=False, server_default=""),
    Column("unit_place", String(300), nullable=False, server_default=""),
    Column("division", String(300), nullable=False, server_default=""),  # bidang
    Column("leave_from", Date),
    Column("leave_to", Date),
)

assets = Table(
    "assets",
    metadata,
    Column("nibar", String(120), primary_key=True),
    Column("kode_barang", String(300), nullable=False),
    Column("kode_register", String(300), nullable=False),
    Column("name", String(300), nullable=False),
    Column("brand", String(300), nullable=False),
    Column("serial", String(300), nullable=False),
    Column("year", Integer),
    Column("value", BigInteger),
    Column("condition", String(2), nullable=False),
    Column("location", String(300), nullable=False),
    Column("sort", String(10), nullable=False),
    Column("search", Text, nullable=False),
)

# Codes an asset had before: `nibar` is found as `now`. Never a chain: a further rename moves every older code along.
asset_aliases = Table(
    "asset_aliases",
    metadata,
    Column("nibar", String(120), primary_key=True),
    Column("now", String(120), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String(300), nullable=False),
)

registers = Table(
    "registers",
    metadata,
    Column("unit", String(300), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("series", String(60), primary_key=True, server_default=MAIN_SERIES),
    Column("last", Integer, nullable=False),
)

register_entries = Table(
    "register_entries",
    metadata,
    Column("unit", String(300), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("series", String(60), primary_key=True, server_default=MAIN_SERIES),
    Column("number", String(300), nullable=False, index=True),
    Column("status", String(10), nullable=False),
    Column("document", String(26), nullable=False, index=True),
    Column("date", Date, nullable=False),
    Column("title", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("pattern", String(300), nullable=False, server_default=""),  # that the number was written by
)

# Numbers put between two others afterwards (12a): the sequence beside them stays gapless.
inserted_numbers = Table(
    "inserted_numbers",
    metadata,
    Column("unit", String(300), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("suffix", String(1), primary_key=True),
    Column("series", String(60), primary_key=True, server_default=MAIN_SERIES),
    Column("number", String(300), nullable=False, index=True),
    Column("status", String(10), nullable=False),
    Column("date", Date, nullable=False),
    Column("title", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("pattern", String(300), nullable=False, server_default=""),
)

# Standard sentences (kalimat baku) of the office, put into the long fields of a form.
phrases = Table(
    "phrases",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("title", String(300), nullable=False),
    Column("kind", String(60), nullable=False),  # "" for every kind
    Column("text", Text, nullable=False),
)

# Numbers that other systems gave: `key` is the number without white space, in lower case, so that none is given twice.
foreign_numbers = Table(
    "foreign_numbers",
    metadata,
    Column("system", String(300), primary_key=True),
    Column("key", String(300), primary_key=True, index=True),
    Column("number", String(300), nullable=False),
    Column("document", String(26), nullable=False, index=True),
    Column("date", Date, nullable=False),
    Column("status", String(10), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String(300), nullable=False),
    Column("source", String(10), nullable=False),
)

# Numbers that drafts get when they are signed: not in the register yet. One whose time is over goes to the next letter.
number_holds = Table(
    "number_holds",
    metadata,
    Column("unit", String(300), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("series", String(60), primary_key=True),
    Column("draft", String(26), nullable=False),
    Column("owner", String(120), nullable=False),  # the process that asks for the signature, "" when none does
    Column("until", DateTime(timezone=True), nullable=False),
)
