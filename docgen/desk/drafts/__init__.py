"""Drafts (draf): letters that have no number yet, typed alone, then passed through the hands of those who sign them.

Writes drafts and, when one is signed, has `docgen.desk.issuing` number it. `route` decides whose turn it is, without
database or clock; `access` who may see a draft; everybody else is told that it is not there.
"""
