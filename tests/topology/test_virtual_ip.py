"""Balancers that share an address, on the drawing and in theory."""

import pytest

from app.theory.analysis import analyse
from app.topology.edits.apply import SetGroups, SetNode
from app.topology.model import Topology
from app.topology.paths.routing import answering
from app.topology.validation.validation import problems
from tests.support.drawings import drawing, edited, link, node, users


def pair() -> Topology:
    topology = drawing(
        users(200.0),
        *(node("load_balancer", name) for name in ("lb-1", "lb-2")),
        node("web_server", "web-1"),
        *(link("users-1", name) for name in ("lb-1", "lb-2")),
        *(link(name, "web-1") for name in ("lb-1", "lb-2")),
    )
    return edited(
        topology, *(SetGroups(node=name, groups={"virtual_ip": "a"}) for name in ("lb-1", "lb-2"))
    )


def priority(name: str, value: int) -> SetNode:
    return SetNode(node=name, parameters={"vrrp_priority": value})


def test_the_highest_priority_answers_and_among_equals_the_higher_address() -> None:
    assert answering(pair(), "lb-1").id == answering(pair(), "lb-2").id == "lb-2"
    first = edited(pair(), priority("lb-1", 101))
    assert answering(first, "lb-1").id == answering(first, "lb-2").id == "lb-1"
    assert answering(first, "web-1").id == "web-1"


def test_all_traffic_of_the_address_is_the_masters() -> None:
    theory = analyse(edited(pair(), priority("lb-1", 200)))
    found = {one.node: one for one in theory.nodes}
    assert {name: one.arrivals_rps for name, one in found.items()} == {
        "lb-1": pytest.approx(200.0),
        "lb-2": 0.0,
        "web-1": pytest.approx(200.0),
    }
    # It is one address: its stream is not dealt out, so it stays Poisson.
    waiting = found["lb-1"].waiting
    assert waiting is not None
    assert (waiting.model, waiting.quality) == ("M/M/2", "exact")
    assert theory.clients[0].quality == "exact"


def test_two_balancers_without_a_virtual_ip_get_half_of_the_traffic_each() -> None:
    apart = edited(pair(), SetGroups(node="lb-2", groups={"virtual_ip": ""}))
    found = {one.node: one.arrivals_rps for one in analyse(apart).nodes}
    assert found["lb-1"] == found["lb-2"] == 100.0


def test_different_advert_intervals_of_a_virtual_ip_are_a_problem() -> None:
    assert problems(pair()) == ()
    apart = edited(pair(), SetNode(node="lb-2", parameters={"advert_interval_s": 2.0}))
    (found,) = problems(apart)
    assert (found.code, found.node) == ("two_masters", "lb-2")
