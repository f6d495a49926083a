"""Signing through BSrE: the client of the *Esign Client Service* that the region hosts, by its API v2 or v1.

`client` speaks the language of that service, `secret` holds a passphrase until it is sent.
An official's passphrase goes out in exactly one request a call (v1: one a file), is never tried again, and never kept.
"""

from docgen.bsre.client import BsreClient, NewTotp
from docgen.bsre.model import FileToSign, SignatureAppearance, SignerStatus, SigningIdentity
from docgen.bsre.secret import Secret
from docgen.bsre.settings import BsreSettings

__all__ = [
    "BsreClient",
    "BsreSettings",
    "FileToSign",
    "NewTotp",
    "Secret",
    "SignatureAppearance",
    "SignerStatus",
    "SigningIdentity",
]
