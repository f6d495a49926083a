"""A message is its Indonesian text, and keeps template and values wherever a text goes."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from docgen.errors import bounded
from wording import Message, filled, joined, mapped, packed, recognised, say, unpacked


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


def test_a_message_is_unpacked_from_json() -> None:
    """What was packed comes back with the messages within messages; plain values come back as they are."""
    message = joined([say("Ada {count} naskah.", count=2), "Muat ulang."])
    value = {"lines": [{"row": 1, "message": message}], "notes": ["Muat ulang."], "values": None}
    again = unpacked(json.loads(json.dumps(packed(value))))
    assert again == value
    restored = again["lines"][0]["message"]
    assert isinstance(restored, Message)
    assert isinstance(restored.values["part1"], Message)
    assert not isinstance(again["notes"][0], Message)


def test_a_message_is_changed_with_its_values() -> None:
    """What is cut out of a text, or cut short, is so in another language, too."""
    message = say("{path}: rusak.{hint}", path="/srv/templat/a.docx", hint=say(" Lihat {path}.", path="/srv/templat/b"))
    relative = mapped(message, lambda text: text.replace("/srv/templat/", ""))
    assert isinstance(relative, Message)
    assert relative == "a.docx: rusak. Lihat b."
    assert filled(relative.template, relative.values) == relative
    short = bounded(say("Berkas {name} rusak.", name="x" * 2000))
    assert isinstance(short, Message)
    assert len(short) < 700
    assert len(short.values["name"]) < 700


def test_what_was_not_packed_here_is_no_message() -> None:
    """A mapping that only looks like a message, as a strange process may send, stays a mapping or has no values."""
    assert unpacked({"wording": 1, "template": "x", "values": {}}) == {"wording": 1, "template": "x", "values": {}}
    assert unpacked({"wording": "Dua.", "template": "{x}.", "values": {"x": 2}}).values == {}


def test_a_template_reads_nothing_but_its_values() -> None:
    """Double braces are single ones; attributes are not read; a missing value is an error."""
    assert say("Tulis {{urut}}, bukan {name}.", name="{no}") == "Tulis {urut}, bukan {no}."
    assert filled("{name.__class__}", {"name": "x"}) == "{name.__class__}"
    with pytest.raises(KeyError):
        filled("Aset {register}", {})


def test_a_text_without_its_values_is_recognised_by_its_template() -> None:
    """A value that stands twice must be the same in both places; another sentence is not recognised."""
    template = "{{{name}}}: baris {row} dari {name}."
    message = say(template, name="a.csv", row=3)
    read = recognised(f"{message}", template)
    assert read is not None
    assert (read, read.values) == (message, {"name": "a.csv", "row": "3"})
    assert recognised("{a.csv}: baris 3 dari b.csv.", template) is None
    assert recognised("a.csv: baris 3 dari a.csv.", template) is None


def test_a_sentence_ends_with_one_full_stop() -> None:
    """Also behind a value that has its own; an ellipsis, an ending of a file and a value alone stay as they are."""
    template = "Gilirannya pada {name}."
    message = say(template, name="Siti Aminah, S.E.")
    assert (message, message.values["name"]) == ("Gilirannya pada Siti Aminah, S.E.", "Siti Aminah, S.E.")
    assert recognised(f"{message}", template) == message
    assert say("Oleh {name}. Coba lagi.", name="S.E.") == "Oleh S.E. Coba lagi."
    assert say("{file}.txt", file="naskah.") == "naskah..txt"
    assert say("Tunggu{dots}.", dots="...") == "Tunggu...."
