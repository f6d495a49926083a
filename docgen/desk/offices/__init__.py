"""The offices that an installation holds: adding, listing, retiring, and carrying one to or from another installation.

Use-cases take the desk of the installation; what is an office's own is reached through a desk of that office.
"""
