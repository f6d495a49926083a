"""Drafts (draf): forms that somebody began and has not issued, saved while they are typed.

Writes drafts only. A draft belongs to its author; what is issued from it is the work of `docgen.desk.issuing`.
"""
