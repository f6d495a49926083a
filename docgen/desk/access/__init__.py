"""Who gets in: accounts, passwords, sessions, tokens of other systems, share links.

Second factors are in `factors`, people of the region's OpenID provider in `provider`.
Who may do what once inside is decided in `docgen.desk.rights`. Secrets are kept as hashes only.
"""
