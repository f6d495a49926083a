"""Make many letters with one call of LibreOffice: one Word file of all, and its PDF split into one file a letter."""
