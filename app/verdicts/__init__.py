"""Verdicts: does a row of expectations hold of a run, what was measured, and since when not."""
