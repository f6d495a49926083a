"""How people prove who they are beside a password: applications, passkeys, recovery codes.

How often they may try, passwords too, is here as well.
"""
