"""Many letters in one Word file, one call of LibreOffice, and its PDF cut into one file a letter again.

What cannot be made together raises, and the letters are made one by one.
"""
