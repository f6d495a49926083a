"""The structure tree of a tagged PDF: what PDF/UA-1 asks of a letter's, and content that is added to one."""
