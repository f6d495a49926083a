"""A message is its Indonesian text, and keeps template and values wherever a text goes."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from wording import Message, filled, joined, plain, restored, say


def test_a_message_is_its_text() -> None:
    """It equals, sorts, and is written as JSON like the sentence it says."""
    message = say("Aset {register} tidak ada.", register="1.3")
    assert message == "Aset 1.3 tidak ada."
    assert json.dumps([message]) == '["Aset 1.3 tidak ada."]'
    assert (message.template, message.values) == ("Aset {register} tidak ada.", {"register": "1.3"})


def test_an_error_keeps_its_message() -> None:
    """`str` of an error is the message it was raised with, also as a value of another."""
    message = say("Lembar {number} rusak.", number=3)
    error = ValueError(message)
    assert str(error) is message
    outer = say("Belum dibuat: {error}", error=error)
    assert outer == "Belum dibuat: Lembar 3 rusak."
    assert outer.values["error"] is message


def test_a_message_is_copied_whole() -> None:
    """Pickle and deepcopy, as processes and data classes use them, lose neither template nor values."""
    message = say("Ada {count} naskah.{hint}", count=2, hint=say(" Maksudnya {near}?", near="x"))
    for copied in (pickle.loads(pickle.dumps(message)), copy.deepcopy(message)):  # noqa: S301 (our own bytes)
        assert isinstance(copied, Message)
        assert (copied, copied.template, copied.values) == (message, message.template, message.values)


def test_a_message_is_restored_from_what_was_kept() -> None:
    """Text and JSON beside it give the message again, with those within it; a text alone stays one."""
    message = joined([say("Ada {count} naskah.", count=2), "Muat ulang."])
    again = restored(str.__str__(message), json.loads(json.dumps(plain(message))))
    assert isinstance(again, Message)
    assert again == "Ada 2 naskah. Muat ulang."
    assert isinstance(again.values["part1"], Message)
    assert plain("Muat ulang.") is None
    assert not isinstance(restored("Muat ulang.", None), Message)


def test_a_template_reads_nothing_but_its_values() -> None:
    """Double braces are single ones; attributes are not read; a missing value is an error."""
    assert say("Tulis {{urut}}, bukan {name}.", name="{no}") == "Tulis {urut}, bukan {no}."
    assert filled("{name.__class__}", {"name": "x"}) == "{name.__class__}"
    with pytest.raises(KeyError):
        filled("Aset {register}", {})
