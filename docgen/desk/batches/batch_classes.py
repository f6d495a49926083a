"""The security classes of the letters that a batch would issue now."""

from __future__ import annotations

from docgen.desk.batches.batch_request import BatchRequest
from docgen.desk.desk import Desk
from docgen.desk.security_class import choose_class
from storage.catalogue.registers import get_office


def classes_of_batch(desk: Desk, batch: BatchRequest) -> set[str]:
    """Return the class of each row: as chosen for it or for the batch, else the kind's, the office's."""
    with desk.catalogue.read() as tx:
        office = get_office(tx)
    kind = desk.kinds.get(batch.kind)
    chosen = {row.security or batch.security for row in batch.rows}
    return {choose_class(security, None, kind, office).security for security in chosen}
