"""Pages for people and the API for systems, on Flask; thin."""
