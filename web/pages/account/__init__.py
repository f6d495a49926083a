"""Pages of one's own account: sign in and out, the password, the sessions."""
