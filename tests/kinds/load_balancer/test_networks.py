"""Private networks in a run: unreachable nodes fail requests, and checks find that out."""

import pytest

from app.topology.edits.apply import AddPeering, RemovePeering, SetGroups, SetNode
from tests.support.drawings import balanced, drawing, edited, final_design, link, node, users, web
from tests.support.runs import Run
from tests.support.statistics.samples import seeds


def place(network: str, *names: str) -> list[SetGroups]:
    return [SetGroups(node=name, groups={"network": network}) for name in names]


def test_a_balancer_takes_a_server_in_an_unreachable_network_out_after_its_checks() -> None:
    """It trusts a server until 3 checks 2 s apart have failed: 4 to 6 s. Until then each second
    request fails, as unreachable; nobody told it.
    """
    apart = edited(balanced(200.0), *place("far", "web-2"))
    for seed in seeds(10):
        run = Run(apart, seed).to(3.9)
        before = run.read()
        assert before.failures_by_outcome() == {"unreachable": before.failed}
        assert before.failed == pytest.approx(before.offered / 2, abs=10)
        run.to(6.5)
        (found,) = run.incidents("marked_down")
        assert (found.node, found.other) == ("lb-1", "web-2")
        assert 4.0 <= found.at_ns / 1e9 <= 6.01
        window = run.watch(10.0)
        assert window.failed == 0
        assert window.node("web-2")["rps"] == 0.0
        assert run.node("web-2")["served"] == 0


def test_adding_a_peering_brings_a_server_back_and_removing_it_takes_it_out() -> None:
    apart = edited(
        balanced(200.0), *place("front", "lb-1"), *place("back", "web-1"), *place("front", "web-2")
    )
    run = Run(apart).to(20.0)
    assert run.watch(5.0).link_rps("lb-1_web-1") == 0.0
    run.edit(AddPeering(networks=("front", "back")))
    # Two checks have to pass.
    run.on(4.5)
    assert run.incidents("marked_up")
    window = run.watch(10.0)
    assert window.failed == 0
    assert window.link_rps("lb-1_web-1") == pytest.approx(window.link_rps("lb-1_web-2"), rel=0.05)
    run.edit(RemovePeering(networks=("front", "back")))
    window = run.watch(2.0)
    assert window.failures.keys() == {"unreachable"}
    assert window.failed == pytest.approx(window.offered / 2, abs=10)
    assert run.on(4.5).watch(5.0).failed == 0


def test_a_server_cannot_ask_a_database_in_another_network() -> None:
    drawn = drawing(
        users(200.0),
        web(),
        node("database", "db-1"),
        link("users-1", "web-1"),
        link("web-1", "db-1"),
    )
    run = Run(edited(drawn, *place("vault", "db-1"))).to(30.0)
    read = run.read()
    assert read.completed == 0
    assert read.failures_by_outcome().keys() == {"unreachable", "no_database"}
    assert run.node("db-1")["served"] == 0
    run.edit(*place("vault", "web-1"))
    window = run.on(10.0).watch(5.0)
    assert window.failed == 0
    assert window.completed == pytest.approx(1000, rel=0.15)


def test_a_quorum_is_asked_of_reachable_databases_only() -> None:
    topology = edited(
        final_design(300.0),
        *(SetNode(node=name, parameters={"read_replies": 2}) for name in ("web-1", "web-2")),
        *place("far", "db-3"),
    )
    run = Run(topology).to(30.0)
    assert run.node("db-3")["served"] == 0
    assert run.watch(5.0).failed == 0


def test_a_replica_in_another_network_gets_no_log() -> None:
    run = Run(edited(final_design(300.0), *place("far", "db-3"))).to(20.0)
    assert run.node("db-2")["lag_s"] is not None
    assert run.node("db-3")["served"] == 0
    received = dict(
        zip(
            [run.read().node_ids[one["node"]] for one in run.read().databases],
            run.read().databases["received"].tolist(),
            strict=True,
        )
    )
    assert received["db-2"] > 500
    assert received["db-3"] == 0


def test_users_inside_a_network_reach_its_nodes_and_public_ones_through_a_nat() -> None:
    inside = edited(
        drawing(users(200.0), web(), link("users-1", "web-1")), *place("office", "users-1")
    )
    run = Run(inside).to(5.0)
    assert run.read().failures_by_outcome() == {"unreachable": run.read().offered}
    run.edit(SetNode(node="users-1", parameters={"nat": "yes"}))
    assert run.on(0.5).watch(5.0).failed == 0
    run.edit(SetNode(node="users-1", parameters={"nat": "no"}))
    assert run.on(0.5).watch(5.0).completed == 0
    run.edit(*place("office", "web-1"), SetNode(node="web-1", parameters={"exposure": "private"}))
    assert run.on(0.5).watch(5.0).failed == 0


def test_lookups_at_an_unreachable_name_server_fail_at_once() -> None:
    drawn = drawing(
        users(200.0),
        node("dns", "dns-1"),
        web(),
        link("users-1", "dns-1"),
        link("users-1", "web-1"),
    )
    run = Run(edited(drawn, *place("office", "users-1", "web-1"))).to(5.0)
    assert run.read().failures_by_outcome() == {"unreachable": run.read().offered}
    assert run.node("dns-1")["served"] == 0
    run.edit(*place("office", "dns-1"))
    assert run.on(0.5).watch(5.0).failed == 0
