"""Laws of queueing that hold exactly, not on average, while nobody breaks or edits a run."""

from __future__ import annotations

from typing import Any

from app.engine.engine import Engine
from app.engine.observe.reading import Reading
from app.kernel.state.codes.choices import CheckDepth
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.requests import OUTCOMES
from app.kernel.state.pending_events import pending
from app.kernel.state.world import World
from app.kinds import KINDS

_NOT_SENT = [OUTCOMES.index(name) for name in ("no_server", "unreachable")]


def laws(engine: Engine) -> None:
    """Fail unless Little's law holds at every station, and balancers have sent what they took. A
    run in which the system itself has killed or removed somebody is left out.
    """
    world, reading = engine.world, engine.read()
    if world.control["crashes"] or not reading.nodes["placed"].all():
        return
    _little(world, reading)
    _dispatches_are_attempts(world, reading)


def _little(world: World, reading: Reading) -> None:
    """Little's law without a limit: what all spent at a station up to now, those present
    included, is the integral of how many were there, to the nanosecond; and nobody is busier than
    busy.
    """
    present = _present(world, len(reading.nodes))
    due = world["slots"]["arrives_at"]
    for n, node in enumerate(reading.nodes):
        if node["cores"] == 0 or node["reads"] + node["writes"] == 0:
            continue
        assert 0 <= reading.busy_ns[n] <= reading.now_ns * int(node["cores"])
        if not _works_for_requests_only(world, n):
            continue
        if node["sojourn_ns"] == 0 and not present[n]:  # a balancer that takes no time
            continue
        spent = int(node["sojourn_ns"]) + sum(reading.now_ns - int(due[s]) for s in present[n])
        assert spent == int(reading.busy_ns[n]) + int(reading.wait_ns[n]), reading.node_ids[n]


def _works_for_requests_only(world: World, n: int) -> bool:
    """Whether everybody who waits and is worked on at a node stays until its work is done, and is
    counted when it leaves: not the log, nor messages and checks, nor who is sent away.
    """
    node = world["nodes"][n]
    kind = KINDS[int(node["kind"])].name
    if node["rules"] or kind == "cache":
        return False
    if kind == "database" and world["databases"]["apply_ns"][node["row"]] > 0.0:
        return False
    checks = world["checks"][: world.control["checks_used"]]
    asked = world["edges"]["node"][checks["edge"]]
    return not ((checks["depth"] == CheckDepth.DEEP) & (asked == n)).any()


def _present(world: World, nodes: int) -> list[list[int]]:
    """The slots that wait or are worked on, by station."""
    found: list[list[int]] = [[] for _ in range(nodes)]
    follower = world["slots"]["follower"]
    for n, node in enumerate(world["nodes"][:nodes]):
        slot = int(node["queue_head"])
        while slot >= 0:
            found[n].append(slot)
            slot = int(follower[slot])
    ends = pending(world).of(EventType.SERVICE_END)
    for place, slot in zip(ends.node.tolist(), ends.subject.tolist(), strict=True):
        found[place].append(slot)
    return found


def _dispatches_are_attempts(world: World, reading: Reading) -> None:
    """A balancer has sent on whatever it took, once, but for what had nowhere to go. One that tries
    again, or lets requests wait, is a matter of its own tests.
    """
    edges: Any = world["edges"]
    for n, node in enumerate(reading.nodes):
        if KINDS[int(node["kind"])].name != "load_balancer" or node["managed"]:
            continue
        first = int(node["first_edge"])
        sent = int(edges["sent"][first : first + int(node["edge_count"])].sum())
        nowhere = int(reading.failures[n, _NOT_SENT].sum()) + int(node["retried"])
        assert sent + nowhere == int(node["reads"] + node["writes"]), reading.node_ids[n]
