"""The processes of this service: their names, the folders they have to themselves, who starts them anew.

Knows nothing of what a process does.
"""
