"""What actions do to a situation, and that every inverse takes its action back."""

import time

import pytest

from app.actions import AnyFault, Crash, Heal, Recorded, SetLoad
from app.scenarios.document import Scenario
from app.scenarios.draft import Draft
from app.session.situation import (
    Situation,
    added_ids,
    carry_out,
    changes_run,
    edit_count,
    moved_nodes,
)
from app.topology.edits import (
    AddLink,
    AddNode,
    Batch,
    EditError,
    MoveNode,
    RemoveLink,
    RemoveNode,
    RenameNode,
    SetLink,
    SetNode,
)


def start(scenario: Scenario) -> Situation:
    return Situation(scenario.topology, scenario.load)


def same(a: Situation, b: Situation) -> bool:
    """Equal but for the order of nodes and links, which an undone removal does not keep."""
    nodes = [sorted(one.topology.nodes, key=lambda node: node.id) for one in (a, b)]
    links = [sorted(one.topology.links, key=lambda link: link.id) for one in (a, b)]
    return nodes[0] == nodes[1] and links[0] == links[1] and a.load == b.load


ACTIONS: list[Recorded] = [
    AddNode(kind="web_server"),
    RemoveNode(node="web-1"),
    MoveNode(node="web-1", x=1, y=2),
    RenameNode(node="web-1", name="Frontend"),
    SetNode(node="web-1", parameters={"cores": 16}),
    AddLink(source="users-1", target="web-1"),
    RemoveLink(link="link-3"),
    SetLink(link="link-3", parameters={"latency_ms": 5}),
    Batch(edits=(RemoveNode(node="web-1"), AddNode(kind="database"))),
    SetLoad(factor=2.5),
    Crash(node="db-1"),
]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.type)
def test_the_inverse_takes_the_action_back(final_design: Scenario, action: Recorded) -> None:
    before = start(final_design)
    change = carry_out(before, action)
    assert not same(change.after, before) or change.after.crashed != before.crashed
    back = carry_out(change.after, change.inverse)
    assert same(back.after, before)
    assert back.after.crashed == before.crashed
    again = carry_out(back.after, back.inverse)
    assert same(again.after, change.after)
    assert again.after.crashed == change.after.crashed


def test_faults_that_change_nothing_are_refused(final_design: Scenario) -> None:
    situation = start(final_design)
    with pytest.raises(EditError, match="web-1 is not down"):
        carry_out(situation, Heal(node="web-1"))
    down = carry_out(situation, Crash(node="web-1")).after
    with pytest.raises(EditError, match="web-1 is down already"):
        carry_out(down, Crash(node="web-1"))
    with pytest.raises(EditError) as refused:
        carry_out(down, Crash(node="web-9"))
    assert refused.value.field == "node"


def test_a_removed_node_comes_back_unbroken(final_design: Scenario) -> None:
    down = carry_out(start(final_design), Crash(node="web-1")).after
    change = carry_out(down, RemoveNode(node="web-1"))
    assert change.after.crashed == frozenset()
    assert carry_out(change.after, change.inverse).after.crashed == frozenset()


def test_a_batch_is_all_or_nothing(final_design: Scenario) -> None:
    before = start(final_design)
    draft = Draft(before.topology)
    bad = Batch(
        edits=(
            RemoveNode(node="web-1"),
            Batch(edits=(AddNode(kind="web_server"), SetNode(node="web-2", parameters={}))),
            RemoveNode(node="web-1"),
        )
    )
    with pytest.raises(EditError) as refused:
        draft.apply(bad)
    assert refused.value.field == "edits[2].node"
    assert same(Situation(draft.topology()), before)
    with pytest.raises(EditError, match=r"edits\[2\]\.node"):
        carry_out(before, bad)


def test_a_large_batch_is_quick(final_design: Scenario) -> None:
    """Others' frames wait while an action is judged, so a thousand edits must be cheap."""
    nodes = [AddNode(kind="web_server") for _ in range(180)]
    full = carry_out(start(final_design), Batch(edits=tuple(nodes))).after
    moves = [MoveNode(node=f"web-{n % 180 + 1}", x=n, y=0) for n in range(1_000)]
    started = time.process_time()
    carry_out(full, Batch(edits=tuple(moves)))
    assert time.process_time() - started < 1.0
    assert edit_count(Batch(edits=(Batch(edits=tuple(moves)), moves[0]))) == 1_001


def test_ids_of_what_was_added_come_in_order(final_design: Scenario) -> None:
    change = carry_out(
        start(final_design),
        Batch(
            edits=(
                AddNode(kind="web_server"),
                AddLink(source="lb-1", target="web-3"),
                RemoveNode(node="db-3"),
            )
        ),
    )
    assert not isinstance(change.action, AnyFault | SetLoad)
    ids = added_ids(change.action)
    assert ids[0] == "web-3"
    assert change.after.topology.link(ids[1]).target == "web-3"


def test_moving_and_renaming_are_nothing_to_a_run() -> None:
    move = MoveNode(node="web-1", x=0, y=0)
    rename = RenameNode(node="web-1", name="A")
    assert not changes_run(move)
    assert not changes_run(Batch(edits=(move, rename)))
    assert changes_run(Batch(edits=(move, RemoveNode(node="web-1"))))
    assert moved_nodes(Batch(edits=(move, MoveNode(node="db-1", x=0, y=0)))) == {"web-1", "db-1"}
    assert not moved_nodes(Batch(edits=(move, rename)))
