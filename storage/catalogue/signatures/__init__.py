"""Electronic signatures: by what the signing service knows officials, which letters wait, what was refused."""
