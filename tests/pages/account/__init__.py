"""Pages of one's own account: the second step, what lists the factors, and being asked again."""
