"""Many letters of one kind from rows: check all rows, issue them in a job, store files and results.

Letters are numbered and archived by `docgen.desk.issuing` and `revisions` alone.
"""
