"""Pages of clerks: choose a kind, fill in the form, drafts, photos, standard sentences, batches."""
