"""The numbers of dossiers, for one and for all of a year."""

from __future__ import annotations

import datetime as dt

from docgen.desk import Desk
from docgen.desk.bundles.cover import dossier_number, dossier_numbers
from storage.catalogue import dossiers
from storage.records import OUTSIDE_SOP, Dossier


def test_the_numbers_of_a_year_are_those_of_each_dossier(desk: Desk) -> None:
    """Over two years, of every procedure, of one that the SOP lacks, and outside of it under the same code."""
    slugs = [procedure.slug for procedure in desk.sop.procedures]
    code = desk.sop.procedures[0].classification
    opened = []
    with desk.catalogue.write() as tx:
        for number in range(60):
            procedure = [*slugs, "dahulu", OUTSIDE_SOP][number * 7 % (len(slugs) + 2)]
            year = 2025 + number // 35
            dossier = Dossier(
                id=f"{number:026d}", procedure=procedure, assets=[], title="Berkas",
                opened_at=dt.datetime(year, 3, 1, tzinfo=dt.UTC) + dt.timedelta(days=number),
                classification=code if procedure == OUTSIDE_SOP else "", year=year if procedure == OUTSIDE_SOP else 0,
            )  # fmt: skip
            dossiers.add_dossier(tx, dossier)
            opened.append((year, dossier))
        for year in (2025, 2026):
            numbers = dossier_numbers(desk, tx, year)
            of_year = [dossier for opened_in, dossier in opened if opened_in == year]
            assert len({numbers[dossier.id] for dossier in of_year}) == len(of_year)
            for dossier in of_year:
                assert numbers[dossier.id] == dossier_number(desk, tx, dossier)
