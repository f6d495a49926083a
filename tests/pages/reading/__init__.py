"""What was issued: found, read, compared, pictured, verified."""
