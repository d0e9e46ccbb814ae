"""Contract of every node of a full drawing: down it does nothing, healed it works as before.

A new kind needs no more than a place in the drawing here to be under these tests.
"""

from __future__ import annotations

from functools import cache

import pytest

from app.kinds import KINDS
from app.schema import Kind
from app.topology.edits.apply import RemoveLink, RemoveNode, SetNode
from tests.support.drawings import edited, final_design, link, node
from tests.support.runs import Run, Window

CRASH_S, HEAL_S, WELL_S = 5.0, 15.0, 40.0
DRAWING = edited(
    final_design(),
    SetNode(node="dns-1", parameters={"ttl_s": 2.0}),
    node("cache", "cache-1", ttl_s=2.0),
    link("web-1", "cache-1"),
    link("web-2", "cache-1"),
    node("store", "store-1"),
    RemoveLink(link="lb-1_web-2"),
    node("rate_limiter", "limiter-1", rate=1000.0, burst=200),
    link("lb-1", "limiter-1"),
    link("limiter-1", "web-2"),
    link("web-1", "store-1"),
    link("web-2", "store-1"),
)
NODES = {node.id: node.kind for node in DRAWING.nodes}

kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
nodes = pytest.mark.parametrize("node", NODES)


@cache
def healthy() -> Run:
    """The same run without any fault."""
    return Run(DRAWING).to(WELL_S + 5.0)


def broken(node: str) -> Run:
    return Run(DRAWING).to(CRASH_S).crash(node)


def well(run: Run) -> Window:
    """A window after everything has come back."""
    return run.to(WELL_S).watch(5.0)


@kinds
def test_the_drawing_has_a_node_of_every_kind(kind: Kind) -> None:
    assert kind.name in NODES.values()


@kinds
def test_every_kind_lists_the_crash_among_its_faults(kind: Kind) -> None:
    assert "crash" in kind.faults


@nodes
def test_a_node_that_is_down_does_nothing(node: str) -> None:
    run = broken(node)
    assert not run.engine.is_up(node)
    window = run.watch(5.0)
    shown = window.node(node)
    assert shown["state"] == "down"
    if NODES[node] == "client":
        assert (shown["rps"], window.offered) == (0.0, 0)
    else:
        assert (shown["rps"], shown["queue"], shown["util"]) == (0.0, 0, 0.0)


@nodes
def test_a_node_works_again_after_its_heal(node: str) -> None:
    run = broken(node).to(HEAL_S).heal(node)
    assert run.engine.is_up(node)
    window = well(run)
    assert window.failures == {}
    assert window.completed == pytest.approx(600 * 5, rel=0.1)
    assert window.node(node)["rps"] > 10.0
    assert window.node(node)["state"] in {"healthy", "busy"}


@nodes
def test_a_crash_changes_the_totals_and_latencies_of_the_run(node: str) -> None:
    run = broken(node).to(WELL_S + 5.0)
    found, usual = run.summary(), healthy().summary()
    assert (found["requests"], found["latency_ms"]) != (usual["requests"], usual["latency_ms"])


@nodes
def test_a_run_with_a_crash_and_a_heal_is_repeatable(node: str) -> None:
    first, second = (broken(node).to(HEAL_S).heal(node).to(20.0) for _ in range(2))
    assert first.engine.fingerprint() == second.engine.fingerprint()
    assert first.incidents() == second.incidents()


@nodes
def test_a_node_that_is_removed_and_put_back_works_again(node: str) -> None:
    """Undo of a removal is a return with an empty memory, but with its disk."""
    run = Run(DRAWING).to(CRASH_S)
    back = run.edit(RemoveNode(node=node))
    run.to(HEAL_S)
    assert node not in run.summary()["nodes"]
    run.edit(*back)
    window = well(run)
    assert window.failures == {}
    assert window.completed == pytest.approx(600 * 5, rel=0.1)
    assert window.node(node)["rps"] > 10.0


@nodes
def test_a_node_that_crashed_fifty_times_works_as_before_after_its_heal(node: str) -> None:
    run = Run(DRAWING).to(CRASH_S)
    for _ in range(50):
        run.crash(node).on(0.01).heal(node).on(0.03)
    window = well(run)
    assert window.failures == {}
    assert window.completed == pytest.approx(600 * 5, rel=0.1)


def test_the_drawing_works_again_after_all_nodes_were_down_at_once() -> None:
    run = Run(DRAWING).to(CRASH_S)
    for name in NODES:
        run.crash(name)
    assert run.watch(5.0).completed == 0
    for name in NODES:
        run.heal(name)
    window = well(run)
    assert window.failures == {}
    assert window.completed == pytest.approx(600 * 5, rel=0.1)
