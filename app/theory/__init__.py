"""Closed forms beside the run: queueing theory for a drawing. Knows no engine."""
