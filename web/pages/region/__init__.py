"""The pages of whoever keeps the offices of an installation: the list with its figures, and the way into one office."""
