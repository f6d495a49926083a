"""Who is converted next: letters before previews before jobs, and each caller in turn."""

from __future__ import annotations

import time
from dataclasses import dataclass

from docgen.libreoffice import conversion_queue
from docgen.libreoffice.conversion_queue import Conversion, ConversionQueue
from docgen.libreoffice.pool import QUEUE
from docgen.work_context import Urgency, in_background, set_caller, urgency
from web.front_door import THREADS


@dataclass(eq=False)
class Worker:
    """A worker, as the queue sees it."""

    fresh: bool = False


def conversion(caller: str = "", degree: Urgency = Urgency.LETTER) -> Conversion:
    """A document of this caller."""
    set_caller(caller)
    try:
        with urgency(degree):
            return Conversion(b"", 30)
    finally:
        set_caller("")


def taken(queue: ConversionQueue, server: Worker | None = None) -> Conversion | None:
    """The next document; it is done at once."""
    found = queue.take(server or Worker(), others=True)
    if found is not None:
        queue.end(found)
    return found


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
    assert queue.take(Worker(), others=True) is first
    assert queue.take(Worker(), others=True) is other
    assert queue.take(Worker(), others=True) is None


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
    assert queue.take(Worker(), others=True) is chunks[0]
    assert queue.take(Worker(), others=True) is None
    letter = conversion()
    queue.add(letter)
    assert queue.take(Worker(), others=True) is letter


def test_a_slow_document_keeps_nobody_from_the_spare() -> None:
    """Beside a letter that is at work for long, the next one gets the spare."""
    queue = ConversionQueue(1)
    slow, letter = conversion(), conversion()
    queue.add(slow)
    assert queue.take(Worker(), others=True) is slow
    queue.add(letter)
    assert queue.take(Worker(), others=True) is None
    slow.started_at = time.monotonic() - conversion_queue.SLOW_SECONDS
    assert queue.take(Worker(), others=True) is letter


def test_a_document_is_tried_again_elsewhere() -> None:
    """One that took a worker down goes first to a fresh one, and to no used one; one that was refused to another."""
    queue = ConversionQueue(2)
    lost, refused, refuser = conversion(), conversion(), Worker()
    lost.losses, refused.refused_by = 1, refuser
    queue.add(refused)
    queue.add(lost)
    assert queue.take(refuser, others=True) is None
    assert queue.take(Worker(fresh=True), others=True) is lost
    assert queue.take(Worker(), others=True) is refused


def test_the_line_holds_whatever_a_service_takes_in() -> None:
    """Every thread of the service, a job's two chunks and recovery fit in: who has a number is never turned away."""
    assert QUEUE >= 2 * THREADS
