"""Care of the archive as a whole: check it, rebuild or restore the catalogue, move it, hold documents.

May read every object of the store; writes objects only through `storage`.
"""
