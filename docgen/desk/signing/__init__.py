"""Have an official sign electronically through BSrE: the steps that issued letters and drafts have in common.

A PDF is prepared for its signature (`prepare`), sent with the person's passphrase (`ask`), and what comes back is
believed only when our own validation accepts it (`acceptance`); else it is kept for the administrator (`kept_aside`).
Letters that wait for a signature are noted by `waiting`; by what BSrE knows an official is in `identities`. Nothing
here makes a revision: `docgen.desk.decisions.sign` and the drafts do that.
"""
