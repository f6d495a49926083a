"""The numbers of letters, without a database: their pattern, the series they are counted in, other systems' numbers."""
