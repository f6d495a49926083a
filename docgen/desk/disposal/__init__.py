"""The end of a dossier: which are due, handing over to the regional archive (BagIt), destruction.

Nothing is destroyed that nobody approved, and never without a trace.
"""
