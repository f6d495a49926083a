"""Who gets in: accounts and tokens, their sessions, second factors, links for a password, tries in vain."""
