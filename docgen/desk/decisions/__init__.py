"""Decide on an issued document: approve, return, reject, void, seal, file its signed copy; and whose turn is next.

Each decision is journaled here and carried out by `docgen.desk.revisions`.
"""
