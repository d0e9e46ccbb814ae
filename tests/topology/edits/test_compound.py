"""Compound edits: what a person does in one go, and what it comes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.topology.edits.apply import (
    AddLinked,
    AddNode,
    Batch,
    Duplicate,
    EditError,
    InsertNode,
    Tidy,
    apply,
)
from app.topology.edits.compound import next_name
from app.topology.edits.places import CARD_HEIGHT, CARD_WIDTH, free_place
from app.topology.model import Topology
from app.topology.nodes import Node
from tests.support.drawings import drawing, link
from tests.support.generated.drawings import topologies

LINE = drawing(
    AddNode(kind="client", id="users-1", x=0, y=100),
    AddNode(kind="web_server", id="web-1", x=250, y=100, parameters={"service_ms": 7}),
    AddNode(kind="database", id="db-1", x=500, y=100, name="Orders"),
    link("users-1", "web-1"),
    link("web-1", "db-1"),
)


def ends(topology: Topology) -> set[tuple[str, str]]:
    return set(topology.ends.values())


def overlap(a: Node, b: Node) -> bool:
    return abs(a.x - b.x) < CARD_WIDTH and abs(a.y - b.y) < CARD_HEIGHT


def apart(topology: Topology) -> bool:
    nodes = topology.nodes
    return not any(overlap(a, b) for i, a in enumerate(nodes) for b in nodes[:i])


def test_a_node_is_inserted_into_a_link_and_what_follows_makes_room() -> None:
    first = LINE.links[0].id
    after, resolved, _ = apply(LINE, InsertNode(link=first, kind="load_balancer", x=125, y=100))
    assert ends(after) == {("users-1", "lb-1"), ("lb-1", "web-1"), ("web-1", "db-1")}
    assert isinstance(resolved, Batch)
    assert resolved.sense == "insert"
    assert apart(after)
    places = {node.id: node.x for node in after.nodes}
    assert places["users-1"] < places["lb-1"] < places["web-1"] < places["db-1"]
    assert places["db-1"] - places["web-1"] == 250


def test_a_free_place_that_was_wished_for_is_kept() -> None:
    first = LINE.links[0].id
    after, _, _ = apply(LINE, InsertNode(link=first, kind="load_balancer", x=125, y=400))
    node = after.node("lb-1")
    assert (node.x, node.y) == (125, 400)
    assert after.node("web-1").x == 250


def test_a_kind_that_does_not_fit_a_link_is_refused() -> None:
    outer, inner = (one.id for one in LINE.links)
    for edit in (InsertNode(link=outer, kind="cache"), InsertNode(link=inner, kind="dns")):
        with pytest.raises(EditError) as refused:
            apply(LINE, edit)
        assert refused.value.field == "kind"


def test_a_link_of_users_keeps_its_latency_and_the_one_inside_does_not() -> None:
    start = drawing(
        AddNode(kind="client", id="users-1"),
        AddNode(kind="web_server", id="web-1"),
        link("users-1", "web-1", latency_ms=35),
    )
    after, _, _ = apply(start, InsertNode(link=start.links[0].id, kind="load_balancer"))
    latencies = {one.target: one.latency_ms for one in after.links}
    assert latencies == {"lb-1": 35.0, "web-1": 0.25}


def test_a_link_between_databases_takes_over_both_ways() -> None:
    start = drawing(
        AddNode(kind="database", id="db-1"),
        AddNode(kind="database", id="db-2"),
        link("db-1", "db-2", latency_ms=35),
    )
    after, _, _ = apply(start, InsertNode(link=start.links[0].id, kind="database"))
    assert {one.latency_ms for one in after.links} == {35.0}


def test_a_new_node_is_linked_whichever_way_fits() -> None:
    after, _, _ = apply(LINE, AddLinked(node="web-1", kind="cache"))
    assert ("web-1", "cache-1") in ends(after)
    after, _, _ = apply(after, AddLinked(node="web-1", kind="load_balancer"))
    assert ("lb-1", "web-1") in ends(after)
    assert after.node("lb-1").x < after.node("web-1").x < after.node("cache-1").x
    assert apart(after)
    with pytest.raises(EditError) as refused:
        apply(after, AddLinked(node="users-1", kind="cache"))
    assert refused.value.field == "kind"


def test_copies_have_the_links_settings_and_groups_of_what_they_copy() -> None:
    after, resolved, _ = apply(LINE, Duplicate(nodes=("web-1", "db-1"), dx=0, dy=120))
    assert ends(after) - ends(LINE) == {("users-1", "web-2"), ("web-2", "db-2")}
    assert after.node("web-2").parameters == LINE.node("web-1").parameters
    assert (after.node("web-2").name, after.node("db-2").name) == ("web-2", "Orders 2")
    assert (after.node("db-2").x, after.node("db-2").y) == (500, 220)
    assert isinstance(resolved, Batch)
    assert resolved.sense == "duplicate"


def test_a_tidy_drawing_flows_from_left_to_right() -> None:
    start = drawing(
        *(
            AddNode(kind=kind, id=name, x=0, y=0)
            for kind, name in (
                ("database", "db-1"),
                ("database", "db-2"),
                ("web_server", "web-1"),
                ("web_server", "web-2"),
                ("load_balancer", "lb-1"),
                ("client", "users-1"),
                ("dns", "dns-1"),
            )
        ),
        link("users-1", "dns-1"),
        link("users-1", "lb-1"),
        *(link("lb-1", web) for web in ("web-1", "web-2")),
        *(link(web, "db-1") for web in ("web-1", "web-2")),
        link("db-1", "db-2"),
    )
    after, resolved, inverse = apply(start, Tidy())
    assert isinstance(resolved, Batch)
    assert apart(after)
    columns = {node.id: node.x for node in after.nodes}
    assert columns["users-1"] < columns["lb-1"] < columns["web-1"] < columns["db-1"]
    assert columns["db-1"] == columns["db-2"]
    assert columns["dns-1"] == columns["lb-1"]
    assert apply(after, inverse)[0].nodes == start.nodes


@given(topologies())
def test_tidy_cards_never_lie_on_each_other(topology: Topology) -> None:
    if topology.nodes:
        assert apart(apply(topology, Tidy())[0])


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("Shop", ["Shop"], "Shop 2"),
        ("Shop 2", ["Shop", "Shop 2", "Shop 3"], "Shop 4"),
        ("web-1", ["web-1"], "web-2"),
        ("Other", ["Shop"], "Other"),
        ("x" * 60, ["x" * 60], f"{'x' * 58} 2"),
    ],
)
def test_a_copy_has_a_name_of_its_own(name: str, taken: list[str], expected: str) -> None:
    assert next_name(name, taken) == expected


PLACES = st.tuples(st.integers(-300, 300), st.integers(-300, 300))


@given(st.lists(PLACES, max_size=12), PLACES)
def test_a_free_place_is_free(places: list[tuple[int, int]], want: tuple[int, int]) -> None:
    nodes = [
        Node(f"web-{number}", "web_server", "w", x, y, "", {})
        for number, (x, y) in enumerate(places)
    ]
    x, y = free_place(nodes, *want)
    assert not any(overlap(node, Node("new", "web_server", "w", x, y, "", {})) for node in nodes)
