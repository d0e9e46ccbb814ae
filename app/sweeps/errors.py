"""Refusals of sweeps."""


class SweepError(ValueError):
    """A sweep that cannot be carried out; the message is one sentence that names what is wrong."""
