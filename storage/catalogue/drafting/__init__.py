"""Drafts, and the hands that they go through."""
