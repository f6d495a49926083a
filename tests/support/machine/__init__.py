"""The machine that tests run on: processes and their limits, what is away, how much a run may try."""
