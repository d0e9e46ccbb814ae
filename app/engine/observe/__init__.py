"""Readings of a run: counters, frames, summaries, traces, ledger, invariants."""
