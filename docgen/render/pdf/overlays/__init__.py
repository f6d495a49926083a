"""Draw marks on the pages of a PDF and change nothing else: what a drawing may ask, and three ways of writing it."""
