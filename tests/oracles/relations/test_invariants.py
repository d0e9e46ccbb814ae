"""Metamorphic relations: bystanders, names and saving do not change a run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.actions import AnyFault, Crash, Heal, SetLoad
from app.cli.play import run as play
from app.engine.engine import Engine
from app.scenarios.document import (
    Scenario,
    TimedAction,
    scenario_from_json,
    scenario_to_json,
)
from app.topology.edits.apply import AddLink, Edit, MoveNode, RenameNode, SetNode, apply
from app.topology.model import Topology
from tests.oracles.closed_forms.test_branches import asking
from tests.support.drawings import balanced, drawing, edited, link, node, replica, replicated, web
from tests.support.generated.scripts import busy_drawings
from tests.support.runs import Run
from tests.support.statistics.sampling import SECOND, to

OCCASIONS = settings().max_examples // 10
lengths = pytest.mark.parametrize(
    "until_s",
    [pytest.param(2.0, id="fast"), pytest.param(20.0, id="tight", marks=pytest.mark.long)],
)

EVENTS_A_RUN = 20_000
NUMBERING = ("row", "first_edge", "queue_head", "queue_tail", "placed", "holder", "next_on_machine")
"""Fields of a node that say where things are kept, not what happened."""


def numbers(engine: Engine, node_ids: Iterable[str], link_ids: Iterable[str]) -> dict[str, Any]:
    """All that a run says about some nodes and links, and about everybody's requests."""
    reading = engine.read()
    found: dict[str, Any] = {
        "now": reading.now_ns,
        "totals": (reading.offered, reading.completed, reading.failed, reading.latency_ns),
        "latencies": reading.latencies.tolist(),
    }
    for name in node_ids:
        n = reading.node_ids.index(name)
        row = reading.nodes[n]
        fields = [field for field in row.dtype.names if field not in NUMBERING]
        found[name] = [
            [row[field].item() for field in fields],
            int(reading.busy_ns[n]),
            int(reading.wait_ns[n]),
            reading.sojourns[n].tolist(),
            reading.failures[n].tolist(),
        ]
    for name in link_ids:
        k = reading.link_ids.index(name)
        found[f"link {name}"] = (int(reading.sent[k]), int(reading.link_failed[k]))
    return found


def ids(topology: Topology) -> tuple[list[str], list[str]]:
    return [node.id for node in topology.nodes], [link.id for link in topology.links]


STRANGERS: dict[str, list[Edit]] = {
    "unlinked": [node("web_server", "stranger"), node("database", "its-db")],
    "linked": [node("web_server", "stranger"), node("dns", "its-dns")],
    "idle": [node("client", "stranger", users=0), web("its-web"), link("stranger", "its-web")],
}


def with_stranger(topology: Topology, stranger: str, first: bool) -> Topology:
    """The drawing and somebody who does nothing, before or after everybody else."""
    aside = drawing(*STRANGERS[stranger])
    parts = (aside, topology) if first else (topology, aside)
    nodes = [node for part in parts for node in part.nodes]
    links = [link for part in parts for link in part.links]
    joined = Topology.of(nodes, links)
    if stranger == "linked":  # it looks after databases that others use
        for database in topology.of_kind("database"):
            joined = edited(joined, AddLink(source="stranger", target=database.id))
    return joined


def quiet_ns(topology: Topology, until_s: float) -> int:
    """How far a drawing gets towards a time without too much work."""
    dry = Engine(topology, seed=3)
    dry.advance(round(until_s * SECOND), EVENTS_A_RUN)
    return max(dry.now_ns - 1, 0)


def troubled(topology: Topology, stop_ns: int, victim: str, about: set[str]) -> tuple[Engine, Any]:
    """A run in which one node is down for a while, and the incidents about some nodes."""
    engine = Engine(topology, seed=3)
    for share, fault in ((0.3, Crash(node=victim)), (0.6, Heal(node=victim)), (1.0, None)):
        to(engine, stop_ns * share / SECOND)
        if fault:
            engine.fault(fault)
    return engine, [one for one in engine.incidents() if {one.node, one.other} <= about | {""}]


@lengths
@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("stranger", STRANGERS)
@settings(max_examples=OCCASIONS)
@given(topology=busy_drawings())
def test_nodes_that_are_never_used_change_no_figure(
    until_s: float, stranger: str, first: bool, topology: Topology
) -> None:
    stop_ns, victim = quiet_ns(topology, until_s), topology.nodes[-1].id
    names, links = ids(topology)
    alone, incidents = troubled(topology, stop_ns, victim, set(names))
    together, others = troubled(
        with_stranger(topology, stranger, first), stop_ns, victim, set(names)
    )
    assert numbers(together, names, links) == numbers(alone, names, links)
    if stranger == "linked":  # it asks replicas how they are, and so may be first to hear it
        incidents, others = (
            [one for one in told if one.code not in ("lagging", "caught_up")]
            for told in (incidents, others)
        )
    assert others == incidents


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_the_order_of_retries_after_a_crash_does_not_depend_on_bystanders(first: bool) -> None:
    """Sixteen requests, at one instant: where they stood on the agenda, strangers decide."""
    topology = edited(
        balanced(1000.0, 3),
        SetNode(node="users-1", parameters={"retry": "at_once", "retries": 5}),
        SetNode(node="web-3", parameters={"cores": 16, "service_ms": 60.0}),
    )
    names, links = ids(topology)
    alone, _ = troubled(topology, 2 * SECOND, "web-3", set(names))
    strange = with_stranger(topology, "unlinked", first)
    together, _ = troubled(strange, 2 * SECOND, "web-3", set(names))
    assert numbers(together, names, links) == numbers(alone, names, links)


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("stranger", STRANGERS)
def test_parallel_reads_do_not_depend_on_bystanders(stranger: str, first: bool) -> None:
    topology = asking(2, 500.0)
    names, links = ids(topology)
    alone, _ = troubled(topology, 2 * SECOND, "db-4", set(names))
    together, _ = troubled(with_stranger(topology, stranger, first), 2 * SECOND, "db-4", set(names))
    assert numbers(together, names, links) == numbers(alone, names, links)


def test_the_catch_up_of_a_replica_takes_the_round_trip_of_its_log() -> None:
    """2 s to ask for the log and 2 s for it to come, however often others ask in between."""
    topology = replicated(
        200.0, (replica("db-2", apply_ms=0.0),), replication_ms=2000.0, server={"check_rise": 1}
    )
    for interval_s in (0.05, 0.7):
        seen = edited(topology, SetNode(node="web-1", parameters={"check_interval_s": interval_s}))
        run = Run(seen).to(5.0).crash("db-2").to(6.0).heal("db-2").to(20.0)
        (told,) = run.incidents("caught_up")
        assert 10.0 <= told.at_ns / SECOND <= 10.0 + interval_s + 0.001


@lengths
@settings(max_examples=OCCASIONS)
@given(topology=busy_drawings(), data=st.data())
def test_names_and_positions_of_nodes_change_no_figure(
    until_s: float, topology: Topology, data: st.DataObject
) -> None:
    stop_ns = quiet_ns(topology, until_s)
    other = topology
    for one in topology.nodes:
        other = edited(
            other,
            RenameNode(node=one.id, name=data.draw(st.sampled_from(["a", "users-1", "웹 서버"]))),
            MoveNode(node=one.id, x=data.draw(st.sampled_from([-5.0, 700.0])), y=3.0),
        )
    engines = [Engine(drawn, seed=4) for drawn in (topology, other)]
    for engine in engines:
        to(engine, stop_ns / SECOND)
    assert engines[0].fingerprint() == engines[1].fingerprint()


@lengths
@settings(max_examples=OCCASIONS)
@given(topology=busy_drawings(), load=st.sampled_from([0.5, 1.0, 2.0]))
def test_saving_and_loading_a_scenario_changes_no_run(
    until_s: float, topology: Topology, load: float
) -> None:
    stop_ns, victim = quiet_ns(topology, until_s), topology.nodes[-1].id
    journal = (
        TimedAction(stop_ns // 3, Crash(node=victim)),
        TimedAction(stop_ns // 2, SetNode(node=topology.nodes[0].id, parameters={"users": 70})),
        TimedAction(stop_ns // 3 * 2, Heal(node=victim)),
    )
    kept = Scenario("Saved", topology, seed=6, load=load, journal=journal)
    loaded = scenario_from_json(json.loads(json.dumps(scenario_to_json(kept))))
    assert fingerprint(loaded, stop_ns) == fingerprint(kept, stop_ns)


def fingerprint(scenario: Scenario, stop_ns: int) -> str:
    """Of a run of a scenario with its journal."""
    engine = Engine(scenario.topology, seed=scenario.seed, load=scenario.load)
    for timed in scenario.journal:
        to(engine, timed.at_ns / SECOND)
        if isinstance(timed.action, AnyFault):
            engine.fault(timed.action)
        elif not isinstance(timed.action, SetLoad):
            engine.edit(apply(engine.topology, timed.action)[0])
    to(engine, stop_ns / SECOND)
    return engine.fingerprint()


@pytest.mark.parametrize(
    ("order", "up"),
    [([Crash, Heal], True), ([Heal, Crash], False), ([Crash, Heal, Crash], False)],
    ids=["crash-heal", "heal-crash", "crash-heal-crash"],
)
def test_faults_of_one_instant_take_effect_in_the_given_order(
    order: list[type[Crash] | type[Heal]], up: bool
) -> None:
    """A crash loses what was there even if it is healed at once; the journal says what is last."""
    at_ns = 1_234_567_891
    topology = balanced(900.0, 1, forward_ms=0.0)
    journal = tuple(TimedAction(at_ns, fault(node="web-1")) for fault in order)
    scenario = Scenario("Faults", topology, journal=journal)
    direct = Engine(topology, seed=1)
    to(direct, at_ns / SECOND)
    present = direct.read().in_flight
    for timed in journal:
        assert isinstance(timed.action, AnyFault)
        direct.fault(timed.action)
    assert direct.is_up("web-1") is up
    lost = direct.read().failures_by_outcome().get("lost_in_crash", 0)
    assert 0 < lost <= present
    to(direct, 2.0)
    told = play(scenario, 2 * SECOND, 1, 1, "en")
    assert told["fingerprint"] == direct.fingerprint()
    assert told["nodes"]["web-1"]["up"] is up
    said = [row["type"] for row in told["timeline"] if row["who"] == "script"]
    assert said == [fault(node="web-1").type for fault in order]
