"""Theory of a drawing: formulas against known numbers, and laws on small drawings."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings

from app.scenarios import library
from app.schema import Value
from app.texts.languages import LANGUAGES
from app.theory.analysis import ClientTheory, NodeTheory, Theory, analyse, theory_to_json
from app.topology.edits.apply import RemoveLink, RemoveNode, SetNode
from app.topology.model import Topology
from app.topology.servers.instances import owner_of
from tests.support.drawings import (
    balanced,
    drawing,
    edited,
    final_design,
    link,
    node,
    replica,
    replicated,
    tandem,
    users,
    web,
    without_latency,
)
from tests.support.drawings import (
    mmc as one_server,
)
from tests.support.generated.drawings import topologies


def node_of(theory: Theory, name: str) -> NodeTheory:
    return next(one for one in theory.nodes if one.node == name)


def client_of(theory: Theory, name: str = "users-1") -> ClientTheory:
    return next(one for one in theory.clients if one.node == name)


def test_theory_of_one_server_is_m_m_c() -> None:
    theory = analyse(one_server(0.8, 4))
    server, client = node_of(theory, "web-1"), client_of(theory)
    assert server.arrivals_rps == pytest.approx(320)
    assert server.utilisation == pytest.approx(0.8)
    assert server.visits == 1
    assert server.demand_ms == pytest.approx(10)
    assert server.waiting is not None
    assert (server.waiting.model, server.waiting.quality) == ("M/M/4", "exact")
    assert server.waiting.wait_ms == pytest.approx(7.455, abs=5e-4)
    assert client.latency_ms == pytest.approx(17.455 + 2 * 20, abs=5e-4)
    assert client.quality == "exact"
    assert theory.bottleneck is not None
    assert theory.bottleneck.node == "web-1"
    assert theory.saturation is not None
    assert theory.saturation.factor == pytest.approx(1.25)
    assert theory.saturation.rps == pytest.approx(400)


def test_theory_scales_with_the_load_factor() -> None:
    theory = analyse(final_design(), 2.0)
    single = analyse(final_design())
    assert theory.offered_rps == 2 * single.offered_rps
    for one in theory.nodes:
        if one.node != "dns-1":
            twin = node_of(single, one.node)
            assert one.utilisation == pytest.approx(2 * twin.utilisation)
            assert (one.visits, one.demand_ms) == pytest.approx((twin.visits, twin.demand_ms))
    assert theory.saturation is not None
    assert single.saturation is not None
    assert theory.saturation.load == pytest.approx(single.saturation.load)
    assert theory.saturation.rps == pytest.approx(single.saturation.rps)
    assert theory.saturation.factor == pytest.approx(single.saturation.factor / 2)


def test_a_row_of_servers_keeps_its_stream_poisson() -> None:
    theory = analyse(tandem(50.0, 4.0, 16.0, 10.0))
    assert [one.waiting.model for one in theory.nodes if one.waiting] == ["M/M/1"] * 3
    times = [one.waiting.time_ms for one in theory.nodes if one.waiting]
    assert times == pytest.approx([4 / 0.8, 16 / 0.2, 10 / 0.5])
    network = 2 * (20 + 0.25 + 0.25)
    assert client_of(theory).latency_ms == pytest.approx(sum(times) + network)


def test_theory_of_the_final_design_equals_a_calculation_by_hand() -> None:
    """1,100 requests a second: 80 + 60 writes, reads over two replicas that apply every write."""
    theory = analyse(library.load("final-design").topology)
    known = {
        "lb-1": 1100 * 0.1e-3 / 2,
        "web-1": 550 * 8e-3 / 8,
        "web-2": 550 * 8e-3 / 8,
        "db-1": 140 * 5e-3 / 4,
        "db-2": (480 * 3e-3 + 140 * 1e-3) / 4,
        "db-3": (480 * 3e-3 + 140 * 1e-3) / 4,
    }
    for name, utilisation in known.items():
        assert node_of(theory, name).utilisation == pytest.approx(utilisation), name
    assert node_of(theory, "db-2").log_utilisation == pytest.approx(140 * 1e-3)
    assert node_of(theory, "db-1").log_utilisation == 0
    assert theory.saturation is not None
    assert theory.saturation.rps == pytest.approx(2000)
    web_1 = node_of(theory, "web-1").waiting
    assert web_1 is not None
    assert (web_1.model, web_1.quality) == ("E2/M/8", "approximation")


@pytest.mark.parametrize("ttl_s", [0.0, 1.0, 60.0, 86_400.0])
def test_the_rate_of_name_lookups_is_that_of_dns_cache_misses(ttl_s: float) -> None:
    """n caches of a = r / n each: n a / (1 + a T), for lookups that take no time."""
    topology = edited(
        final_design(800.0),
        SetNode(node="dns-1", parameters={"ttl_s": ttl_s, "lookup_ms": 0.0}),
    )
    lookups = client_of(analyse(without_latency(topology))).lookups_rps
    assert lookups == pytest.approx(800 / (1 + 800 * ttl_s / 500), rel=1e-6)
    slow = client_of(analyse(topology)).lookups_rps
    assert lookups <= slow <= 800, "requests that come during a lookup miss as well"


def test_dns_caches_keep_the_name_server_from_being_the_next_bottleneck() -> None:
    """A name server that is the busiest node today need not be the first to be used up."""
    slow = SetNode(node="dns-1", parameters={"lookup_ms": 50.0})
    theory = analyse(edited(final_design(100.0), slow))
    assert max(theory.nodes, key=lambda one: one.utilisation).node == "dns-1"
    assert theory.bottleneck is not None
    assert theory.bottleneck.node == "web-1"
    never = analyse(edited(final_design(100.0), SetNode(node="dns-1", parameters={"ttl_s": 0.0})))
    assert client_of(never).lookup_share == 1.0


def test_requests_to_a_private_address_are_lost_in_theory() -> None:
    topology = drawing(
        users(300.0),
        web("web-1"),
        web("web-2", exposure="private"),
        web("web-3"),
        *(link("users-1", f"web-{k}") for k in (1, 2, 3)),
    )
    theory = analyse(topology)
    assert client_of(theory).unreachable_rps == pytest.approx(100)
    assert [one.arrivals_rps for one in theory.nodes] == pytest.approx([100, 0, 100])
    first = node_of(theory, "web-1").waiting
    assert first is not None
    assert first.model == "E3/M/4", "addresses are used in turn, the one in vain too"


def test_without_an_address_no_request_arrives_in_theory() -> None:
    alone = analyse(drawing(users(10.0)))
    assert client_of(alone).unreachable_rps == 10
    lost = analyse(drawing(users(10.0), node("dns", "dns-1"), link("users-1", "dns-1")))
    assert client_of(lost).lookups_rps == 10
    assert client_of(lost).unreachable_rps == 0, "they fail before there is an address to try"
    assert client_of(lost).latency_ms is None
    empty = analyse(Topology())
    assert (empty.bottleneck, empty.saturation, empty.nodes) == (None, None, ())
    assert analyse(final_design(), 0.0).saturation is None


def test_reads_go_to_linked_replicas_and_else_to_the_primary() -> None:
    topology = replicated(100.0, (replica("db-2"), replica("db-3")), write_share=20.0)
    rates = {one.node: one.arrivals_rps for one in analyse(topology).nodes}
    assert rates == pytest.approx({"web-1": 100, "db-1": 20, "db-2": 40, "db-3": 40})
    unlinked = edited(topology, RemoveLink(link="web-1_db-2"), RemoveLink(link="web-1_db-3"))
    theory = analyse(unlinked)
    assert node_of(theory, "db-1").arrivals_rps == 100
    applying = node_of(theory, "db-2")
    assert applying.arrivals_rps == 0
    assert applying.utilisation == pytest.approx(20e-3 / 4)
    alone = analyse(
        drawing(
            users(10.0), web(), replica("db-1"), link("users-1", "web-1"), link("web-1", "db-1")
        )
    )
    assert node_of(alone, "db-1").arrivals_rps == 10, "without a primary, it elects itself"


def test_the_single_lane_of_the_log_can_be_the_bottleneck() -> None:
    """Its one lane is used up long before many cores are."""
    slow = replica("db-2", apply_ms=20.0, cores=64)
    theory = analyse(replicated(100.0, (slow,), write_share=40.0, primary={"cores": 64}))
    assert theory.bottleneck is not None
    assert (theory.bottleneck.node, theory.bottleneck.resource) == ("db-2", "log")
    assert theory.bottleneck.utilisation == pytest.approx(0.8)
    assert theory.saturation is not None
    assert theory.saturation.factor == pytest.approx(1.25)


@pytest.mark.parametrize(
    ("parameters", "model"),
    [
        ({}, "M/M/1"),
        ({"distribution": "constant"}, "M/D/1"),
        ({"distribution": "lognormal", "scv": 2.0}, "M/G/1"),
        ({"distribution": "lognormal", "discipline": "processor_sharing"}, "M/G/1-PS"),
        ({"queue_limit": 9}, "M/M/1/10"),
        ({"queue_limit": 9, "discipline": "processor_sharing"}, "M/G/1/10-PS"),
        ({"cores": 2, "service_ms": 20.0}, "M/M/2"),
        ({"cores": 2, "service_ms": 20.0, "distribution": "constant"}, "M/D/2"),
        ({"distribution": "lognormal", "queue_limit": 0}, "M/G/1/1"),
        ({"cores": 2, "distribution": "hyperexponential", "queue_limit": 0}, "M/G/2/2"),
    ],
)
def test_each_station_names_the_closed_form_that_holds(
    parameters: dict[str, Value], model: str
) -> None:
    theory = analyse(edited(one_server(0.8), SetNode(node="web-1", parameters=parameters)))
    server = node_of(theory, "web-1")
    assert server.waiting is not None
    assert (server.waiting.model, server.waiting.quality) == (model, "exact")
    assert server.statement.en.startswith(f"{model}: ")
    assert server.statement.say("ko").startswith(f"{model}: ")


@pytest.mark.parametrize(
    ("topology", "name", "reason"),
    [
        (replicated(50.0), "db-2", "applies the log"),
        (replicated(50.0, ()), "db-1", "differ in their mean work (3 ms / 5 ms)"),
        (
            edited(
                one_server(0.8, 2),
                SetNode(node="web-1", parameters={"distribution": "lognormal"}),
            ),
            "web-1",
            "M/G/c",
        ),
        (
            edited(
                balanced(50.0),
                SetNode(node="web-1", parameters={"distribution": "constant"}),
            ),
            "web-1",
            "dealt out in turn",
        ),
        (library.load("load-balanced").topology, "db-1", "not each of them is Poisson"),
    ],
)
def test_each_station_without_a_closed_form_names_the_reason(
    topology: Topology, name: str, reason: str
) -> None:
    one = node_of(analyse(topology), name)
    assert one.statement.en.startswith("No closed form holds here")
    assert one.statement.say("ko").startswith("여기에 성립하는 닫힌 공식이 없습니다")
    assert reason in one.statement.en
    assert one.waiting is not None
    assert one.waiting.quality == "approximation"


def test_an_overloaded_station_has_no_mean_and_is_named() -> None:
    mixed: dict[str, Value] = {"read_ms": 10.0, "write_ms": 20.0, "cores": 1}
    theory = analyse(replicated(100.0, (), primary=mixed))
    primary = node_of(theory, "db-1")
    assert primary.utilisation == pytest.approx(1.2)
    assert primary.waiting is None
    assert "120 %" in primary.statement.en
    assert client_of(theory).latency_ms is None
    assert theory.saturation is not None
    assert theory.saturation.factor == pytest.approx(1 / 1.2)
    bounded = node_of(analyse(one_server(1.2, queue_limit=9)), "web-1").waiting
    assert bounded is not None
    assert bounded.refused == pytest.approx(0.19259, abs=5e-6)


def test_under_processor_sharing_each_class_is_prolonged_by_the_same_factor() -> None:
    """Under sharing every request is prolonged by the same factor, whatever its work."""
    shared: dict[str, Value] = {"discipline": "processor_sharing", "cores": 1}
    theory = analyse(
        replicated(100.0, (), write_share=50.0, primary=shared, server={"service_ms": 0.0})
    )
    primary = node_of(theory, "db-1").waiting
    assert primary is not None
    assert primary.quality == "exact"
    assert primary.time_of(3.0) == pytest.approx(3.0 / (1 - 0.4))
    assert primary.time_of(5.0) == pytest.approx(5.0 / (1 - 0.4))


def test_theory_gives_no_mean_when_users_give_up() -> None:
    hasty = SetNode(node="users-1", parameters={"patience_s": 0.5})
    client = client_of(analyse(edited(one_server(0.8), hasty)))
    assert client.latency_ms is None
    assert "give up" in client.statement.en


def test_theory_gives_no_steady_state_for_a_changing_load() -> None:
    spike = SetNode(node="users-1", parameters={"shape": "spike"})
    theory = analyse(edited(one_server(0.8), spike))
    assert theory.offered_rps == pytest.approx(80)
    assert any("no steady state" in text.en for text in theory.assumptions)
    assert client_of(theory).quality == "approximation"
    table = SetNode(node="users-1", parameters={"arrivals": "table", "rates": "0,10\n60,30"})
    theory = analyse(edited(one_server(0.8), table))
    assert theory.offered_rps == pytest.approx(30), "the last rate holds"
    assert client_of(theory).quality == "approximation"
    flat = SetNode(node="users-1", parameters={"rates": "0,30\n60,30"})
    assert client_of(analyse(edited(one_server(0.8), table, flat))).quality == "exact"


def test_theory_leaves_out_recorded_requests() -> None:
    trace: dict[str, Value] = {"arrivals": "recorded", "trace": "0.5,0,10\n1.5,1,20"}
    theory = analyse(edited(one_server(0.8), SetNode(node="users-1", parameters=trace)))
    assert theory.offered_rps == 0
    assert "played back" in node_of(theory, "web-1").statement.en
    assert "played back" in client_of(theory).statement.en


def test_a_theory_s_texts_are_said_in_every_language() -> None:
    said = theory_to_json(analyse(one_server(0.8)))
    statement = said["nodes"]["web-1"]["statement"]
    assert statement["en"].startswith("M/M/1: Poisson arrivals")
    assert statement["ko"].startswith("M/M/1: 포아송 도착")
    assert said["assumptions"][0].keys() == {"en", "ko"}
    assert json.loads(json.dumps(said)) == said


# Anything that can be drawn.


def _texts(value: Any) -> list[dict[str, str]]:
    if isinstance(value, dict):
        found = [value] if set(value) == set(LANGUAGES) else []
        return found + [text for one in value.values() for text in _texts(one)]
    return [text for one in value for text in _texts(one)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", ["cache-stampede", "two-regions", "final-design"])
def test_a_drawing_without_some_of_its_nodes_has_a_theory(name: str) -> None:
    """Whatever is not there: the others then have nobody to ask, or nobody who asks."""
    whole = library.load(name).topology
    for gone in (gone for n in (1, 2) for gone in combinations(whole.nodes, n)):
        analyse(edited(whole, *(RemoveNode(node=one.id) for one in gone)))


@settings(max_examples=300, deadline=None)
@given(topologies(nodes_max=10))
def test_every_drawing_has_a_theory(topology: Topology) -> None:
    theory = analyse(topology)
    said = theory_to_json(theory)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    known = {*said["clients"], *map(owner_of, said["nodes"])}
    assert known == {one.id for one in topology.nodes}
    assert len(_texts(said)) == sum(map(len, (theory.clients, theory.nodes, theory.assumptions)))
    for text in _texts(said):
        assert text["en"].endswith(".")
        assert text["ko"].endswith(".")
    for one in theory.nodes:
        assert one.utilisation >= 0
        if one.waiting:
            assert one.waiting.wait_ms >= -1e-9 * one.waiting.time_ms
            assert 0 <= one.waiting.refused <= 1
    if theory.bottleneck and theory.saturation:
        assert theory.saturation.factor > 0
