"""How much is tried: what every run can afford, or with DOCGEN_TEST_FAULTS=1 what a night can."""

from __future__ import annotations

import os

LONG = (os.environ.get("DOCGEN_TEST_FAULTS") or "0") != "0"
