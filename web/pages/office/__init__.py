"""Pages of administrators: office, officials, assets, accounts, tokens, webhooks, the audit log."""
