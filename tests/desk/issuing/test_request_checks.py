"""The checks of a request, each by itself: no database, no store, no clock."""

from __future__ import annotations

import datetime as dt

import pytest

from docgen.desk.issuing.request_checks import (
    check_date,
    choose_assets,
    choose_signer,
    choose_superiors,
    clean_values,
    named_officials,
    named_superiors,
    signer_role,
)
from docgen.sop import load_sop
from storage.records import Official
from tests.support.office.letters import KINDS, kind
from tests.support.office.small_office import DATE, KABID, KASI, OFFICIALS, USER, assets

SOP = load_sop()
ORDER = SOP.procedure("pemeliharaan").step(2)


@pytest.mark.parametrize(
    ("date", "fields"), [("2000-01-01", []), ("2027-12-31", []), ("1999-12-31", ["date"]), ("2028-01-01", ["date"])]
)
def test_a_letter_is_of_this_century_and_at_most_of_next_year(date: str, fields: list[str]) -> None:
    """A year that was mistyped takes no number of that year."""
    assert [one.field for one in check_date(dt.date.fromisoformat(date), DATE)] == fields


def test_each_unknown_asset_is_told_at_its_place() -> None:
    """Known ones are found, each once, though it was asked for by an old code as well as by the present one."""
    [one] = assets(1)
    by_nibar = {one.nibar: one, "lama": one}
    found, errors = choose_assets(kind("nota_dinas"), ["lama", "tidak-ada", one.nibar], by_nibar)
    assert (found, [error.field for error in errors]) == ([one], ["assets[1]"])


def test_a_kind_that_needs_assets_says_so_and_one_that_takes_none_too() -> None:
    """What the kind's sheet says of assets is told at the choice of assets."""
    required, none = kind("berita_acara_serah_terima"), kind("rencana_kebutuhan")
    assert (required.needs_assets, none.needs_assets) == ("required", "none")
    [one] = assets(1)
    for wrong, nibars in ((required, []), (none, [one.nibar])):
        assert [error.field for error in choose_assets(wrong, nibars, {one.nibar: one})[1]] == ["assets"]
    assert choose_assets(required, [one.nibar], {one.nibar: one}) == ([one], [])


def test_who_signs_holds_the_role_on_that_day() -> None:
    """Named or not, he is in office when the letter is dated; a role that nobody holds is told by its name."""
    gone = KASI.model_copy(update={"valid_to": DATE - dt.timedelta(days=1)})
    known = {KASI.id: KASI, KABID.id: KABID}
    assert choose_signer(None, "kepala_seksi", known, DATE, SOP.role_label) == (KASI, [])
    assert choose_signer(KABID.id, "kepala_seksi", known, DATE, SOP.role_label) == (KABID, [])
    for id, officials, told in (
        ("tidak-ada", known, "tidak ada dalam daftar pejabat"),
        (KASI.id, {KASI.id: gone}, "tidak menjabat pada 2026-11-23"),
        (None, {KASI.id: gone}, SOP.role_label("kepala_seksi")),
    ):
        [error] = choose_signer(id, "kepala_seksi", officials, DATE, SOP.role_label)[1]
        assert error.field == "signer"
        assert told in error.message


def test_the_kind_says_who_signs_before_the_step_does() -> None:
    """Most kinds leave it to the step; without either nobody is looked for."""
    assert signer_role(kind("nota_dinas"), ORDER) == ORDER.signer_role
    assert (signer_role(None, None), choose_signer(None, "", OFFICIALS, DATE, SOP.role_label)) == ("", (None, []))
    own = next(one for one in KINDS.values() if one.signer != "step")
    assert signer_role(own, ORDER) == own.signer


def test_nobody_signs_on_behalf_of_another_unless_kind_and_step_say_so() -> None:
    """Who signs in another role than the step's signs for himself."""
    steps = [(step, step.on_behalf_of) for one in SOP.procedures for step in one.steps if step.on_behalf_of]
    letter = next(one for one in KINDS.values() if one.on_behalf)
    step, above = steps[0]
    signer = KASI.model_copy(update={"role": step.signer_role})
    superior = Official(id="atasan", name="Atasan", nip=KABID.nip, post="Kepala", role=above)
    known = {one.id: one for one in (signer, superior)}
    assert choose_superiors(letter, step, signer, known, DATE) == [superior]
    assert choose_superiors(letter, step, USER, known, DATE) == []
    assert choose_superiors(letter, None, signer, known, DATE) == []
    between = Official(id="antara", name="Antara", nip=KABID.nip, post="Kepala Bidang", role="sekretaris")
    two_below = step.model_copy(update={"by_way_of": between.role})
    assert choose_superiors(letter, two_below, signer, known | {between.id: between}, DATE) == [superior, between]


def test_a_request_names_in_whose_name_it_is_signed() -> None:
    """Superior, then the one between: each is in office, none is the signer or named twice."""
    head = Official(id="kadis", name="Kadis", post="Kepala Dinas", role="kepala_dinas")
    gone = head.model_copy(update={"id": "lama", "valid_to": dt.date(2020, 1, 1)})
    known = {one.id: one for one in (head, gone, KASI, KABID)}
    assert named_superiors([head.id, KABID.id], KASI, known, DATE) == ([head, KABID], [])
    assert named_superiors([], KASI, known, DATE) == ([], [])
    for ids in (["tak-ada"], [KASI.id], [head.id, head.id], [gone.id]):
        _, errors = named_superiors(ids, KASI, known, DATE)
        assert [error.field for error in errors] == [f"on_behalf_of[{len(ids) - 1}]"]


def test_values_are_clean_or_every_error_is_told() -> None:
    """The example of a kind is valid without any facts; an empty letter is told field by field."""
    memo = kind("nota_dinas")
    values, errors = clean_values(memo, memo.example, None, OFFICIALS, DATE)
    assert (values["hal"], errors) == (memo.example["hal"], [])
    assert clean_values(memo, {"isi": "Ada."}, None, OFFICIALS, DATE)[0] == {}
    assert "data.hal" in [error.field for error in clean_values(memo, {"isi": "Ada."}, None, OFFICIALS, DATE)[1]]


def test_only_officials_that_a_letter_names_are_kept_with_it() -> None:
    """Of all officials those whom fields of this kind name, and no one that there is not."""
    handover = kind("berita_acara_serah_terima")
    first, *_ = (field.name for field in handover.fields if field.type == "official")
    assert named_officials(handover, {first: USER.id}, OFFICIALS) == {USER.id: USER}
    assert named_officials(handover, {first: "tidak-ada"}, OFFICIALS) == {}
