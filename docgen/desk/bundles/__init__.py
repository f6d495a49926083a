"""Bundles for filing: what goes in, cover and contents, binding, volumes, and bundles that were archived.

Reads archived PDFs and never makes a letter again.
"""
