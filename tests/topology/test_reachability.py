"""Private networks: reachability, peerings and ways out."""

import pytest

from app.schema import Value
from app.theory.analysis import analyse
from app.topology.edits.apply import AddNode, AddPeering, EditError, RemovePeering, SetGroups, apply
from app.topology.model import PEERINGS_MAX, Topology
from app.topology.paths.addresses import addresses
from app.topology.validation.validation import problems
from tests.support.drawings import balanced, drawing, edited, final_design, link, node, users, web


def place(network: str, *names: str) -> list[SetGroups]:
    return [SetGroups(node=name, groups={"network": network}) for name in names]


def hindrances(topology: Topology) -> dict[str, str]:
    """Every link that does not work, and why."""
    return {one.id: why for one in topology.links if (why := topology.hindrance(one))}


def office(*, exposure: str, **client: Value) -> Topology:
    """Users in the office, a balancer in the data centre, a server behind it in a third network."""
    topology = drawing(
        users(1.0, "users-1", **client),
        node("load_balancer", "lb-1", exposure=exposure),
        node("web_server", "web-1"),
        link("users-1", "lb-1"),
        link("lb-1", "web-1"),
    )
    return edited(
        topology, *place("office", "users-1"), *place("front", "lb-1"), *place("back", "web-1")
    )


def test_nodes_without_a_network_share_one() -> None:
    assert hindrances(final_design()) == {}
    inside = edited(final_design(), *place("inside", "web-1", "web-2", "db-1", "db-2", "db-3"))
    assert hindrances(inside) == {
        "lb-1_web-1": "other_network",
        "lb-1_web-2": "other_network",
    }
    assert hindrances(edited(inside, *place("inside", "lb-1"))) == {}


def test_users_inside_a_network_do_not_reach_public_addresses_without_a_nat() -> None:
    inside = edited(final_design(), *place("office", "users-1"))
    assert hindrances(inside) == {"users-1_dns-1": "no_way_out", "users-1_lb-1": "no_way_out"}


@pytest.mark.parametrize(
    ("exposure", "nat", "first"),
    [
        ("public", "no", "no_way_out"),
        ("public", "yes", ""),
        ("private", "no", "other_network"),
        ("private", "yes", "other_network"),
    ],
)
def test_a_nat_leads_to_public_addresses_only(exposure: str, nat: str, first: str) -> None:
    found = hindrances(office(exposure=exposure, nat=nat))
    assert found.get("users-1_lb-1", "") == first
    assert found["lb-1_web-1"] == "other_network"


def test_peering_joins_two_networks_and_leads_no_further() -> None:
    chain = edited(
        office(exposure="private"),
        AddPeering(networks=("office", "front")),
        AddPeering(networks=("front", "back")),
    )
    assert chain.peerings == (("back", "front"), ("front", "office"))
    assert chain.peers_of("front") == ("back", "office")
    assert hindrances(chain) == {}
    far = edited(chain, link("users-1", "web-1"))
    assert hindrances(far) == {"users-1_web-1": "other_network"}
    # Nor does a peer's way out serve its neighbours.
    assert hindrances(edited(far, *place("elsewhere", "lb-1"))).keys() == {
        "users-1_lb-1",
        "lb-1_web-1",
        "users-1_web-1",
    }


def test_public_addresses_are_reached_from_everywhere_that_has_a_way_out() -> None:
    topology = drawing(
        users(1.0),
        node("load_balancer", "lb-1", exposure="public"),
        node("load_balancer", "lb-2", exposure="private"),
        node("load_balancer", "lb-3", exposure="private", nat="yes"),
        node("web_server", "web-1", exposure="public"),
        link("users-1", "web-1"),
        *(link(f"lb-{number}", "web-1") for number in (1, 2, 3)),
    )
    apart = edited(topology, *place("a", "lb-1", "lb-2", "lb-3"), *place("b", "web-1"))
    assert hindrances(apart) == {"lb-2_web-1": "no_way_out"}


def test_a_replica_that_cannot_reach_its_primary_is_in_no_group_with_it() -> None:
    apart = edited(final_design(), *place("far", "db-3"))
    groups = [{one.id for one in group} for group in apart.database_groups()]
    assert groups == [{"db-1", "db-2"}, {"db-3"}]
    cut = ("web-1_db-3", "web-2_db-3", "db-1_db-3")
    assert hindrances(apart) == dict.fromkeys(cut, "other_network")


def test_every_link_that_cannot_work_is_a_problem_that_says_why() -> None:
    topology = edited(
        office(exposure="public"),
        node("client", "users-2"),
        link("users-2", "web-1"),
        node("database", "db-1"),
        node("database", "db-2", "read_replica"),
        link("web-1", "db-1"),
        link("db-1", "db-2"),
        *place("vault", "db-1"),
    )
    found = {one.link: one for one in problems(topology) if one.link}
    assert {name: one.code for name, one in found.items()} == {
        "users-1_lb-1": "no_way_out",
        "lb-1_web-1": "other_network",
        "web-1_db-1": "other_network",
        "users-2_web-1": "private_address",
        "db-1_db-2": "other_network",
    }
    assert found["lb-1_web-1"].text.en == (
        "lb-1 cannot reach web-1: its address is private to the network “back”, which the network "
        "“front” does not peer with. Connections on this link fail, and so do health checks."
    )
    assert "NAT" in found["users-1_lb-1"].text.en
    assert "Nothing is replicated." in found["db-1_db-2"].text.en
    for one in found.values():
        assert one.text.say("ko")
        assert one.text.say("ko") != one.text.en


def test_every_network_has_addresses_of_its_own() -> None:
    shown = {name: str(one) for name, one in addresses(office(exposure="public")).items()}
    # The office is the first network, the front the second.
    assert shown == {"lb-1": "203.0.113.10", "web-1": "10.3.1.11"}


def test_peerings_are_edits() -> None:
    after, resolved, inverse = apply(Topology(), AddPeering(networks=("b ", "a")))
    assert after.peerings == (("a", "b"),)
    assert resolved == AddPeering(networks=("a", "b"))
    assert inverse == RemovePeering(networks=("a", "b"))
    back, _, again = apply(after, inverse)
    assert back.peerings == ()
    assert apply(back, again)[0].peerings == after.peerings
    # They stay whatever else is drawn.
    drawn = edited(after, AddNode(kind="dns", id="dns-1"), *place("a", "dns-1"))
    assert drawn.peerings == after.peerings


def test_peerings_that_cannot_be_are_refused() -> None:
    topology = edited(Topology(), AddPeering(networks=("a", "b")))
    full = edited(
        topology,
        *(AddPeering(networks=("a", f"c{number}")) for number in range(PEERINGS_MAX - 1)),
    )
    for start, edit in (
        (topology, AddPeering(networks=("a", "a"))),
        (topology, AddPeering(networks=("b", "a"))),
        (topology, RemovePeering(networks=("a", "c"))),
        (full, AddPeering(networks=("a", "z"))),
    ):
        with pytest.raises(EditError) as refused:
            apply(start, edit)
        assert refused.value.field == "networks"


def test_theory_leaves_out_what_cannot_be_reached() -> None:
    """Checks take the server in the other network out, so the other one does all the work."""
    topology = edited(balanced(200.0), *place("far", "web-2"))
    found = {one.node: one.arrivals_rps for one in analyse(topology).nodes}
    assert found == {"lb-1": 200.0, "web-1": 200.0, "web-2": 0.0}
    blind = edited(final_design(), *place("vault", "db-1", "db-2", "db-3"))
    theory = analyse(blind)
    assert {one.arrivals_rps for one in theory.nodes if one.node.startswith("db")} == {0.0}
    assert theory.clients[0].latency_ms is None
    inside = analyse(edited(final_design(600.0), *place("office", "users-1")))
    assert inside.clients[0].unreachable_rps == 600.0


def test_an_unreachable_name_server_leaves_no_closed_form() -> None:
    topology = edited(
        drawing(
            users(100.0),
            node("dns", "dns-1"),
            node("dns", "dns-2"),
            web(),
            *(link("users-1", name) for name in ("dns-1", "dns-2", "web-1")),
        ),
        *place("office", "users-1", "dns-1", "web-1"),
    )
    (server,) = [one for one in analyse(topology).nodes if one.node == "web-1"]
    assert server.waiting is not None
    assert server.waiting.quality == "approximation"
    assert "cannot be reached" in server.statement.en
