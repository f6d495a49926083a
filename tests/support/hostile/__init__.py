"""Files that were made to do harm: to take time or memory without end, or to reach out of where they are opened."""
