"""Scanned pages: find the printed codes, sort the pages, and put them together per document.

One file speaks to zxing-cpp.
"""
