"""What holds exactly at every pause of every run that a theory is compared with."""

from __future__ import annotations

import numpy as np

from app.engine.engine import Engine
from app.engine.kernel.agenda import SERVICE_END, place_of, sort_of, who_of
from app.engine.reading import Reading, latency_percentile_ms
from app.engine.records import OUTCOMES
from app.engine.world import World

_SORT, _PLACE, _WHO = (getattr(one, "py_func", one) for one in (sort_of, place_of, who_of))


def books(engine: Engine) -> None:
    """Fail unless a run without faults, edits and replication is in order right now."""
    reading = engine.read()
    _conservation(engine.world, reading)
    _little(engine.world, reading)
    _dispatch(engine, reading)
    shares = [latency_percentile_ms(reading.latencies, k / 10) for k in range(1, 11)]
    assert shares == sorted(shares) or not reading.completed


def _conservation(world: World, reading: Reading) -> None:
    """Every request offered is completed, failed, or stands in the line of the patient."""
    younger, in_flight = world["slots"]["younger"], 0
    for source in world["sources"][: world.control["sources_used"]]:
        slot = int(source["deadline_head"])
        while slot >= 0:
            in_flight += 1
            slot = int(younger[slot])
    assert reading.offered == reading.completed + reading.failed + in_flight


def _little(world: World, reading: Reading) -> None:
    """Little's law without a limit: what all spent at a station up to now, those present
    included, is the integral of how many were there, to the nanosecond; and nobody is busier than
    busy.
    """
    present = _present(world, len(reading.nodes))
    due = world["slots"]["due"]
    for n, node in enumerate(reading.nodes):
        if node["cores"] == 0 or node["reads"] + node["writes"] == 0:
            continue
        if node["sojourn_ns"] == 0 and not present[n]:  # a balancer that takes no time
            continue
        spent = int(node["sojourn_ns"]) + sum(reading.now_ns - int(due[s]) for s in present[n])
        assert spent == int(reading.busy_ns[n]) + int(reading.wait_ns[n]), reading.node_ids[n]
        assert 0 <= reading.busy_ns[n] <= reading.now_ns * int(node["cores"])


def _present(world: World, nodes: int) -> list[list[int]]:
    """The slots that wait or are worked on, by station."""
    found: list[list[int]] = [[] for _ in range(nodes)]
    follower = world["slots"]["follower"]
    for n, node in enumerate(world["nodes"][:nodes]):
        slot = int(node["queue_head"])
        while slot >= 0:
            found[n].append(slot)
            slot = int(follower[slot])
    for event in world.pending()[2].tolist():
        if _SORT(event) == SERVICE_END:
            found[_PLACE(event)].append(_WHO(event))
    return found


def _dispatch(engine: Engine, reading: Reading) -> None:
    """A balancer has sent on whatever it has done, except where there was no server."""
    for node in engine.topology.of_kind("load_balancer"):
        n = reading.node_ids.index(node.id)
        links = [reading.link_ids.index(one.id) for one in engine.topology.links_from(node.id)]
        no_server = int(reading.failures[n, OUTCOMES.index("no_server")])
        sent = int(np.sum(reading.sent[links]))
        assert sent + no_server == int(reading.nodes[n]["reads"] + reading.nodes[n]["writes"])
