"""Incidents: what the system did or suffered, by code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Incident:
    """Something the system did or suffered. `node` and `other` are ids, "" when there is none."""

    at_ns: int
    code: str
    node: str
    other: str
    value: float
