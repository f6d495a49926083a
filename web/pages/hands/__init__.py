"""Work that passes between people: the page of a draft on its way to a signature, and what waits for a decision."""
