"""Events for other systems: the outbox, delivery with retries, and the guarded HTTP sender.

A use-case adds to the outbox in its own transaction; nothing is sent inside one.
"""
