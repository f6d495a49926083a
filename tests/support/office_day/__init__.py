"""An office's day, played over HTTP on a real `docgen serve --demo`, and recorded to compare two states of the code.

    python -m tests.support.office_day before --python ../before/.venv/bin/python
    python -m tests.support.office_day after
    diff -r before after

The clock stands where the recorder puts it, and what is drawn (ids, codes, passwords) is the same every time. So two
recordings of the same code are equal to the byte on any day, and what differs between two states of it is a change.
"""
