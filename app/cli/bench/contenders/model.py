"""The reference model R1 as plain numbers, so that every simulator is given the same one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    """Poisson requests to web servers in turn, then a read from one of the replicas in turn or a
    write to the primary. Work is exponential, hops take a constant time, nothing is ever refused.
    """

    rate_per_s: float
    webs: int
    web_cores: int
    web_ms: float
    write_share: float
    replicas: int
    database_cores: int
    read_ms: float
    write_ms: float
    hop_ms: float
    """One way between two parts: from the users over the balancer to the database, three hops."""
