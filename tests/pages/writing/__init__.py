"""The form, its drafts and photos, standard sentences, and many letters at once."""
