"""Storage: object stores and the catalogue. Knows nothing of Word, PDF or Flask."""
