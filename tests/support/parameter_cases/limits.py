"""Cases of the limiter of rates."""

from __future__ import annotations

from collections.abc import Mapping

from app.schema import Value
from app.topology.edits.apply import SetGroups
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, users, web
from tests.support.parameter_cases.shape import Case


def limited() -> Topology:
    """More users than a limiter lets through to a balancer and two servers."""
    names = ("web-1", "web-2")
    return drawing(
        users(300.0),
        node("rate_limiter", "limiter-1", rate=250.0),
        node("load_balancer", "lb-1"),
        *(web(name, cores=8) for name in names),
        link("users-1", "limiter-1"),
        link("limiter-1", "lb-1"),
        *(link("lb-1", name) for name in names),
    )


def limited_twice() -> Topology:
    """A second limiter, between the balancer and one more server."""
    return edited(
        limited(),
        node("rate_limiter", "limiter-2", rate=60.0),
        link("lb-1", "limiter-2"),
        link("limiter-2", "web-1"),
    )


def inside() -> Topology:
    """Users and a limiter in a private network, and a public server elsewhere."""
    return edited(
        drawing(
            users(300.0),
            node("rate_limiter", "limiter-1", exposure="private"),
            web(),
            link("users-1", "limiter-1"),
            link("limiter-1", "web-1"),
        ),
        *(SetGroups(node=name, groups={"network": "office"}) for name in ("users-1", "limiter-1")),
    )


_QUEUE: Mapping[str, Value] = {"when_empty": "queue"}

LIMITS: dict[tuple[str, str], Case] = {
    ("rate_limiter", "exposure"): Case("limiter-1", "private", {}, limited),
    ("rate_limiter", "nat"): Case("limiter-1", "yes", {}, inside),
    ("rate_limiter", "rate"): Case("limiter-1", 150.0, {}, limited),
    ("rate_limiter", "burst"): Case("limiter-1", 3, {}, limited),
    ("rate_limiter", "when_empty"): Case("limiter-1", "queue", {}, limited),
    ("rate_limiter", "queue_limit"): Case("limiter-1", 5, _QUEUE, limited),
    ("rate_limiter", "wait_max_s"): Case("limiter-1", 0.1, _QUEUE, limited),
}
