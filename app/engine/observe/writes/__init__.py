"""Writes of a run: who has each, what became of it, and what a failover cost."""
