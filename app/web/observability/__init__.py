"""Observability: metrics for Prometheus, request ids, and the log that names them."""
