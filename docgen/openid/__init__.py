"""Signing in by the account of another service: an OpenID provider, as OpenID Connect Core 1.0 says.

`provider` speaks to it, `id_tokens` checks what it signed, `rules` says what its claims mean here. What becomes of an
account is decided in `docgen.desk.access.provider.provider_accounts`.
"""
