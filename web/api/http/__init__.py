"""How the API speaks HTTP: declared calls, reading requests, problems, tokens, rates, OpenAPI, files.

Knows no use-case; resources are declared with `calls.call`.
"""
