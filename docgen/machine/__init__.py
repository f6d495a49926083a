"""docgen as a service of a Debian or Ubuntu machine: its packages, account, settings and units, and whether it answers.

Stands on the system's own tools (apt, useradd, systemctl) and on what is delivered in `deploy/`; knows no office.
"""
