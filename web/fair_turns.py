"""Fair scheduling of requests: callers take turns, and no share gets more than half of the threads.

What waits here costs no thread, so a caller who asks for many things at once is served all of them and slows nobody
down but himself.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import NamedTuple

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher

READING = ("GET", "HEAD", "OPTIONS")
FOR_READING = 2  # threads that no request that writes may have


class RequestSource(NamedTuple):
    """Callers take turns by `name`; all callers of one `share` have no more than one together."""

    name: str
    share: str


class FairDispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    """Threads that serve the requests of all callers in turn."""

    def __init__(self, threads: int, caller_of: Callable[[HTTPChannel], RequestSource]) -> None:
        super().__init__()
        self._caller_of = caller_of
        self.queue = _Turns(max(2, threads // 2), max(1, threads - FOR_READING))
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

    It is true when something may begin. Each share has at most `largest_share` at once, and all that write
    together at most `most_writing`.
    """

    def __init__(self, largest_share: int, most_writing: int) -> None:
        self.is_ending = False
        self._largest_share, self._most_writing = largest_share, most_writing
        self._waiting: OrderedDict[_TurnKey, deque[_Turn]] = OrderedDict()  # the key whose turn is next comes first
        self._served: Counter[str] = Counter()
        self._writing = 0

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def __bool__(self) -> bool:
        return any(map(self._may_begin, self._waiting))

    def append(self, turn: _Turn) -> None:
        """Queue a request behind those of its caller."""
        self._waiting.setdefault(turn.key, deque()).append(turn)

    def popleft(self) -> _Turn:
        """Return the request that is next, and count it as being served. Raises StopIteration when none may begin."""
        key = next(filter(self._may_begin, self._waiting))
        turns = self._waiting[key]
        turn = turns.popleft()
        if turns:
            self._waiting.move_to_end(key)
        else:
            del self._waiting[key]
        caller, is_reading = key
        self._served[caller.share] += 1
        self._writing += not is_reading
        return turn

    def end_turn(self, key: _TurnKey) -> None:
        """Count a request as served."""
        caller, is_reading = key
        self._served[caller.share] -= 1
        self._served += Counter()  # forgets who has none
        self._writing -= not is_reading

    def _may_begin(self, key: _TurnKey) -> bool:
        caller, is_reading = key
        if self.is_ending:
            return True
        return self._served[caller.share] < self._largest_share and (is_reading or self._writing < self._most_writing)
