"""Several offices behind one door: which of them a request is for, and the application that answers it.

Each office has an application of its own, with its own desk, key, cookies and limits; nothing that one holds is reached
through another's. Stands above `web.app`; knows no page.
"""
