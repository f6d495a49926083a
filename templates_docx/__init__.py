"""The delivered document kinds: one folder each, with a Word template, a field sheet and an example."""

from pathlib import Path

FOLDER = Path(__file__).parent
