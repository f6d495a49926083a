"""Scan back: a stack of scanned signed pages, sorted to its documents and filed as their attachments.

Pages are read in a child of `docgen.foreign`.
"""
