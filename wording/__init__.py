"""Wording: sentences for people, finished in Indonesian, that keep what they were made of.

The ground that every other package may stand on; it imports nothing of docgen.
"""

from wording.message import Message, filled, joined, mapped, packed, recognised, say, unpacked

__all__ = ["Message", "filled", "joined", "mapped", "packed", "recognised", "say", "unpacked"]
