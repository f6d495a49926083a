"""The pages of the office: its registers and its history."""
