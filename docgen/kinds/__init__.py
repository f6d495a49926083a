"""Kinds of documents: a folder each with Word template, field sheet and example, and the check that they fit.

Pure; which kinds an office has is loaded by `docgen.installed`.
"""
