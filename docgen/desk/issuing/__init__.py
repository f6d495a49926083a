"""The way of a letter up to its number: check the request, fill in, choose the dossier, preview, issue.

Taking a number and journaling the request is one transaction; what follows is in `docgen.desk.revisions`.
"""
