"""Many letters of a kind as rows of a spreadsheet: columns, headings, cells, and the submissions they ask for.

Pure: cells arrive as text from `docgen.spreadsheets`.
"""
