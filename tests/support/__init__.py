"""Helpers that more than one room of the tests uses.

`callers` ask the service, `office` holds an office and what happened in it, `files` and `hostile` are files to read,
`machine` is what tests run on, and `office_day` records a day of an office for `CONTRIBUTING.md`.
"""
