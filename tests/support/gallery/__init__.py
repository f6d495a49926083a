"""The gallery: every kind of letter in every ugly variant, as pictures beside the rules that each page must show.

`python -m tests.support.gallery [FOLDER]` makes it. `variants` says what is written into the letters and by whom,
`letters` makes them as the service does, `reading` finds words, lines and paragraphs in their PDFs, `rules` judges.
"""
