"""Sweeps: a drawing run many times with other values of its parameters, and what comes of it."""
