"""The `docgen` command: one file a family of commands; `main` assembles them.

Commands call use-cases of `docgen.desk` and print what they return. No rule of the office is decided here.
"""
