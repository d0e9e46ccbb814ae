"""Drawings of databases that all take writes, and what their group comes to."""

from typing import Any

from app.schema import Value
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, users, web
from tests.support.runs import Run

QUICK: dict[str, Value] = {"cores": 16, "write_ms": 0.1, "read_ms": 0.1, "apply_ms": 0.1}
"""Databases whose own work adds next to nothing to the lag of their links."""


def members(count: int) -> list[str]:
    return [f"db-{number}" for number in range(1, count + 1)]


def primaries(
    count: int = 2, rate: float = 50.0, ms: float = 100.0, /, **parameters: Value
) -> Topology:
    """Users who write `rate` times a second to each of some primaries that are all linked."""
    names = members(count)
    links = [link(a, b, ms) for place, a in enumerate(names) for b in names[place + 1 :]]
    given = {**QUICK, "replication": "multi_primary", **parameters}
    return _with_users(names, rate, given, links)


def ring(count: int = 4, rate: float = 20.0, ms: float = 10.0, /, **parameters: Value) -> Topology:
    """Users who write `rate` times a second to each member of a ring."""
    names = members(count)
    links = [link(a, b, ms) for a, b in zip(names, [*names[1:], names[0]], strict=True)]
    links = links[: count if count > 2 else 1]
    return _with_users(names, rate, {**QUICK, "replication": "ring", **parameters}, links)


def _with_users(names: list[str], rate: float, given: dict[str, Value], links: Any) -> Topology:
    """Each database has users and a web server of its own, so that writes are independent."""
    edits: list[Any] = [node("database", name, "", **given) for name in names]
    for number, name in enumerate(names, 1):
        edits += [
            users(rate, f"users-{number}", write_share=100.0),
            web(f"web-{number}", cores=16, service_ms=0.1),
            link(f"users-{number}", f"web-{number}"),
            link(f"web-{number}", name),
        ]
    return drawing(*edits, *links)


def with_all(topology: Topology) -> Topology:
    """The same, where each web server may ask every database."""
    databases = [one.id for one in topology.of_kind("database")]
    return edited(
        topology,
        *(
            link(server.id, name)
            for server in topology.of_kind("web_server")
            for name in databases
            if not topology.link_between(server.id, name)
        ),
    )


def figures(run: Run) -> dict[str, Any]:
    """What the summary says of the first group that has several primaries."""
    found: dict[str, Any] = run.summary()["several_primaries"][0]
    return found


def versions(run: Run) -> list[list[int]]:
    """What each member of the first group has of each key: marks, equal where versions are."""
    world = run.engine.world
    group = world["groups"][0]
    first, count = int(group["member_first"]), int(group["member_count"])
    rows = world["members"][first : first + count]
    starts = world["databases"]["version_first"][rows].tolist()
    return [
        world["versions"]["mark"][start : start + int(group["keys"])].tolist() for start in starts
    ]
