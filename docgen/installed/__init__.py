"""Files that an administrator installs and others made: kinds, templates, and the certificate of the seal.

Each is opened and checked in a child of `docgen.foreign` before the service uses it.
"""
