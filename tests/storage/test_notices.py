"""The outbox of notices on each database: an event is told once, and a message is claimed by one process."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from storage.catalogue import Catalogue, notices
from storage.records.notices import Notice, PushSubscription

NOW = dt.datetime(2026, 11, 27, 1, 30, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def _add(catalogue: Catalogue, id: str, **more: Any) -> None:
    values = {
        "id": id,
        "user": "siti",
        "channel": "mail",
        "key": id,
        "what": "waits",
        "subject": "naskah",
        "path": "/d/x",
    }
    times = {"created_at": NOW, "next_at": NOW, "give_up_at": NOW + dt.timedelta(days=3)}
    with catalogue.write() as tx:
        notices.add_notice(tx, Notice.model_validate(values | times | more))


def _claim(catalogue: Catalogue, message: str, now: dt.datetime = NOW) -> list[str]:
    with catalogue.write() as tx:
        claimed = notices.claim_message(
            tx, "mail", "siti", "", now, until=now + 2 * MINUTE, message=message, unless_sent_since=now - MINUTE
        )
    return [notice.id for notice in claimed]


def test_an_event_is_kept_once_for_each_person_and_channel(catalogue: Catalogue) -> None:
    """Another person, channel or browser is told as well; the same one is not told again."""
    for id, more in (("1", {}), ("2", {}), ("3", {"user": "rina"}), ("4", {"channel": "push", "target": "p"})):
        _add(catalogue, id, key="sama", **more)
    with catalogue.read() as tx:
        assert [one.id for user in ("siti", "rina") for one in notices.list_notices(tx, user)] == ["4", "1", "3"]
        assert notices.due_targets(tx, "mail", NOW) == [("rina", ""), ("siti", "")]
        assert notices.due_targets(tx, "mail", NOW - MINUTE) == []
        assert notices.known_keys(tx, ["sama", "lain"]) == {"sama"}


def test_a_message_that_was_tried_is_claimed_again_as_it_was(catalogue: Catalogue) -> None:
    """What came meanwhile goes into another message; and that waits while the last one was sent a moment ago."""
    _add(catalogue, "1")
    _add(catalogue, "2")
    assert _claim(catalogue, "m1") == ["1", "2"]
    _add(catalogue, "3")
    assert _claim(catalogue, "m2", NOW + 2 * MINUTE) == ["1", "2"]
    with catalogue.write() as tx:
        notices.change_message(tx, "m1", {"status": "sent", "sent_at": NOW + 2 * MINUTE})
    assert _claim(catalogue, "m3", NOW + 2.5 * MINUTE) == []
    assert _claim(catalogue, "m4", NOW + 4 * MINUTE) == ["3"]


def test_of_many_processes_one_claims_a_message(catalogue: Catalogue) -> None:
    """Eight that come at once: each notice is in exactly one claim."""
    for number in range(40):
        _add(catalogue, f"{number:02}")
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda number: _claim(catalogue, f"m{number}"), range(8)))
    assert sorted(id for claim in claims for id in claim) == [f"{number:02}" for number in range(40)]


def test_what_waits_in_vain_is_counted_and_given_up(catalogue: Catalogue) -> None:
    """The backlog tells how many, since when and why; after three days nothing waits."""
    _add(catalogue, "1")
    _add(catalogue, "2", user="rina", created_at=NOW - MINUTE)
    with catalogue.write() as tx:
        assert notices.read_backlog(tx, "mail") is None
        notices.postpone(tx, "mail", NOW, NOW + MINUTE, "451 nanti")
        assert notices.read_backlog(tx, "mail") == notices.Backlog(2, NOW - MINUTE, "451 nanti")
        assert notices.give_up(tx, NOW + dt.timedelta(days=4)) == 2
        assert notices.read_backlog(tx, "mail") is None
        notices.forget(tx, NOW)
        assert [one.id for one in notices.list_notices(tx, "siti")] == ["1"]


def test_only_what_no_message_carries_is_retracted(catalogue: Catalogue) -> None:
    """A message on its way stays whole."""
    _add(catalogue, "1")
    _claim(catalogue, "m1")
    _add(catalogue, "2")
    _add(catalogue, "3", what="late", subject="berkas")
    with catalogue.write() as tx:
        notices.retract(tx, "naskah", ["waits"])
        assert notices.unsent_keys(tx, ["late"]) == {"3"}
        notices.retract_keys(tx, {"3"})
        assert [one.id for one in notices.list_notices(tx, "siti")] == ["1"]


def test_a_browser_is_one_persons_and_takes_its_notices_along(catalogue: Catalogue) -> None:
    """The endpoint moves to who subscribed last; what waited for the one before is removed."""
    keys = {"p256dh": "x", "auth": "y", "created_at": NOW, "endpoint": f"https://push.example/{'x' * 1900}"}
    with catalogue.write() as tx:
        assert not notices.is_anybody_told(tx)
        notices.add_subscription(tx, PushSubscription(id="a", user="siti", **keys))  # type: ignore[arg-type]
    _add(catalogue, "1", channel="push", target="a")
    with catalogue.write() as tx:
        notices.add_subscription(tx, PushSubscription(id="b", user="rina", **keys))  # type: ignore[arg-type]
        assert notices.list_subscriptions(tx, "siti") == []
        assert notices.list_notices(tx, "siti") == []
        assert notices.is_anybody_told(tx)
        notices.remove_subscriptions(tx, "rina")
        assert notices.list_subscriptions(tx, "rina") == []
