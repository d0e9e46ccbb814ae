"""Playback: the pace of the clock, the run, its checkpoints and its frames."""
