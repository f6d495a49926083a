"""Put the shared parts of an office (letterhead, signature blocks, sentences) where its templates name them.

Bytes in, bytes out, on the ground of `docgen.render.word`. A template with its shared parts in place is a template like
any other; nothing behind this room knows that there are shared parts.
"""
