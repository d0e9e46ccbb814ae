"""Replication groups edited during a run: roles, members and the links between them."""

from __future__ import annotations

import pytest

from app.topology.edits.apply import MoveNode, RemoveLink, RemoveNode, SetNode
from app.topology.model import Topology
from tests.support.drawings import link, node, replica, replicated
from tests.support.runs import Run

PAIR = replicated(200.0)
TRIO = replicated(200.0, [replica("db-2"), replica("db-3")])


def primaries(run: Run) -> set[str]:
    """Databases that take writes now."""
    nodes = run.summary()["nodes"]
    return {name for name, one in nodes.items() if one.get("role") == "primary"}


def works(run: Run) -> None:
    """After a while, nothing fails and every log is as long as its primary's."""
    window = run.on(5.0).watch(5.0)
    assert window.failures == {}
    run.engine.set_load(0.0)
    run.on(5.0)
    reading = run.read()
    for database in reading.databases:
        if reading.nodes[database["node"]]["placed"]:
            assert database["applied"] == reading.groups[database["group"]]["written"]
    run.engine.set_load(1.0)


def set_role(run: Run, name: str, role: str) -> None:
    run.edit(SetNode(node=name, parameters={"role": role}))


def test_a_planned_switch_loses_nothing() -> None:
    run = Run(PAIR).to(5.0)
    set_role(run, "db-2", "primary")
    assert primaries(run) == {"db-2"}
    works(run)
    (switched,) = run.incidents("switched")
    assert (switched.node, switched.other) == ("db-2", "db-1")
    assert run.summary()["ledger"]["lost"] == 0
    assert run.incidents("writes_lost") == []
    assert run.node("db-1")["reads"] > 0


def test_switching_away_from_a_primary_that_is_down_loses_unreplicated_writes() -> None:
    run = Run(replicated(200.0, replication_ms=500.0)).to(5.0).crash("db-1")
    set_role(run, "db-2", "primary")
    assert primaries(run) == {"db-2"}
    assert run.incidents("switched") == []
    assert run.summary()["ledger"]["lost"] == pytest.approx(200 * 0.2 * 0.5, rel=0.5)
    run.heal("db-1")
    works(run)


@pytest.mark.parametrize("topology", [PAIR, TRIO], ids=["pair", "trio"])
def test_a_primary_that_is_made_a_replica_hands_over(topology: Topology) -> None:
    run = Run(topology).to(5.0)
    set_role(run, "db-1", "replica")
    assert primaries(run) == {"db-2"}
    works(run)
    set_role(run, "db-1", "primary")
    assert primaries(run) == {"db-1"}
    works(run)


def test_the_only_database_that_is_up_stays_primary_when_made_a_replica() -> None:
    run = Run(PAIR).to(2.0).crash("db-2").to(5.0)
    set_role(run, "db-1", "replica")
    assert primaries(run) == {"db-1"}


def test_a_planned_switch_ends_an_election() -> None:
    run = Run(TRIO).to(5.0).crash("db-1")
    while not run.incidents("elected"):
        run.on(0.1)
    set_role(run, "db-3", "primary")
    assert primaries(run) == {"db-3"}
    run.heal("db-1")
    works(run)
    assert primaries(run) == {"db-3"}


def test_a_replica_added_during_a_run_starts_with_a_copy_of_the_data() -> None:
    run = Run(PAIR).to(5.0)
    run.edit(replica("db-3"), link("db-1", "db-3"), link("web-1", "db-3"))
    reading = run.read()
    written = int(reading.groups[0]["written"])
    assert written > 100
    assert reading.databases["applied"].tolist()[2] == written
    assert run.node("db-3")["lag_s"] == 0.0
    works(run)
    assert run.node("db-3")["reads"] > 100


def test_a_removed_primary_is_replaced_and_comes_back_as_a_replica() -> None:
    run = Run(TRIO).to(5.0)
    back = run.edit(RemoveNode(node="db-1"))
    run.edit(link("db-2", "db-3"))
    run.to(20.0)
    assert primaries(run) == {"db-2"}
    assert run.watch(2.0).failures == {}
    run.edit(*back)
    works(run)
    assert primaries(run) == {"db-2"}


def test_a_primary_that_is_removed_and_put_back_at_once_stays_primary() -> None:
    run = Run(TRIO).to(5.0)
    run.edit(*run.edit(RemoveNode(node="db-1")))
    works(run)
    assert primaries(run) == {"db-1"}
    assert run.incidents("suspected") == []


def test_removing_the_link_between_two_databases_makes_two_groups_with_a_primary_each() -> None:
    """Two groups, each with its log: what people draw is what they get."""
    run = Run(PAIR).to(5.0)
    (back,) = run.edit(RemoveLink(link="db-1_db-2"))
    run.to(15.0)
    assert primaries(run) == {"db-1", "db-2"}
    works(run)
    run.edit(back)
    assert len(primaries(run)) == 1
    works(run)


def test_linking_two_groups_leaves_one_primary() -> None:
    run = Run(PAIR).to(2.0)
    run.edit(node("database", "db-8"), replica("db-9"), link("db-8", "db-9"))
    run.to(5.0)
    assert primaries(run) == {"db-1", "db-8"}
    run.edit(link("db-1", "db-8"))
    assert primaries(run) == {"db-1"}
    works(run)


def test_a_new_group_of_replicas_only_elects_a_primary() -> None:
    run = Run(PAIR).to(2.0)
    run.edit(replica("db-8"), replica("db-9"), link("db-8", "db-9"))
    assert primaries(run) == {"db-1"}
    run.to(12.0)
    assert primaries(run) == {"db-1", "db-8"}


def test_two_databases_drawn_as_primaries_of_one_group_start_as_primary_and_replica() -> None:
    run = Run(replicated(200.0, [node("database", "db-2"), node("database", "db-3")])).to(5.0)
    assert primaries(run) == {"db-1"}
    assert run.node("db-2")["writes"] == 0
    works(run)


def test_a_longer_link_during_a_run_raises_the_replication_lag() -> None:
    run = Run(PAIR).to(5.0)
    lag = run.node("db-2")["lag_s"]
    from_ms = run.edit(
        SetNode(node="db-2", parameters={"apply_ms": 0.0}),
        RemoveLink(link="db-1_db-2"),
        link("db-1", "db-2", 800.0),
    )
    assert from_ms
    run.to(15.0)
    assert lag < 0.1
    assert run.node("db-2")["lag_s"] == pytest.approx(0.8, rel=0.1)


def test_an_unlinked_replica_keeps_its_data_through_further_edits() -> None:
    run = Run(PAIR).to(2.0)
    run.edit(RemoveLink(link="db-1_db-2"))
    for number in range(3):
        reading = run.read()
        number_of_it = reading.node_ids.index("db-2")
        (alone,) = (one for one in reading.databases if one["node"] == number_of_it)
        group = reading.groups[alone["group"]]
        assert group["primary"] == -1
        assert group["written"] == alone["received"] > 0
        run.edit(MoveNode(node="db-2", x=float(number), y=0.0))


def test_writes_of_a_deleted_primary_are_kept_by_a_replica_that_was_only_unlinked() -> None:
    run = Run(PAIR).to(5.0)
    run.engine.set_load(0.0)
    run.on(2.0)
    run.edit(RemoveLink(link="db-1_db-2"))
    run.on(1.0).edit(RemoveNode(node="db-1"))
    acknowledged = run.summary()["ledger"]["acknowledged"]
    assert acknowledged > 100
    assert run.summary()["ledger"]["safe"] == acknowledged
    assert {(one.state, names) for one, names in run.engine.logged_writes(10)} == {
        ("safe", ("db-2",))
    }
    run.crash("db-2")
    assert run.summary()["ledger"]["out_of_reach"] == acknowledged
    run.edit(RemoveNode(node="db-2"))
    assert run.summary()["ledger"]["lost"] == acknowledged
    assert {one.state for one, _ in run.engine.logged_writes(10)} == {"lost"}


def test_a_replica_that_was_unlinked_keeps_what_it_had_by_then_and_no_more() -> None:
    run = Run(PAIR).to(5.0)
    run.edit(RemoveLink(link="db-1_db-2"))
    before = run.summary()["ledger"]["acknowledged"]
    run.on(5.0)
    written = int(run.read().groups["acknowledged"][0])
    run.edit(RemoveNode(node="db-1"))
    assert run.summary()["ledger"]["lost"] == pytest.approx(written - before, abs=5)


def test_a_copy_that_is_made_a_replica_of_another_primary_is_none_any_more() -> None:
    run = Run(PAIR).to(5.0)
    run.edit(RemoveLink(link="db-1_db-2"))
    run.edit(node("database", "db-9"))
    run.edit(link("db-9", "db-2"))
    written = int(run.read().groups["acknowledged"][0])
    run.edit(RemoveNode(node="db-1"))
    assert run.summary()["ledger"]["lost"] == written


def test_a_group_of_which_nothing_is_left_has_no_members() -> None:
    run = Run(replicated(200.0, [])).to(2.0)
    assert run.read().groups["member_count"].tolist() == [1]
    run.edit(RemoveNode(node="db-1"))
    assert run.on(2.0).read().groups["member_count"].tolist() == [0]
