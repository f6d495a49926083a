"""Who is converted next: letters before previews before jobs, and each caller in turn."""

from __future__ import annotations

import time
from dataclasses import dataclass

from docgen.libreoffice import conversion_queue
from docgen.libreoffice.conversion_queue import Conversion, ConversionQueue
from docgen.libreoffice.pool import QUEUE
from docgen.work_context import Urgency, in_background, set_caller, urgency, working_for
from web.front_door import THREADS


@dataclass(eq=False)
class Worker:
    """A worker, as the queue sees it."""

    fresh: bool = False


def conversion(caller: str = "", degree: Urgency = Urgency.LETTER, group: str = "", office: str = "") -> Conversion:
    """A document of this caller of an office."""
    set_caller(caller)
    try:
        with urgency(degree), working_for(office):
            return Conversion(b"", 30, group)
    finally:
        set_caller("")


def taken(queue: ConversionQueue) -> Conversion | None:
    """The next document; it is done at once."""
    conversions = queue.take(Worker(), others=True)
    queue.end(conversions)
    return conversions[0] if conversions else None


def test_people_go_before_jobs() -> None:
    """A letter goes before a preview, a preview before a job, whoever came first; so does what a job does."""
    queue = ConversionQueue(1)
    with in_background():
        chunk = conversion()
    preview, letter = conversion(degree=Urgency.PREVIEW), conversion()
    for one in (chunk, preview, letter):
        queue.add(one)
    assert [taken(queue) for _ in range(4)] == [letter, preview, chunk, None]


def test_callers_take_turns() -> None:
    """Twenty documents of one caller keep another's single one waiting for one document, and a third's for two."""
    queue = ConversionQueue(1)
    many = [conversion("a") for _ in range(20)]
    for one in many:
        queue.add(one)
    assert taken(queue) is many[0]
    other, third = conversion("b"), conversion("c")
    queue.add(other)
    queue.add(third)
    assert [taken(queue) for _ in range(4)] == [other, third, many[1], many[2]]


def test_a_caller_at_work_comes_after_one_who_is_not() -> None:
    """Of two free workers one goes to each of two callers."""
    queue = ConversionQueue(2)
    first, second, other = conversion("a"), conversion("a"), conversion("b")
    for one in (first, second, other):
        queue.add(one)
    assert queue.take(Worker(), others=True) == [first]
    assert queue.take(Worker(), others=True) == [other]
    assert queue.take(Worker(), others=True) == []


def test_nobody_waits_for_ever() -> None:
    """A job that has waited long goes before letters that came since."""
    queue = ConversionQueue(1)
    chunk, letter = conversion(degree=Urgency.BACKGROUND), conversion()
    chunk.created_at -= 2 * conversion_queue.AGE_SECONDS
    queue.add(letter)
    queue.add(chunk)
    assert taken(queue) is chunk


def test_a_spare_worker_is_for_people() -> None:
    """While a job has the one worker, a letter gets the spare, but no second job does."""
    queue = ConversionQueue(1)
    chunks = [conversion(degree=Urgency.BACKGROUND) for _ in range(2)]
    for one in chunks:
        queue.add(one)
    assert queue.take(Worker(), others=True) == [chunks[0]]
    assert queue.take(Worker(), others=True) == []
    letter = conversion()
    queue.add(letter)
    assert queue.take(Worker(), others=True) == [letter]


def test_a_slow_document_keeps_nobody_from_the_spare() -> None:
    """Beside a letter that is at work for long, the next one gets the spare."""
    queue = ConversionQueue(1)
    slow, letter = conversion(), conversion()
    queue.add(slow)
    assert queue.take(Worker(), others=True) == [slow]
    queue.add(letter)
    assert queue.take(Worker(), others=True) == []
    slow.started_at = time.monotonic() - conversion_queue.SLOW_SECONDS
    assert queue.take(Worker(), others=True) == [letter]


def test_a_document_is_tried_again_elsewhere() -> None:
    """One that took a worker down goes first to a fresh one, and to no used one; one that was refused to another."""
    queue = ConversionQueue(2)
    lost, refused, refuser = conversion(), conversion(), Worker()
    lost.losses, refused.refused_by = 1, refuser
    queue.add(refused)
    queue.add(lost)
    assert queue.take(refuser, others=True) == []
    assert queue.take(Worker(fresh=True), others=True) == [lost]
    assert queue.take(Worker(), others=True) == [refused]


def test_a_group_goes_together() -> None:
    """With the first go those of its group, as many as may, and nobody of another group or of none."""
    queue = ConversionQueue(2)
    names = ("nota", "telaahan", "nota", "", "nota", "nota")
    first, other, second, _, third, _ = documents = [conversion(group=name) for name in names]
    for document in documents:
        queue.add(document)
    assert queue.take(Worker(), others=True, most=3) == [first, second, third]
    assert queue.take(Worker(), others=True, most=3) == [other]
    assert queue.take(Worker(), others=True, most=3) == []  # both workers are busy
    assert len(queue) == 2


def test_what_is_not_of_a_group_goes_alone() -> None:
    """Documents without a group are not taken for one, nor those of a group that was disbanded."""
    queue = ConversionQueue(4)
    alone, disbanded = [conversion() for _ in range(2)], [conversion(group="sop") for _ in range(2)]
    for document in (*alone, *disbanded):
        queue.add(document)
    queue.disband("sop")
    assert [queue.take(Worker(), others=True, most=8) for _ in range(4)] == [
        [document] for document in (*alone, *disbanded)
    ]


def test_no_letter_waits_for_a_preview_in_its_group() -> None:
    """With a letter go letters alone; with a preview go letters, too, which have it made sooner."""
    queue = ConversionQueue(2)
    letter, preview = conversion(group="nota"), conversion(degree=Urgency.PREVIEW, group="nota")
    chunk = conversion(degree=Urgency.BACKGROUND, group="nota")
    for document in (chunk, preview, letter):
        queue.add(document)
    assert queue.take(Worker(), others=True, most=8) == [letter]
    later = conversion(group="nota")
    preview.created_at -= 2 * conversion_queue.AGE_SECONDS
    queue.add(later)
    assert queue.take(Worker(), others=True, most=8) == [preview, later]
    assert len(queue) == 1


def test_callers_take_turns_within_a_group() -> None:
    """Of one who sends twenty letters of a group and two who send one, each has one in a group of three; a third
    with a letter of another kind waits for that group only.
    """
    queue = ConversionQueue(1)
    many = [conversion("a", group="nota") for _ in range(20)]
    second, third, other = conversion("b", group="nota"), conversion("c", group="nota"), conversion("d")
    for document in (*many, second, third, other):
        queue.add(document)
    group = queue.take(Worker(), others=True, most=3)
    assert group == [many[0], second, third]
    queue.end(group)
    assert queue.take(Worker(), others=True, most=3) == [other]


def test_a_group_is_one_at_work() -> None:
    """However many stand in its file, a group leaves the other worker to others."""
    queue = ConversionQueue(2)
    group = [conversion(group="nota") for _ in range(8)]
    for document in group:
        queue.add(document)
    taken_group = queue.take(Worker(), others=True, most=8)
    assert taken_group == group
    letter, late = conversion(), conversion()
    queue.add(letter)
    queue.add(late)
    assert queue.take(Worker(), others=True, most=8) == [letter]
    assert queue.take(Worker(), others=True, most=8) == []
    queue.end(taken_group)
    assert queue.take(Worker(), others=True, most=8) == [late]


def test_offices_take_turns_before_callers_do() -> None:
    """Of an office whose twenty callers wait and one with a single letter, each is next in turn; within the office its
    callers take turns as ever, also where two offices have a caller of the same name.
    """
    queue = ConversionQueue(1)
    busy = [conversion(f"account:{number}", office="dinas-a") for number in range(20)]
    again = conversion("account:0", office="dinas-a")
    for document in (*busy, again):
        queue.add(document)
    assert taken(queue) is busy[0]
    other = conversion("account:0", office="dinas-b")
    own = conversion("account:0")
    queue.add(other)
    queue.add(own)
    assert [taken(queue) for _ in range(4)] == [other, own, busy[1], busy[2]]


def test_a_batch_of_one_office_leaves_a_worker_to_another() -> None:
    """Chunks of an office's batches, even those that waited as long as a letter may, keep another office's letter
    waiting for one chunk at most, and another office's batch goes beside them.
    """
    queue = ConversionQueue(2)
    chunks = [conversion("account:a", Urgency.BACKGROUND, office="dinas-a") for _ in range(4)]
    for chunk in chunks:
        chunk.created_at -= 3 * conversion_queue.AGE_SECONDS
        queue.add(chunk)
    assert queue.take(Worker(), others=True) == chunks[:1]
    beside = conversion("account:b", Urgency.BACKGROUND, office="dinas-b")
    beside.created_at -= 3 * conversion_queue.AGE_SECONDS
    queue.add(beside)
    assert queue.take(Worker(), others=True) == [beside]
    letter = conversion("account:b", office="dinas-b")
    queue.add(letter)
    assert queue.take(Worker(), others=True) == [letter]


def test_letters_of_two_offices_are_never_in_one_file() -> None:
    """Letters of the same template that wait at once are converted together within an office only."""
    queue = ConversionQueue(2)
    letters = [conversion(group="nota", office=office) for office in ("dinas-a", "dinas-b", "dinas-a", "dinas-b")]
    for letter in letters:
        queue.add(letter)
    assert queue.take(Worker(), others=True, most=8) == [letters[0], letters[2]]
    assert queue.take(Worker(), others=True, most=8) == [letters[1], letters[3]]


def test_each_office_has_room_of_its_own_in_the_line() -> None:
    """However many documents of one office wait, those of another are counted apart."""
    queue = ConversionQueue(1)
    for _ in range(QUEUE):
        queue.add(conversion(office="dinas-a"))
    assert (queue.waiting_of("dinas-a"), queue.waiting_of("dinas-b"), len(queue)) == (QUEUE, 0, QUEUE)


def test_the_line_holds_whatever_a_service_takes_in() -> None:
    """Every thread of the service, a job's two chunks and recovery fit in: who has a number is never turned away."""
    assert QUEUE >= 2 * THREADS
