"""Dossiers (berkas): which documents belong together, how far they are, and figures over many of them.

Reads documents; writes dossiers only.
"""
