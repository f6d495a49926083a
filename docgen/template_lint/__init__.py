"""The template lint: every fault of a Word template with its place, what it means and what to do about it.

Pure; what comes from outside is examined in a child (`docgen.installed.checks.examine_template`).
"""
