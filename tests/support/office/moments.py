"""A moment at which tests of the storage happen."""

from __future__ import annotations

import datetime as dt

NOW = dt.datetime(2026, 11, 24, 1, 30, 15, 123456, tzinfo=dt.UTC)
