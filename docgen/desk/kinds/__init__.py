"""Kinds that the office makes itself: uploaded, edited, tried, published, compared, and sent as one file.

A published version never changes; which one is in force is told by publications, which are only added.
"""
