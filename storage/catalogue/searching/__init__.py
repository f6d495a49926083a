"""Find documents: by their columns, by their words, and by words that are written alike."""
