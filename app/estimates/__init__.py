"""Estimates: means over replications with confidence intervals, after the warm-up."""
