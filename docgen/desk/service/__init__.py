"""What runs beside the web server: recovery of interrupted work, the full-text index, the workers of jobs.

The top floor of the use-cases: may import every room below, and none imports it.
"""
