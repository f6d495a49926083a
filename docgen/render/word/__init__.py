"""Fill Word templates: tags, lists, photos, fields; make the file safe and sound for LibreOffice.

One file speaks to docxtpl. Pure and the same byte for byte for the same input.
"""
