"""The use-cases: issue, preview, void, bundle, keep registers. Each ties rendering, numbers and storage together."""

from docgen.desk.desk import Desk, open_desk

__all__ = ["Desk", "open_desk"]
