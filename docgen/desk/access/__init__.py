"""Who gets in: accounts, passwords, sessions, tokens of other systems, share links.

Who may do what once inside is decided in `docgen.desk.rights`. Secrets are kept as hashes only.
"""
