"""Balancing algorithms, each against its definition."""

from collections import Counter

import pytest

from app.topology.edits.apply import AddLink, RemoveNode, SetNode
from app.topology.model import Topology
from tests.support.drawings import balanced, drawing, edited, link, node
from tests.support.runs import Run
from tests.support.statistics.samples import SIGMAS, seeds

HASHES = ("source_hash", "consistent_hash")


def weighing(algorithm: str, *weights: int, rate: float = 400.0) -> Topology:
    """A balancer before servers with these weights."""
    return edited(
        balanced(rate, len(weights), algorithm=algorithm),
        *(
            SetNode(node=f"web-{number}", parameters={"weight": weight})
            for number, weight in enumerate(weights, start=1)
        ),
    )


def sent(run: Run) -> dict[str, int]:
    """How many requests have set out to each server."""
    world, numbering = run.engine.world, run.engine.numbering
    edges = world["edges"][: world.control["edges_used"]]
    by_link = dict(zip(edges["link"].tolist(), edges["sent"].tolist(), strict=True))
    return {
        one.target: by_link[numbering.links[one.id]]
        for one in run.engine.topology.links_from("lb-1")
    }


def turns(run: Run, count: int) -> list[str]:
    """To which servers the next requests go, in order."""
    found: list[str] = []
    before = sent(run)
    while len(found) < count:
        run.engine.step()
        now = sent(run)
        found += [name for name in now if now[name] > before[name]]
        before = now
    return found


def test_weighted_round_robin_is_smooth() -> None:
    """nginx's own example: weights 5, 1, 1 give a, a, b, a, c, a, a and not five in a row."""
    a, b, c = "web-1", "web-2", "web-3"
    assert turns(Run(weighing("weighted", 500, 100, 100)), 14) == [a, a, b, a, c, a, a] * 2


def test_weighted_round_robin_with_equal_weights_is_plain_round_robin() -> None:
    plain = Run(weighing("round_robin", 100, 100, 100)).to(20.0).summary()
    weighted = Run(weighing("weighted", 100, 100, 100)).to(20.0).summary()
    assert weighted["latency_ms"] == plain["latency_ms"]
    assert weighted["requests"] == plain["requests"]


def test_least_connections_compares_connections_per_weight() -> None:
    """Nobody is ever answered here, so connections only add up: in proportion to the weights."""
    constant = {"distribution": "constant"}
    drawn = edited(
        weighing("least_connections", 100, 200, 300),
        *(
            SetNode(
                node=f"web-{number}", parameters={"service_ms": 60_000.0, "cores": 999, **constant}
            )
            for number in (1, 2, 3)
        ),
    )
    run = Run(edited(drawn, SetNode(node="users-1", parameters={"patience_s": 600.0})))
    turns(run, 600)
    assert sent(run) == {"web-1": 100, "web-2": 200, "web-3": 300}


@pytest.mark.parametrize("algorithm", ["round_robin", "random", *HASHES])
def test_weights_only_matter_for_algorithms_that_use_them(algorithm: str) -> None:
    plain = Run(weighing(algorithm, 100, 100)).to(5.0).engine.read().nodes["reads"].tolist()
    heavy = Run(weighing(algorithm, 100, 900)).to(5.0).engine.read().nodes["reads"].tolist()
    assert heavy == plain


def one_user(algorithm: str, servers: int) -> Topology:
    """A single user who sends 1000 requests a second."""
    names = [f"web-{number}" for number in range(1, servers + 1)]
    return drawing(
        node("client", "users-1", "", users=1, requests_per_user=1000.0),
        node("load_balancer", "lb-1", "", algorithm=algorithm),
        *(node("web_server", name, "", cores=64) for name in names),
        link("users-1", "lb-1"),
        *(link("lb-1", name) for name in names),
    )


def home(run: Run) -> str:
    """The one server that the user's next requests go to."""
    before = sent(run)
    run.on(0.05)
    (name,) = [name for name, count in sent(run).items() if count > before.get(name, 0)]
    return name


@pytest.mark.parametrize(
    ("algorithm", "moved"), [("consistent_hash", 1 / 5), ("source_hash", 4 / 5)]
)
def test_hashing_keeps_users_at_their_server_until_servers_change_and_then_moves_the_expected_share(
    algorithm: str, moved: float
) -> None:
    """The fifth server takes its fifth of all users, all others stay; modulo 5 is hardly ever what
    it was modulo 4. When the newcomer goes again, everybody is back where they were.
    """
    drawn, homes, moves, to_new = one_user(algorithm, 4), Counter[str](), 0, 0
    count = 200
    for seed in seeds(count):
        run = Run(drawn, seed).to(0.1)
        first = home(run)
        assert home(run.on(0.2)) == first
        run.edit(node("web_server", "web-5", "", cores=64), AddLink(source="lb-1", target="web-5"))
        second = home(run)
        run.edit(RemoveNode(node="web-5"))
        assert home(run) == first
        homes[first] += 1
        moves += second != first
        to_new += second == "web-5"
    for name in ("web-1", "web-2", "web-3", "web-4"):
        assert homes[name] == pytest.approx(count / 4, abs=SIGMAS * (count * 3 / 16) ** 0.5)
    sigma = (count * 0.16) ** 0.5
    assert moves == pytest.approx(count * moved, abs=SIGMAS * sigma)
    assert to_new == pytest.approx(count / 5, abs=SIGMAS * sigma)
    if algorithm == "consistent_hash":
        assert moves == to_new


@pytest.mark.parametrize("algorithm", HASHES)
def test_a_dead_server_moves_only_its_own_users_if_hashing_is_consistent(
    algorithm: str,
) -> None:
    moved = 0
    for seed in seeds(60):
        run = Run(edited(one_user(algorithm, 4), _fast_checks()), seed).to(0.1)
        before = home(run)
        victim = "web-1" if before != "web-1" else "web-2"
        run.crash(victim).on(0.5)
        moved += home(run) != before
        run.heal(victim).on(0.5)
        assert home(run) == before
    assert (moved == 0) == (algorithm == "consistent_hash")


def _fast_checks() -> SetNode:
    checks = {"check_interval_s": 0.1, "check_fall": 1, "check_rise": 1}
    return SetNode(node="lb-1", parameters=dict(checks))


@pytest.mark.parametrize("algorithm", HASHES)
def test_source_hashing_spreads_many_users_evenly(algorithm: str) -> None:
    """Each of 100,000 users is at one of four servers: a quarter each, give or take."""
    drawn = edited(
        balanced(2000.0, 4, algorithm=algorithm),
        SetNode(node="users-1", parameters={"users": 100_000, "requests_per_user": 0.02}),
    )
    window = Run(drawn).to(1.0).watch(20.0)
    for number in range(1, 5):
        assert window.node(f"web-{number}")["rps"] == pytest.approx(500.0, rel=0.04)
