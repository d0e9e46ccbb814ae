"""Theory of servers behind a balancer, by its algorithm."""

import pytest

from app.theory.analysis import analyse
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.drawings import balanced, drawing, edited, link, node, users


def two(algorithm: str, weight: int = 100) -> Topology:
    """Two servers behind a balancer, the second of another weight."""
    weigh = SetNode(node="web-2", parameters={"weight": weight})
    return edited(balanced(300.0, algorithm=algorithm, forward_ms=0.0), weigh)


@pytest.mark.parametrize(
    ("algorithm", "model"), [("round_robin", "E2/M/4"), ("weighted", "E2/M/4"), ("random", "M/M/4")]
)
def test_balancing_algorithms_with_an_exact_law_name_it(algorithm: str, model: str) -> None:
    for one in analyse(two(algorithm)).nodes[1:]:
        assert one.arrivals_rps == pytest.approx(150)
        assert one.waiting is not None
        assert (one.waiting.model, one.waiting.quality) == (model, "exact")


@pytest.mark.parametrize(
    "algorithm", ["least_connections", "two_choices", "source_hash", "consistent_hash"]
)
def test_balancing_algorithms_without_a_law_are_called_approximations(algorithm: str) -> None:
    theory = analyse(two(algorithm))
    assert theory.clients[0].quality == "approximation"
    for one in theory.nodes[1:]:
        assert one.arrivals_rps == pytest.approx(150)
        assert one.waiting is not None
        assert one.waiting.quality == "approximation"
        assert "No closed form" in one.statement.en
        assert "server" in one.statement.en


@pytest.mark.parametrize(("name", "value"), [("sticky", "cookie"), ("check_type", "deep")])
def test_sticky_sessions_and_deep_checks_are_called_approximations(name: str, value: str) -> None:
    drawn = edited(two("random"), SetNode(node="lb-1", parameters={name: value}))
    for one in analyse(drawn).nodes[1:]:
        assert one.waiting is not None
        assert one.waiting.quality == "approximation"


def test_unequal_weights_divide_the_traffic_and_are_called_an_approximation() -> None:
    light, heavy = analyse(two("weighted", 300)).nodes[1:]
    assert light.arrivals_rps == pytest.approx(75)
    assert heavy.arrivals_rps == pytest.approx(225)
    assert light.waiting is not None
    assert light.waiting.quality == "approximation"
    assert "weights" in heavy.statement.en


def test_random_choice_from_a_stream_that_is_not_poisson_is_called_an_approximation() -> None:
    """Half of the users' requests come here: every second one, which is not Poisson."""
    topology = drawing(
        users(300.0),
        *(node("load_balancer", f"lb-{n}", "", algorithm="random", forward_ms=0.0) for n in (1, 2)),
        *(node("web_server", f"web-{n}") for n in (1, 2)),
        *(link("users-1", f"lb-{n}") for n in (1, 2)),
        *(link("lb-1", f"web-{n}") for n in (1, 2)),
    )
    first = next(one for one in analyse(topology).nodes if one.node == "web-1")
    assert first.waiting is not None
    assert first.waiting.quality == "approximation"
    assert "not Poisson" in first.statement.en
