"""Memory of runs: those of the library and of the largest drawings allowed have bounds."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from app.cli.bench.contenders.reference import reference
from app.engine.engine import Engine, EngineLimit, Stop
from app.kernel.state.constants import WORLD_BYTES_MAX
from app.scenarios import library
from app.session.limits import RUN_BYTES_MAX
from app.topology.edits.apply import AddLink, AddNode
from app.topology.model import LINKS_MAX, NODES_MAX, Topology
from tests.scenarios.test_experiments import Experiment
from tests.support.audit.laws import laws
from tests.support.audit.world import audit
from tests.support.drawings import drawing, link, node, replica, replicated, users, web
from tests.support.runs import Run

WATCHED_S = 40.0


@pytest.mark.parametrize("name", library.names())
def test_runs_of_the_library_scenarios_stay_small(name: str) -> None:
    """With what they do on their way; a session's checkpoints may take as much again."""
    engine = Experiment(name).to(WATCHED_S).engine
    assert len(engine.world.buffer) < RUN_BYTES_MAX / 3
    assert len(engine.world.packed()) < 1_000_000


def over(data: list[AddNode], links: list[AddLink], servers: int = 2) -> Topology:
    """Users, a balancer and web servers over these, with as many links as a drawing may have."""
    names = [f"web-{number}" for number in range(1, servers + 1)]
    calls = [link(server, str(one.id)) for one in data for server in names]
    room = LINKS_MAX - 1 - servers - len(links)
    return drawing(
        users(100.0),
        node("load_balancer", "lb-1"),
        *(web(name) for name in names),
        *data,
        link("users-1", "lb-1"),
        *(link("lb-1", name) for name in names),
        *links,
        *calls[:room],
    )


FREE = NODES_MAX - 4
NAMES = [f"db-{number}" for number in range(1, FREE + 1)]


def alone() -> Topology:
    return over([node("database", name, "") for name in NAMES], [])


def pairs() -> Topology:
    both = zip(NAMES[::2], NAMES[1::2], strict=True)
    data = [one for first, second in both for one in (node("database", first, ""), replica(second))]
    return over(data, [link(a, b) for a, b in zip(NAMES[::2], NAMES[1::2], strict=True)])


def primaries() -> Topology:
    data = [
        node("database", name, "", replication="multi_primary", keys=1_000_000) for name in NAMES
    ]
    return over(data, [link(a, b) for a, b in zip(NAMES[::2], NAMES[1::2], strict=True)])


def rings() -> Topology:
    data = [node("database", name, "", replication="ring", keys=1_000_000) for name in NAMES]
    links = [
        link(NAMES[first + place], NAMES[first + (place + 1) % 4])
        for first in range(0, FREE, 4)
        for place in range(4)
    ]
    return over(data, links)


def copies() -> Topology:
    """A ring of stores with as many keys as there may be, and databases."""
    stores = [f"store-{number}" for number in range(1, 51)]
    data = [node("store", name, "wide_column", keys=6000) for name in stores]
    rest = [node("database", name, "") for name in NAMES[50:]]
    return over([*data, *rest], [link(a, b) for a, b in pairwise(stores)])


def caches() -> Topology:
    data = [node("cache", f"cache-{number}", keys=20_000) for number in range(1, 16)]
    return over([*data, *(node("database", name, "") for name in NAMES[:180])], [])


def servers() -> Topology:
    return over([node("database", "db-1", "")], [], NODES_MAX - 3)


@pytest.mark.parametrize("largest", [alone, pairs, primaries, rings, copies, caches, servers])
def test_runs_of_the_largest_drawings_allowed_fit_the_memory_bound(
    largest: Callable[[], Topology],
) -> None:
    drawn = largest()
    assert len(drawn.nodes) >= NODES_MAX - 2 or len(drawn.links) == LINKS_MAX
    engine = Run(drawn).to(1.0).engine
    assert engine.world.bytes_drawn <= WORLD_BYTES_MAX
    assert len(engine.world.buffer) < RUN_BYTES_MAX


def test_an_engine_outside_a_session_may_be_given_more_memory() -> None:
    """What the bench runs is not bound by what a page may draw, and as much in order."""
    engine = Engine(reference(900), seed=1, bytes_max=1_000_000_000)
    assert engine.advance(100_000_000, 10_000_000) is Stop.REACHED
    assert engine.world.bytes_drawn > WORLD_BYTES_MAX
    assert engine.read().completed > 50_000
    audit(engine)
    laws(engine)


def test_a_drawing_whose_run_exceeds_the_memory_bound_is_refused_with_the_reason() -> None:
    """All at once: copies of keys, caches, and keys that several primaries tell apart."""
    data = [
        *(node("store", f"store-{number}", "wide_column", keys=20_000) for number in range(1, 16)),
        *(node("cache", f"cache-{number}", keys=20_000) for number in range(1, 16)),
        *(node("database", f"db-{number}", "") for number in range(1, 101)),
    ]
    with pytest.raises(EngineLimit, match="28 MB") as told:
        Engine(over(data, []), seed=1)
    assert "MB" in told.value.text.say("ko")


def test_groups_beyond_the_log_budget_get_shorter_logs() -> None:
    """The first ones keep theirs; however many come, all logs together have their bound."""
    run = Run(replicated(50.0)).to(1.0)
    for name in NAMES[10:110:2]:
        run.edit(node("database", name, ""), replica(f"{name}-r"), link(name, f"{name}-r"))
    groups = run.on(1.0).read().groups
    sizes = groups["log_size"].tolist()
    assert sizes[0] == max(sizes) == 1 << 15
    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) >= 256
    assert run.engine.world.bytes_drawn < WORLD_BYTES_MAX / 2
    ends = (groups["log_first"] + groups["log_size"]).tolist()
    assert groups["log_first"].tolist() == [0, *ends[:-1]]
    assert ends[-1] <= len(run.engine.world["log"])
    assert run.node("db-2")["lag_s"] < 1.0
