"""The tags of a Word template: which parts may hold them, how they are read from the text, and what they may say."""
