"""Revisions of a document: what the journal promised is made, stamped, stored and committed here.

The only room that writes documents into the object store.
"""
