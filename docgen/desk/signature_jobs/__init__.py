"""Sign many letters with one passphrase: drafts and issued letters that an official has read and ticked.

`request` checks what is asked and begins the job, `run` does it in the process that was asked, whose memory alone has
the passphrase, `in_hand` is what drafts and documents have in common there, `result` what became of each letter.
"""
