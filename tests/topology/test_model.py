"""The drawing: groups of databases, paths of the log, addresses, problems."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.texts.languages import LANGUAGES
from app.topology.edits.apply import AddNode, RemoveLink, RemoveNode, SetNode
from app.topology.model import NODES_MAX, Topology
from app.topology.paths.addresses import addresses
from app.topology.reachability import is_public
from app.topology.validation.validation import problems
from tests.support.drawings import drawing, edited, final_design, link, node, replica, users, web
from tests.support.generated.drawings import topologies


def groups(topology: Topology) -> list[list[str]]:
    return [[one.id for one in group] for group in topology.database_groups()]


def found(topology: Topology) -> list[tuple[str, str, str]]:
    """Codes and places of a drawing's problems, which have words in every language."""
    said = problems(topology)
    for one in said:
        for language in LANGUAGES:
            assert one.text.say(language).strip()
    return [(one.code, one.node, one.link) for one in said]


def test_a_drawing_lists_its_nodes_and_links() -> None:
    topology = final_design()
    assert [one.id for one in topology.of_kind("web_server")] == ["web-1", "web-2"]
    assert topology.node("db-2").parameters["role"] == "replica"
    assert topology.link("lb-1_web-2").target == "web-2"
    assert topology.link_between("web-1", "db-3") == topology.link("web-1_db-3")
    assert topology.link_between("db-3", "web-1") is None
    assert [one.target for one in topology.links_from("lb-1")] == ["web-1", "web-2"]
    assert {one.id for one in topology.links_at("db-2")} == {
        "web-1_db-2", "web-2_db-2", "db-1_db-2",
    }  # fmt: skip
    assert not topology.has_node("db-4")
    for wrong in (lambda: topology.node("db-4"), lambda: topology.link("link-4")):
        with pytest.raises(KeyError):
            wrong()


def test_a_drawing_is_immutable() -> None:
    topology = final_design()
    with pytest.raises(nx.NetworkXError):
        topology.graph.remove_node("db-1")
    with pytest.raises(AttributeError):
        topology.nodes[0].name = "other"  # type: ignore[misc]


def test_linked_databases_form_a_group_whatever_the_direction() -> None:
    topology = drawing(
        *(node("database", f"db-{number}") for number in range(1, 7)),
        web(),
        link("db-5", "db-2"),
        link("db-2", "db-6"),
        link("db-4", "db-1"),
        link("web-1", "db-1"),
        link("web-1", "db-2"),
    )
    assert groups(topology) == [["db-1", "db-4"], ["db-2", "db-5", "db-6"], ["db-3"]]
    apart = edited(topology, RemoveLink(link="db-5_db-2"))
    assert groups(apart) == [["db-1", "db-4"], ["db-2", "db-6"], ["db-3"], ["db-5"]]
    assert groups(edited(topology, RemoveNode(node="db-2")))[1:] == [["db-3"], ["db-5"], ["db-6"]]


@given(topologies())
def test_every_database_is_in_one_group(topology: Topology) -> None:
    members = [one for group in groups(topology) for one in group]
    assert sorted(members) == sorted(one.id for one in topology.of_kind("database"))


def test_the_log_takes_the_fastest_path() -> None:
    """A chain of 1 + 2 ms is faster than 10 ms straight; the way back is as long."""
    topology = drawing(
        *(node("database", f"db-{number}") for number in range(1, 5)),
        link("db-1", "db-2", 1.0),
        link("db-2", "db-3", 2.0),
        link("db-1", "db-3", 10.0),
        link("db-4", "db-3", 0.5),
    )
    (group,) = topology.database_groups()
    latency = topology.replication_latency_ms(group)
    expected = {(1, 2): 1.0, (1, 3): 3.0, (1, 4): 3.5, (2, 3): 2.0, (2, 4): 2.5, (3, 4): 0.5}
    for (one, other), ms in expected.items():
        assert latency[f"db-{one}", f"db-{other}"] == ms
        assert latency[f"db-{other}", f"db-{one}"] == ms
    for member in group:
        assert latency[member.id, member.id] == 0.0
    assert len(latency) == 16


def test_addresses_are_of_the_network_that_a_node_is_in() -> None:
    shown = {name: str(one) for name, one in addresses(final_design()).items()}
    assert shown == {
        "dns-1": "203.0.113.10",
        "lb-1": "203.0.113.11",
        "web-1": "10.0.1.11",
        "web-2": "10.0.1.12",
        "db-1": "10.0.2.11",
        "db-2": "10.0.2.12",
        "db-3": "10.0.2.13",
    }
    public = edited(final_design(), SetNode(node="web-2", parameters={"exposure": "public"}))
    assert str(addresses(public)["web-2"]) == "203.0.113.12"
    assert is_public(public.node("web-2"))
    assert not is_public(public.node("web-1"))


@given(st.data(), topologies())
def test_addresses_are_unique_and_stay_while_others_come(
    data: st.DataObject, topology: Topology
) -> None:
    before = addresses(topology)
    assert before.keys() == {one.id for one in topology.nodes if one.kind != "client"}
    assert len(set(before.values())) == len(before)
    kind = data.draw(st.sampled_from(["dns", "load_balancer", "web_server", "database"]))
    after = addresses(edited(topology, AddNode(kind=kind, id="newcomer")))
    assert {name: after[name] for name in before} == before
    for name, address in after.items():
        node = edited(topology, AddNode(kind=kind, id="newcomer")).node(name)
        assert address.is_private == (not is_public(node)) or str(address).startswith("203.0.113.")


def test_the_largest_drawing_fits_its_subnets() -> None:
    for kind in ("dns", "web_server", "database"):
        full = addresses(drawing(*(AddNode(kind=kind) for _ in range(NODES_MAX))))
        assert len({str(one).rpartition(".")[0] for one in full.values()}) == 1
        assert len(set(full.values())) == NODES_MAX


def test_the_final_design_has_no_problems() -> None:
    assert found(final_design()) == []
    assert found(Topology()) == []


def test_problems_name_the_node_or_link_concerned() -> None:
    topology = drawing(
        users(1.0, "users-1"),
        users(1.0, "users-2"),
        users(1.0, "users-3"),
        node("dns", "dns-1"),
        node("load_balancer", "lb-1"),
        node("load_balancer", "lb-2", exposure="private"),
        node("load_balancer", "lb-3"),
        node("web_server", "web-1"),
        link("users-1", "web-1"),
        link("users-2", "dns-1"),
        link("users-3", "lb-1"),
        link("users-3", "lb-2"),
        replica("db-1"),
        node("database", "db-2"),
        node("database", "db-3"),
        node("database", "db-4"),
        link("db-2", "db-3"),
        link("db-3", "db-4"),
    )
    assert found(topology) == [
        ("private_address", "web-1", "users-1_web-1"),
        ("private_address", "lb-2", "users-3_lb-2"),
        ("no_endpoint", "users-2", ""),
        ("no_server", "lb-1", ""),
        ("no_server", "lb-2", ""),
        ("no_primary", "db-1", ""),
        ("two_primaries", "db-3", ""),
        ("two_primaries", "db-4", ""),
    ]


@given(topologies())
def test_problems_of_any_random_drawing_name_things_on_it(topology: Topology) -> None:
    """Problems are shown on the drawing, so they name things that are on it."""
    nodes, links = {one.id for one in topology.nodes}, {one.id for one in topology.links}
    for code, node_id, link_id in found(topology):
        assert code
        assert node_id in nodes
        assert link_id in links | {""}
    latencies = [
        topology.replication_latency_ms(group).values() for group in topology.database_groups()
    ]
    assert all(ms >= 0.0 for group in latencies for ms in group)
