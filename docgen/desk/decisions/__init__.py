"""What is decided on an issued document: approve, return, reject, void, seal, file its signed copy; who is next.

Each decision is journaled and done by `docgen.desk.revisions`.
"""
