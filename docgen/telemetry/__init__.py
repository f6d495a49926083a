"""What the service tells of its own work: metrics for Prometheus (`metrics`), spans for OpenTelemetry (`tracing`).

A craft without a database. It says how much and how long, by kind of letter, route and office; never what letters say,
or who wrote them.
"""
