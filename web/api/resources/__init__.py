"""The resources of the API, a file each: read the request, call one use-case, answer with a schema.

No rule of the office is decided here.
"""
