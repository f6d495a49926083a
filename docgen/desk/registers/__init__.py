"""The office's registers: officials, assets, the office itself, working hours, numbers given by hand; imports.

Every change is recorded in the audit log by the transaction that makes it.
"""
