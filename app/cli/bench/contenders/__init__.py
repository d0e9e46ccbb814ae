"""Contenders of the bench: the reference model R1 in this engine and in other simulators."""
