"""Read the office's SOP as data: its steps, who acts and what is made, from `sop.yaml` or the office's own file."""

from docgen.sop.load import load_sop
from docgen.sop.model import (
    OUTSIDE,
    Classification,
    Cover,
    Decision,
    Endorser,
    LegalBasis,
    Procedure,
    RoleText,
    Sop,
    Step,
)
from docgen.sop.view import sop_view

__all__ = [
    "OUTSIDE",
    "Classification",
    "Cover",
    "Decision",
    "Endorser",
    "LegalBasis",
    "Procedure",
    "RoleText",
    "Sop",
    "Step",
    "load_sop",
    "sop_view",
]
