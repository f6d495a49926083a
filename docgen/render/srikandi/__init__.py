"""Prepare Word files for SRIKANDI, which numbers them: placeholders, and the code by which they are known again.

Bytes in, bytes out: nothing here reads a database, a store, a clock or the environment.
"""
