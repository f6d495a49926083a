"""Files for tests: Word, PDF, spreadsheets, photos, scans, and the certificates that seal them."""
