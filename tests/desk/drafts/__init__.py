"""Drafts that go through hands."""
