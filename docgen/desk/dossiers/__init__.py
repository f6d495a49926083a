"""Dossiers (berkas): which documents belong together, how far they are, and figures over many of them.

Also whether a document is in force and not in work (`document_state`), which every use-case checks.

Reads documents; writes dossiers only.
"""
