"""Bind pages of many PDFs into one file: pages on paper, links, bookmarks, page labels, volumes.

Pure: bytes and streams in, a PDF out.
"""
