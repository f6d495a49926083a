"""Read and write PDF: pages as pictures and text, overlays, objects, metadata, outlines, foreign files flattened.

The ground of rendering: imports no other room of it. One file speaks to pdfium.
"""
