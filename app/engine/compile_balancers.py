"""Balancers of a World: how they choose among their servers."""

from __future__ import annotations

from typing import Any

from app.engine.plan import parameter
from app.engine.records import ROUND_ROBIN
from app.topology.model import Node


def set_balancer(row: Any, node: Node) -> None:
    """A balancer's parameters."""
    row["algorithm"] = parameter(node, "algorithm")
    row["picks"] = int(row["algorithm"] != ROUND_ROBIN)


def weight_of(target: Node) -> float:
    """A server's weight for the balancers before it; 1 by default."""
    return parameter(target, "weight") / 100.0 if target.kind == "web_server" else 1.0
