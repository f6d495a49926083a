"""An office for tests, and what happened in it: letters, decisions, batches, dossiers, a restored archive."""
