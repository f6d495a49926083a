"""Rich text in a Word template: where it goes (`slots`), how its lists are numbered, how it is printed (`printing`)."""
