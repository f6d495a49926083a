"""Pages for reading: search, a document, its dossier, permanent addresses, verification, share links, charts."""
