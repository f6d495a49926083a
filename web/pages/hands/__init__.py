"""A draft on its way to a signature: the page on which those who have it in hand read, correct and decide it."""
