"""What is archived outlives the kinds and procedures that it was made by."""

from __future__ import annotations

from dataclasses import replace

from docgen.desk import Desk


def test_what_is_gone_is_called_by_its_slug_in_words(desk: Desk) -> None:
    """Pages, bundles, file names and reports call a kind and a procedure by the title, or else by a readable slug."""
    title, procedure = desk.kinds["nota_dinas"].title, desk.sop.procedures[0]
    assert (desk.kind_title("nota_dinas"), desk.procedure_title(procedure.slug)) == (title, procedure.title)
    later = replace(desk, kinds={})
    assert (later.kind_title("berita_acara"), later.procedure_title("pinjam_pakai")) == ("Berita acara", "Pinjam pakai")
