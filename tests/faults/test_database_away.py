"""A database that stops while a letter is made: the letter is free for whoever asks for it as soon as it is back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from docgen.desk import open_desk
from docgen.desk.issuing.issue import reserve
from docgen.desk.issuing.prepare import prepare
from docgen.desk.revisions.journal import DocumentPending, carry_out, finish_document
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import journal
from tests.servers import ServerFailed, unavailable
from tests.servers.postgres import fresh_database, postgres_with_switch
from tests.support.machine.libreoffices import wait_until
from tests.support.office.demo_office import data_folder
from tests.support.office.own_kinds import nota_request

pytestmark = [pytest.mark.office, pytest.mark.postgres]


def test_a_letter_in_work_is_free_when_the_database_is_back(tmp_path: Path, converter: Converter) -> None:
    """Nothing can be noted while the database is away; then the line has no owner long before its lease is out, and who
    asks for the letter has it made, with its number.
    """
    try:
        with postgres_with_switch() as (port, switch), fresh_database(port) as url:
            settings = {"DOCGEN_DATA": str(data_folder(tmp_path)), "DOCGEN_DATABASE_URL": url}
            desk = open_desk(read_settings(settings), converter)
            with closing(desk.catalogue):  # the converter is the other tests' too
                initialise(desk, demo=True)
                prepared = prepare(desk, nota_request(desk))
                with desk.catalogue.write() as tx:
                    line = reserve(desk, tx, prepared, "sari", None)
                switch.stop()
                with pytest.raises(DocumentPending):
                    carry_out(desk, line)
                switch.start()

                def is_free() -> bool:
                    with desk.catalogue.read() as tx:
                        pending = journal.get_pending(tx, line.document.id)
                    assert pending is not None
                    assert desk.now() < line.pending.lease
                    return not pending.owner

                wait_until(is_free)
                document = finish_document(desk, line.document.id)
                assert (document.status, document.number) == ("issued", line.document.number)
    except ServerFailed as error:
        unavailable(str(error))
