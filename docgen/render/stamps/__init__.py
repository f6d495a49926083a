"""Printed marks on finished PDFs: verification band, decisions, endorsement page, watermark, footnote.

A mark covers nothing that is printed: `free_space` finds where it may stand.
"""
