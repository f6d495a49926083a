"""Who may know of a letter: security classes, the people of a letter, the limits of a caller, and what lists veil."""
