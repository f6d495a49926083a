"""Read and write PDF: pages as pictures and text, metadata, outlines, pages of other files.

The ground of rendering: of its other rooms it imports only what writes PNG and XML. One file speaks to pdfium.
From the bottom: `objects`, `tags` on them, `overlays` that mark pages, `flattening` that makes notes part of pages.
"""
