"""Fair scheduling of requests: offices take turns, and so do the callers of each.

No share of callers gets more than half of the threads, and none of several offices all of them.

What waits here costs no thread, so a caller who asks for many things at once is served all of them and slows nobody
down but himself.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher

K = TypeVar("K")
V = TypeVar("V")

READING = ("GET", "HEAD", "OPTIONS")
FOR_READING = 2  # threads that no request that writes may have


class RequestSource(NamedTuple):
    """Callers of an office take turns by `name`; all callers of one `share` have no more than one together."""

    name: str
    share: str
    office: str = ""


class FairDispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    """Threads that serve the requests of all callers in turn."""

    def __init__(
        self,
        threads: int,
        caller_of: Callable[[HTTPChannel], RequestSource],
        has_offices: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__()
        self._caller_of = caller_of
        self.queue = _Turns(threads, has_offices)
        self.set_thread_count(threads)

    def add_task(self, channel: HTTPChannel) -> None:
        """Queue a channel whose first request is whole."""
        is_reading = channel.requests[0].command in READING
        super().add_task(_Turn(channel, self, (self._caller_of(channel), is_reading)))

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        """Stop as waitress does; cancel the tasks that still wait, whoever's turn it is."""
        self.queue.is_ending = True
        return bool(super().shutdown(cancel_pending, timeout))

    def end_turn(self, key: _TurnKey) -> None:
        """Let the next one begin after a request was served."""
        with self.lock:
            self.queue.end_turn(key)
            self.queue_cv.notify()


_TurnKey = tuple[RequestSource, bool]  # the caller, and whether the request only reads


class _Turn:
    """A request as waitress' threads serve one."""

    def __init__(self, channel: HTTPChannel, dispatcher: FairDispatcher, key: _TurnKey) -> None:
        self.key = key
        self._channel = channel
        self._dispatcher = dispatcher

    def service(self) -> None:
        """Serve it, then let the next one begin."""
        try:
            self._channel.service()
        finally:
            self._dispatcher.end_turn(self.key)

    def cancel(self) -> None:
        """Answer nothing: the service ends."""
        self._channel.cancel()


class _Turns:
    """The waiting requests, as the queue of a dispatcher, which holds its lock whenever it asks.

    It is true when something may begin. Each share has at most half of the threads at once, one of several offices at
    most three quarters, and all that write together leave some to those that read.
    """

    def __init__(self, threads: int, has_offices: Callable[[], bool]) -> None:
        self.is_ending = False
        self._has_offices = has_offices
        self._largest_share, self._most_writing = max(2, threads // 2), max(1, threads - FOR_READING)
        self._largest_office = max(2, threads * 3 // 4)
        self._waiting: OrderedDict[str, OrderedDict[_TurnKey, deque[_Turn]]] = OrderedDict()  # who is next comes first
        self._served: Counter[tuple[str, str]] = Counter()  # by office and share
        self._served_offices: Counter[str] = Counter()
        self._writing = 0

    def __len__(self) -> int:
        return sum(len(turns) for callers in self._waiting.values() for turns in callers.values())

    def __bool__(self) -> bool:
        return any(self._may_begin(key) for callers in self._waiting.values() for key in callers)

    def append(self, turn: _Turn) -> None:
        """Queue a request behind those of its caller."""
        callers = self._waiting.setdefault(turn.key[0].office, OrderedDict())
        callers.setdefault(turn.key, deque()).append(turn)

    def popleft(self) -> _Turn:
        """Return the request that is next, and count it as being served. Raises StopIteration when none may begin."""
        key = next(key for callers in self._waiting.values() for key in callers if self._may_begin(key))
        caller, is_reading = key
        callers = self._waiting[caller.office]
        turn = callers[key].popleft()
        _move_to_end(callers, key, is_empty=not callers[key])
        _move_to_end(self._waiting, caller.office, is_empty=not callers)
        self._served[caller.office, caller.share] += 1
        self._served_offices[caller.office] += 1
        self._writing += not is_reading
        return turn

    def end_turn(self, key: _TurnKey) -> None:
        """Count a request as served."""
        caller, is_reading = key
        self._served[caller.office, caller.share] -= 1
        self._served_offices[caller.office] -= 1
        self._served += Counter()  # forgets who has none
        self._served_offices += Counter()
        self._writing -= not is_reading

    def _may_begin(self, key: _TurnKey) -> bool:
        caller, is_reading = key
        if self.is_ending:
            return True
        if self._has_offices() and self._served_offices[caller.office] >= self._largest_office:
            return False
        has_share = self._served[caller.office, caller.share] < self._largest_share
        return has_share and (is_reading or self._writing < self._most_writing)


def _move_to_end(queue: OrderedDict[K, V], key: K, *, is_empty: bool) -> None:
    """Let the others be next, or forget one that has nothing left."""
    if is_empty:
        del queue[key]
    else:
        queue.move_to_end(key)
