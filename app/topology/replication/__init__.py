"""Replication: database groups and their modes, and rings that share copies."""
