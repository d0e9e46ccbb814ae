"""Queueing theory: formulas of queues and closed networks, streams, and stations."""
