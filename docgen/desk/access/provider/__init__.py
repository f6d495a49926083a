"""Accounts of people who sign in at the region's OpenID provider.

What is said with the provider is in `docgen.openid`.
"""
