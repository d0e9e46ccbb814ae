"""The servers of one node as one on the screen: a frame in which each drawn thing is once."""

from __future__ import annotations

import math
from typing import Any

from app.topology.servers.instances import owner_of

_SUMMED = ("rps", "reads", "writes", "fail")


def fold(parts: dict[str, Any]) -> dict[str, Any]:
    """A frame without instances and their links: they are counted with what is drawn. A node that
    stands for several has ``inst``, how many there are and how many of them are up.
    """
    names = [*(one["id"] for one in parts["n"]), *(link for link, _, _ in parts["e"])]
    if all(owner_of(name) == name for name in names):
        return parts
    nodes: dict[str, list[dict[str, Any]]] = {}
    for one in parts["n"]:
        nodes.setdefault(owner_of(one["id"]), []).append(one)
    links: dict[str, list[float]] = {}
    for link, sent, failed in parts["e"]:
        known = links.setdefault(owner_of(link), [0.0, 0.0])
        known[0], known[1] = round(known[0] + sent, 3), round(known[1] + failed, 3)
    drawn = {
        name: condition
        for name, condition in parts["link_faults"].items()
        if owner_of(name) == name
    }
    return {
        **parts,
        "n": [_fleet(servers) for servers in nodes.values()],
        "e": [[name, *rates] for name, rates in links.items()],
        "link_faults": drawn,
    }


def _fleet(servers: list[dict[str, Any]]) -> dict[str, Any]:
    """Rates and queues in all, mean utilisation of those that are up, p95 of the slowest; the state
    of the busiest that is up, else of the first.
    """
    first = servers[0]
    if len(servers) == 1:
        return first
    up = [one for one in servers if one["since"] is None] or servers[:1]
    busiest = max(up, key=lambda one: one["util"] or 0.0)
    pools = [one["data"] for one in servers if one["data"]]
    failing = [one["failing"] for one in servers if one["failing"]]
    open_now = [one["conn"] for one in servers if one["conn"] is not None]
    times = [one["p95"] for one in servers if one["p95"] is not None]
    return {
        **first,
        **{name: round(math.fsum(one[name] for one in servers), 3) for name in _SUMMED},
        "queue": sum(one["queue"] for one in servers),
        "data": {name: sum(pool[name] for pool in pools) for name in first["data"] or ()} or None,
        "util": round(math.fsum(one["util"] or 0.0 for one in up) / len(up), 4),
        "conn": sum(open_now) if open_now else None,
        "p95": max(times, default=None),
        "failing": max(failing, key=lambda one: float(one[1]), default=None),
        "state": busiest["state"],
        "since": None if busiest["since"] is None else first["since"],
        "inst": [len(servers), sum(one["since"] is None for one in servers)],
    }
