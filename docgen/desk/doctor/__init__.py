"""Check an installation, running or not, and say what is wrong and what to do: `docgen doctor`.

`run` carries out the checks of `checks`, a small function each, over one `installation`; they stand alone, so that one
that fails, hangs or raises leaves the others be. Nothing is changed, nothing is sent to people, no secret is shown.
"""
