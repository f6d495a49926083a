"""Turn a Word file into a kind: find its tags, propose a form for them, write tags at words that a person marks.

Pure; what comes from outside is read and changed in a child (`docgen.foreign.tagging`). What passes between them is in
`model`.
"""
