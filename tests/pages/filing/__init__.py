"""Bundles, scans, the register of numbers, retention."""
