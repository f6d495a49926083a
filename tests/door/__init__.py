"""The door itself: what every answer forbids, what the log says, where secrets are not, who reads the files."""
