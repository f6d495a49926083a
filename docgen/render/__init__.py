"""Rendering: form data to Word, stamps on PDF, merging. Pure: no database, no store, no clock, no environment."""
