"""The template lint."""
