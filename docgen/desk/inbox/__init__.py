"""What waits for whom (Meja saya): came back, approved and to be followed up, to be decided, late, unfinished.

Reads decisions, dossiers and drafts; writes nothing but the rows that tell how dossiers stand.
"""
