"""Contract of every kind in a run: repeatable, requests add up, crash and heal take effect."""

from __future__ import annotations

import random

import pytest

from app.actions import SEED_MAX, Silence, Slow
from app.kinds import KINDS
from app.schema import Kind
from app.topology.edits.apply import RemoveLink, SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, final_design, link, node, users
from tests.support.runs import Run

RATE = 200.0
CHAIN = {
    "client": "users-1",
    "dns": "dns-1",
    "load_balancer": "lb-1",
    "web_server": "web-1",
    "database": "db-1",
    "cache": "cache-1",
    "store": "store-1",
    "rate_limiter": "limiter-1",
}
"""Where each kind stands in ``chain``, so that every request needs all of them but the spared."""
SPARED = ("cache",)
"""Requests go on without these."""
NEEDED = [kind for kind in KINDS if kind.name not in SPARED]
HANGING = [kind for kind in NEEDED if "silence" in kind.faults]
SLOWING = [kind for kind in KINDS if "slow" in kind.faults]
SETTLED_S = 10.0
"""Longer than any check needs to notice that something is back."""


def chain(kind: str = "") -> Topology:
    """One of each kind: nothing has a substitute, and no name is kept. What requests may go without
    is there only if it is asked for.
    """
    if kind == "cache":
        spared = node("cache", "cache-1", keys=500, ttl_s=1.0, single_flight="on")
        return edited(chain(), spared, link("web-1", "cache-1"))
    if kind == "rate_limiter":
        limiter = node("rate_limiter", "limiter-1", rate=1.25 * RATE, burst=1, when_empty="queue")
        between = link("users-1", "limiter-1"), link("limiter-1", "lb-1")
        return edited(chain(), RemoveLink(link="users-1_lb-1"), limiter, *between)
    store = kind == "store"
    return drawing(
        users(RATE, patience_s=5.0),
        node("dns", "dns-1", ttl_s=0.0),
        node("load_balancer", "lb-1"),
        node("web_server", "web-1"),
        node("store", "store-1") if store else node("database", "db-1", heartbeat_s=1.0),
        link("users-1", "dns-1"),
        link("users-1", "lb-1"),
        link("lb-1", "web-1"),
        link("web-1", "store-1" if store else "db-1"),
    )


def label(value: object) -> str:
    return str(getattr(value, "name", value))


def battered(topology: Topology, seed: int, only: str = "") -> Run:
    """Ten seconds in which nodes crash and come back at random moments, the books checked at each;
    then everything is healed and the users stop, until nothing is under way.
    """
    chance = random.Random(seed)
    nodes = [only] if only else [one.id for one in topology.nodes]
    run = Run(topology, seed)
    for at_s in sorted(chance.uniform(0.0, 10.0) for _ in range(16)):
        run.to(at_s)
        name = chance.choice(nodes)
        run.crash(name) if run.engine.is_up(name) else run.heal(name)
    for name in nodes:
        run.heal(name)
    run.engine.set_load(0.0)
    return run.on(60.0)


def test_every_kind_has_a_node_in_the_chain_drawn_for_it() -> None:
    assert CHAIN.keys() == {kind.name for kind in KINDS}
    for kind, name in CHAIN.items():
        assert chain(kind).node(name).kind == kind


@pytest.mark.parametrize("kind", KINDS, ids=label)
def test_requests_add_up_when_a_kind_crashes_at_random_instants(kind: Kind) -> None:
    for seed in range(1, 5):
        run = battered(chain(kind.name), seed, CHAIN[kind.name])
        reading = run.read()
        assert reading.in_flight == 0
        assert 0 < reading.completed <= reading.offered == reading.completed + reading.failed
        assert (reading.failed == 0) == (kind.name in SPARED)
        assert run.engine.world.control["orphaned_work"] == 0


@pytest.mark.parametrize("seed", range(1, 7))
def test_requests_add_up_when_any_node_of_the_final_design_crashes_at_random_instants(
    seed: int,
) -> None:
    run = battered(final_design(400.0), seed)
    reading = run.read()
    assert reading.in_flight == 0
    assert reading.offered == reading.completed + reading.failed
    assert run.summary()["ledger"]["lost"] <= run.summary()["ledger"]["acknowledged"]


@pytest.mark.parametrize("kind", KINDS, ids=label)
def test_the_same_seed_and_faults_give_the_same_run_and_another_seed_another(kind: Kind) -> None:
    once, again = (battered(chain(kind.name), 3, CHAIN[kind.name]) for _ in range(2))
    assert once.engine.fingerprint() == again.engine.fingerprint()
    assert once.incidents() == again.incidents()
    other = battered(chain(kind.name), 4, CHAIN[kind.name])
    assert other.engine.fingerprint() != once.engine.fingerprint()


@pytest.mark.parametrize("seed", [0, 1, 2**32, SEED_MAX])
def test_a_run_does_not_depend_on_the_steps_it_is_advanced_in(seed: int) -> None:
    """In one go, in uneven pieces, or event by event: the same run."""
    chance = random.Random(seed)
    whole, pieces = Run(final_design(), seed), Run(final_design(), seed)
    whole.to(0.5).crash("db-1").to(6.0)
    for at_s in sorted(chance.uniform(0.0, 0.5) for _ in range(50)):
        pieces.to(at_s)
    pieces.to(0.5).crash("db-1")
    for _ in range(500):
        pieces.engine.step(chance.randint(1, 3))
    pieces.to(6.0)
    assert whole.engine.fingerprint() == pieces.engine.fingerprint()
    assert whole.incidents() == pieces.incidents()


@pytest.mark.parametrize("kind", NEEDED, ids=label)
def test_requests_fail_while_a_needed_kind_is_down_and_succeed_after_its_heal(kind: Kind) -> None:
    """Whoever needs it fails as long as it is down; of users who are gone, nobody comes."""
    name = CHAIN[kind.name]
    run = Run(chain(kind.name)).to(5.0)
    assert run.read().failed == 0
    run.crash(name)
    assert not run.engine.is_up(name)
    window = run.on(0.5).watch(5.0)
    assert window.node(name)["state"] == "down"
    assert window.node(name)["since"] == 5.0
    assert window.completed == 0
    if kind.name == "client":
        assert window.offered == 0
    else:
        assert window.failed == pytest.approx(RATE * 5, rel=0.15)
    run.heal(name).on(SETTLED_S)
    assert run.engine.is_up(name)
    window = run.watch(5.0)
    assert window.failed == 0
    assert window.completed == pytest.approx(RATE * 5, rel=0.15)
    assert window.node(name)["state"] != "down"


@pytest.mark.parametrize("kind", HANGING, ids=label)
def test_a_kind_that_hangs_answers_nothing_and_then_works_off_what_it_holds(kind: Kind) -> None:
    """Without checks, nobody hears of it but by the end of their own patience: 5 s here."""
    name = CHAIN[kind.name]
    unchecked = SetNode(node="web-1", parameters={"check_interval_s": 300.0})
    run = Run(edited(chain(kind.name), unchecked)).to(5.0).fault(Silence(node=name)).on(0.5)
    window = run.watch(4.0)
    assert window.node(name)["fault"] == "silence"
    assert window.node(name)["rps"] == 0.0
    assert (window.completed, window.failed) == (0, 0)
    assert run.watch(5.0).failures.keys() == {"timed_out"}
    run.heal(name).on(SETTLED_S)
    window = run.watch(5.0)
    assert window.failed == 0
    assert window.completed == pytest.approx(RATE * 5, rel=0.15)


@pytest.mark.parametrize("kind", SLOWING, ids=label)
def test_a_slowed_kind_answers_later_and_fails_nothing(kind: Kind) -> None:
    name = CHAIN[kind.name]
    quick = Run(chain(kind.name)).to(5.0).watch(10.0)
    run = Run(chain(kind.name)).to(5.0).fault(Slow(node=name, factor=3.0))
    slow = run.watch(10.0)
    assert slow.failed == 0
    assert slow.node(name)["fault"] == "slow"
    assert slow.node(name)["p95"] > 2.0 * quick.node(name)["p95"]
    assert run.heal(name).on(1.0).watch(10.0).node(name)["p95"] < 1.5 * quick.node(name)["p95"]


@pytest.mark.parametrize("kind", KINDS, ids=label)
def test_a_second_crash_or_heal_has_no_effect(kind: Kind) -> None:
    name = CHAIN[kind.name]
    once, twice = Run(chain(kind.name)), Run(chain(kind.name))
    for run, times in ((once, 1), (twice, 2)):
        for _ in range(times):
            run.to(5.0).crash(name)
        for _ in range(times):
            run.to(8.0).heal(name)
        run.to(12.0)
    assert once.engine.fingerprint() == twice.engine.fingerprint()
    healed = Run(chain(kind.name)).to(5.0).heal(name).to(12.0)
    assert healed.engine.fingerprint() == Run(chain(kind.name)).to(12.0).engine.fingerprint()


@pytest.mark.parametrize("kind", [kind for kind in NEEDED if kind.name != "client"], ids=label)
def test_a_crash_fails_all_requests_that_the_node_holds(kind: Kind) -> None:
    """What it worked on and what waited is lost there and then, and booked under its name."""
    name = CHAIN[kind.name]
    run = Run(chain(kind.name)).to(5.0)
    busy = _held(run, name)
    while busy == 0:
        busy = _held(run.on(0.001), name)
    run.crash(name)
    assert _held(run, name) == 0
    assert run.node(name)["failed"] == busy
    assert run.summary()["failures"] == {"lost_in_crash": busy}


@pytest.mark.parametrize("kind", SPARED)
def test_requests_succeed_while_a_kind_that_is_not_needed_is_down_or_silent(kind: str) -> None:
    name = CHAIN[kind]
    run = Run(chain(kind)).to(5.0).crash(name)
    window = run.watch(5.0)
    assert (window.failed, window.node(name)["state"]) == (0, "down")
    assert window.completed == pytest.approx(RATE * 5, rel=0.15)
    run.heal(name).on(2.0)
    assert run.watch(5.0).node(name)["rps"] == pytest.approx(0.8 * RATE, rel=0.2)
    window = run.fault(Silence(node=name)).on(1.0).watch(5.0)
    assert (window.failed, window.node(name)["rps"]) == (0, 0.0)
    assert window.completed == pytest.approx(RATE * 5, rel=0.15)


def _held(run: Run, name: str) -> int:
    row = run.engine.world["nodes"][run.engine.numbering.nodes[name]]
    return int(row["busy"]) + int(row["queue_length"])
