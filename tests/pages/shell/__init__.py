"""Signing in, the home page, languages, errors, and what every page shares."""
