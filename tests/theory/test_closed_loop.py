"""Theory of closed loops: users who wait for their answers."""

from __future__ import annotations

import pytest

from app.schema import Value
from app.theory.analysis import ClientTheory, NodeTheory, Theory, analyse
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, tandem, users, web, without_latency
from tests.support.theory import formulas


def node_of(theory: Theory, name: str) -> NodeTheory:
    return next(one for one in theory.nodes if one.node == name)


def client_of(theory: Theory, name: str = "users-1") -> ClientTheory:
    return next(one for one in theory.clients if one.node == name)


def closed(people: int, **parameters: Value) -> Topology:
    """The closed network of domain.md: 5, 20 and 10 ms of work, 1 s of thinking, no network."""
    given: dict[str, Value] = {"arrivals": "closed", "users": people, "think_s": 1.0, **parameters}
    return without_latency(
        edited(tandem(1.0, 5.0, 20.0, 10.0), SetNode(node="users-1", parameters=given))
    )


@pytest.mark.parametrize(
    ("people", "throughput", "response_ms"),
    [(10, 9.613, 40.24), (50, 44.09, 134.06), (100, 50.00, 1000), (200, 50.00, 3000)],
)
def test_theory_of_a_closed_loop_equals_known_figures(
    people: int, throughput: float, response_ms: float
) -> None:
    theory = analyse(closed(people))
    client = client_of(theory)
    assert theory.offered_rps == pytest.approx(throughput, abs=5e-3)
    assert client.latency_ms == pytest.approx(response_ms, rel=1e-4)
    assert client.quality == "exact"
    assert node_of(theory, "web-1").utilisation == pytest.approx(theory.offered_rps * 0.020)
    assert theory.saturation is not None
    assert theory.saturation.rps == pytest.approx(50)
    assert theory.saturation.factor * people == pytest.approx(1.035 / 0.020)


def test_a_closed_loop_of_several_cores_is_exact() -> None:
    """Six who think for 10 s, two cores, 2 s of work: M/M/2//6."""
    alone = drawing(
        node(
            "client",
            "users-1",
            "",
            users=6,
            arrivals="closed",
            think_s=10.0,
            write_share=0.0,
            patience_s=600.0,
        ),
        web(service_ms=2000.0, cores=2, queue_limit=100),
        link("users-1", "web-1", 0.0),
    )
    theory = analyse(alone)
    client, server = client_of(theory), node_of(theory, "web-1").waiting
    assert client.latency_ms == pytest.approx(2283.38, abs=0.01)
    assert client.quality == "exact"
    assert server is not None
    assert (server.model, server.quality) == ("M/M/2//6", "exact")
    assert server.time_ms == pytest.approx(2283.38, abs=0.01)
    assert theory.offered_rps == pytest.approx(6 / 12.28338)


def test_closed_loops_and_open_ones_share_a_network_exactly() -> None:
    """Two closed clients that think alike are one; beside an open one they all wait longer."""
    alone = analyse(closed(50))
    two = edited(
        closed(20),
        node("client", "users-2", users=30, arrivals="closed", think_s=1.0, write_share=0),
        link("users-2", "lb-1", 0.0),
    )
    both = analyse(two)
    assert both.offered_rps == pytest.approx(alone.offered_rps)
    for client in both.clients:
        assert client.latency_ms == pytest.approx(client_of(alone).latency_ms)
        assert client.quality == "exact"
    mixed = analyse(
        edited(two, users(5.0, "users-3", write_share=0.0), link("users-3", "lb-1", 0.0))
    )
    assert {one.quality for one in mixed.clients} == {"exact"}
    slowed = [work / (1.0 - 5.0 * work) for work in (0.005, 0.020, 0.010)]
    expected = formulas.closed(slowed, 1.0, 50)
    assert client_of(mixed).latency_ms == pytest.approx(1000.0 * expected.response)
    assert node_of(mixed, "web-1").utilisation == pytest.approx(mixed.offered_rps * 0.020)


def test_a_closed_loop_says_when_it_is_an_approximation() -> None:
    constant = SetNode(node="web-1", parameters={"distribution": "constant"})
    theory = analyse(edited(closed(50), constant))
    assert client_of(theory).quality == "approximation"
    assert theory.offered_rps == pytest.approx(44.09, rel=0.1)
    in_turn = analyse(
        edited(closed(50), web("web-2"), link("lb-1", "web-2"), link("web-2", "db-1"))
    )
    assert client_of(in_turn).quality == "approximation"
    crowd = analyse(closed(1_000_000, think_s=86_400.0))
    assert crowd.offered_rps == pytest.approx(1e6 / 86_400, rel=1e-3)
    assert client_of(crowd).quality == "approximation"
    both = analyse(edited(closed(50), constant, users(1.0, "users-2"), link("users-2", "lb-1")))
    assert client_of(both).offered_rps == pytest.approx(44.09, rel=0.1)
    assert {one.quality for one in both.clients} == {"approximation"}
    assert any("Closed loop" in text.en for text in both.assumptions)
    rushed = analyse(edited(closed(50), users(1000.0, "users-2"), link("users-2", "lb-1")))
    assert client_of(rushed).quality != "exact", "open users alone are more than the cores can do"
    assert analyse(closed(0)).offered_rps == 0


@pytest.mark.parametrize(
    ("where", "parameters"),
    [
        ("web-1", {"workers": 10}),
        ("web-1", {"wait_limit_s": 1.0}),
        ("web-1", {"memory_gb": 1.0, "request_mb": 1.0}),
        ("web-1", {"queue_limit": 10}),
        ("lb-1", {"sticky": "cookie"}),
        ("lb-1", {"max_connections": 5}),
        ("lb-1", {"algorithm": "least_connections"}),
    ],
)
def test_a_closed_loop_is_not_exact_where_a_node_on_its_way_is_not(
    where: str, parameters: dict[str, Value]
) -> None:
    second = (web("web-2"), link("lb-1", "web-2", 0.0), link("web-2", "db-1", 0.0))
    drawn = edited(closed(50), *second, SetNode(node="lb-1", parameters={"algorithm": "random"}))
    assert client_of(analyse(drawn)).quality == "exact"
    theory = analyse(edited(drawn, SetNode(node=where, parameters=parameters)))
    assert client_of(theory).quality != "exact"
    assert not any(one.waiting and one.waiting.model == "BCMP" for one in theory.nodes)


@pytest.mark.parametrize("service_ms", [0.0, 5.0])
def test_users_who_meet_no_work_only_think_and_travel(service_ms: float) -> None:
    """N / (Z + R), with R nothing but the way there and back where a server takes no time."""
    people: dict[str, Value] = {"arrivals": "closed", "users": 3, "think_s": 1.0}
    drawn = drawing(users(1.0), web(service_ms=service_ms, cores=8), link("users-1", "web-1", 20.0))
    theory = analyse(edited(drawn, SetNode(node="users-1", parameters=people)))
    assert client_of(theory).latency_ms == pytest.approx(40.0 + service_ms)
    assert theory.offered_rps == pytest.approx(3 / (1.04 + service_ms / 1000.0))
    assert client_of(theory).quality == "exact"
