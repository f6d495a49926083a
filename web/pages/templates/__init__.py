"""Pages of the office's own kinds of letters: from a Word file to a form that is in force."""
