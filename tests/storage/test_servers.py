"""The test servers themselves: each test gets a place of its own, and nothing is skipped in silence."""

from __future__ import annotations

import psycopg
import pytest

from tests.servers import unavailable


@pytest.mark.postgres
@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_empty_database(postgres_url: str, turn: int) -> None:
    """The database is empty at every test, though the test before left a table."""
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall() == []
        connection.execute("CREATE TABLE left_behind (turn integer)")


def test_no_server_is_a_loud_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a server the test is skipped with the reason; CI fails instead."""
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"NOT TESTED.*no disk"):
        unavailable("no disk")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no disk"):
        unavailable("no disk")
