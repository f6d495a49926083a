"""People are told what waits for them or came back, by mail and in their browsers: outbox, whom to tell, senders.

A use-case adds to the outbox in its own transaction; nothing is sent inside one. Stands below the use-cases and knows
of their letters and dossiers only what the SOP says of whose turn it is.
"""
