"""Shared parts in templates."""
