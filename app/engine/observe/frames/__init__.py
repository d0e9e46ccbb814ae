"""Frames: one instant of a run as a screen shows it."""
