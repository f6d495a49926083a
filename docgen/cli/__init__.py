"""The `docgen` command, a file for each family of commands; `main` is where they meet.

Commands call use-cases of `docgen.desk` and print what they return. No rule of the office is decided here.
"""
