"""Findings: what hurts or would hurt, on a drawing and in its run, why, and the edit against it."""
