"""Ask Redis whether it is there: the only file of the checkup that speaks to its library."""

from __future__ import annotations

SECONDS = 3.0  # of connecting, and of the answer


def ping(url: str) -> str:
    """Return "" when the Redis of an address answers, else why it cannot be used."""
    try:
        import redis
    except ImportError:
        return ".venv/bin/pip install -c constraints.txt redis"
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS)
        try:
            client.ping()
        finally:
            client.close()
    except (redis.RedisError, ValueError) as error:
        return str(error) or type(error).__name__
    return ""
