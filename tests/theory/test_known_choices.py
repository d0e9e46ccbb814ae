"""Theory knows every choice of every parameter, and claims nothing exact about one that it does not
know.
"""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import pytest

from app.schema import Kind, Parameter, Role
from app.texts.text import Text
from app.theory.analysis import Theory, analyse
from app.theory.choices.known_choices import (
    DISTINGUISHED,
    WHEN_UP_NO_DIFFERENCE,
    is_known,
    unknown_choice,
)
from app.theory.choices.no_closed_form import paced
from app.theory.clients.offered_load import offer_of
from app.theory.queues.streams import Arrivals
from app.theory.traffic.cache_hits import misses_of
from app.theory.traffic.load_balancing import deal
from app.topology.model import Topology
from tests.contracts.test_parameters import label
from tests.support.drawings import balanced, drawing, edited, node, users
from tests.support.theory.closed_forms import CHOICES, changed, exact_store, exact_web, where

INVENTED = "invented"


def exact_claims(theory: Theory) -> dict[str, list[str]]:
    """What theory claims to be exact, by node."""
    found: dict[str, list[str]] = {}
    for one in theory.nodes:
        waiting = one.waiting is not None and one.waiting.quality == "exact"
        found[one.node] = [*["waiting"] * waiting, *["traffic"] * (one.traffic == "exact")]
    for client in theory.clients:
        found[client.node] = ["mean"] if client.quality == "exact" else []
    return found


def statements(theory: Theory) -> dict[str, Text]:
    nodes = {one.node: one.statement for one in theory.nodes}
    return nodes | {one.node: one.statement for one in theory.clients}


def test_a_closed_form_holds_everywhere_in_the_drawings_that_choices_are_invented_in() -> None:
    for topology in (exact_web(), exact_store()):
        for one in topology.nodes:
            wanted = ["mean"] if one.spec.role is Role.SENDS else ["waiting", "traffic"]
            assert exact_claims(analyse(topology))[one.id] == wanted, one.id


@pytest.mark.parametrize(("kind", "parameter"), CHOICES, ids=label)
def test_every_choice_is_known(kind: Kind, parameter: Parameter) -> None:
    for choice in parameter.choices:
        assert is_known(parameter.name, choice.name), choice.name


def test_no_choice_is_known_that_there_is_not() -> None:
    there = {(one.name, choice.name) for _, one in CHOICES for choice in one.choices}
    for names in (DISTINGUISHED, WHEN_UP_NO_DIFFERENCE):
        known = {(name, choice) for name, choices in names.items() for choice in choices}
        assert known <= there
    assert not DISTINGUISHED.keys() & WHEN_UP_NO_DIFFERENCE.keys()


@pytest.mark.parametrize(("kind", "parameter"), CHOICES, ids=label)
def test_an_invented_choice_leaves_no_exact_figure_where_it_is_felt(
    kind: Kind, parameter: Parameter
) -> None:
    topology, name = where(kind, parameter)
    assert unknown_choice(topology.node(name)) is None
    invented = changed(topology, name, parameter.name, INVENTED)
    theory = analyse(invented)
    behind = nx.descendants(topology.graph, name)
    before = nx.ancestors(topology.graph, name) | {name}
    claims = exact_claims(theory)
    for one in (name, *behind):
        assert claims[one] == [], one
    for client in topology.of_role(Role.SENDS):
        if client.id in before:
            assert claims[client.id] == []
            assert f"“{INVENTED}”" in statements(theory)[client.id].en
    for text in statements(theory)[name].en, statements(theory)[name].say("ko"):
        assert f"“{INVENTED}”" in text
    assert f"“{parameter.label.en}”" in statements(theory)[name].en
    if theory.saturation and name in before - behind and kind.role is not Role.SENDS:
        assert theory.saturation.quality == "approximation"


@pytest.mark.parametrize("closed", ["lb-1", "web-2", "db-1", "db-2"])
def test_a_closed_loop_over_an_invented_choice_is_not_exact(closed: str) -> None:
    topology = changed(exact_web(), "users-1", "arrivals", "closed")
    assert exact_claims(analyse(topology))["users-1"] == ["mean"]
    theory = analyse(changed(topology, closed, "distribution", INVENTED))
    assert not any(exact_claims(theory).values())


def test_a_choice_on_another_s_machine_is_felt() -> None:
    """The first node on a machine says how its cores are used, though nobody asks it."""
    topology = edited(exact_web(), node("web_server", "idle"))
    mates = (
        replace(one, groups={"machine": "box"}) if one.id in ("idle", "web-1") else one
        for one in sorted(topology.nodes, key=lambda one: one.id != "idle")
    )
    together = Topology.of(mates, topology.links)
    assert exact_claims(analyse(together))["web-1"] == ["waiting", "traffic"]
    assert not exact_claims(analyse(changed(together, "idle", "discipline", INVENTED)))["web-1"]


def test_an_invented_choice_leaves_exact_figures_in_front_of_it() -> None:
    theory = analyse(changed(exact_web(), "db-1", "fencing", INVENTED))
    assert exact_claims(theory)["lb-1"] == ["waiting", "traffic"]
    algorithm = analyse(changed(exact_web(), "lb-1", "algorithm", INVENTED))
    assert not any(exact_claims(algorithm).values()), "not even that they share the traffic evenly"


@pytest.mark.parametrize("name", ["algorithm", "sticky", "check_type"])
def test_a_balancer_deals_nothing_out_by_a_choice_that_is_not_known(name: str) -> None:
    topology = changed(balanced(100.0), "lb-1", name, INVENTED)
    balancer = topology.node("lb-1")
    _, arrivals = deal(topology, balancer, topology.links_from("lb-1"), Arrivals())
    assert (arrivals.shape, arrivals.estimated) == (None, True)
    assert arrivals.doubt
    assert INVENTED in arrivals.doubt.en


@pytest.mark.parametrize("name", ["read_routing", "write_routing"])
def test_a_server_asks_by_no_choice_that_is_not_known(name: str) -> None:
    server = changed(balanced(100.0), "web-1", name, INVENTED).node("web-1")
    pace = paced(server, reads_back=False)
    assert pace
    assert pace.estimated
    assert INVENTED in pace.doubt.en


def test_users_and_caches_do_nothing_that_is_not_known() -> None:
    topology = drawing(users(10.0), node("cache", "cache-1"))
    client = changed(topology, "users-1", "arrivals", INVENTED).node("users-1")
    offer = offer_of(client, 1.0)
    assert (offer.rate, offer.arrivals.shape) == (0.0, None)
    assert offer.arrivals.doubt
    assert INVENTED in offer.arrivals.doubt.en
    cache = changed(topology, "cache-1", "single_flight", INVENTED).node("cache-1")
    assert INVENTED in misses_of(cache).en
