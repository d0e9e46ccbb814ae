"""Effects of actions on a situation; every inverse takes its action back."""

from functools import partial

import pytest

from app.actions import (
    AnyFault,
    Crash,
    CutLink,
    Degrade,
    Faults,
    GroupOf,
    Heal,
    HealLink,
    Recorded,
    SetLoad,
    Silence,
    Slow,
)
from app.scenarios.document import Scenario
from app.session.entry import (
    JournalEntry,
    added_ids,
    carry_out,
    changes_run,
    moved_nodes,
)
from app.session.history.undo import edit_count
from app.session.situation import Situation
from app.topology.edits.apply import (
    AddLink,
    AddNode,
    Batch,
    EditError,
    MoveNode,
    RemoveLink,
    RemoveNode,
    RenameNode,
    SetGroups,
    SetLink,
    SetNode,
    apply,
)
from app.topology.edits.draft import Draft
from tests.support.machine.call_counts import calls_of

ZONE = GroupOf(sort="zone", name="a")


def start(scenario: Scenario) -> Situation:
    """Its drawing, with two nodes in a zone."""
    topology = scenario.topology
    for name in ("web-1", "db-1"):
        topology, _, _ = apply(topology, SetGroups(node=name, groups={"zone": "a"}))
    return Situation(topology, scenario.load)


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
    Crash(node="db-1", for_s=5.0),
    Silence(node="lb-1"),
    Slow(node="web-2", factor=3.0),
    Crash(group=ZONE),
    CutLink(link="link-3", direction="back"),
    Degrade(link="link-3", loss_percent=1.0),
    CutLink(group=ZONE, direction="forth", for_s=9.0),
    Faults(faults=(Slow(node="db-1", factor=2.0), CutLink(link="link-4"))),
]


def undo(entry: JournalEntry) -> Recorded:
    """The action that takes an entry back, which can be."""
    assert entry.inverse is not None
    return entry.inverse


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.type)
def test_the_inverse_of_an_action_restores_the_situation(
    final_design: Scenario, action: Recorded
) -> None:
    before = start(final_design)
    entry = carry_out(before, action)
    assert not same(entry.after, before) or entry.after.broken != before.broken
    back = carry_out(entry.after, undo(entry))
    assert same(back.after, before)
    assert back.after.broken == before.broken
    again = carry_out(back.after, undo(back))
    assert same(again.after, entry.after)
    assert again.after.broken == entry.after.broken


def test_a_newer_fault_replaces_an_older_one_and_its_inverse_brings_that_back(
    final_design: Scenario,
) -> None:
    """Also where only some of a group were broken before, and in another way."""
    older = carry_out(start(final_design), Slow(node="web-1", factor=3.0)).after
    entry = carry_out(older, Silence(group=ZONE))
    assert [one.type for one in entry.after.broken] == ["silence", "silence"]
    assert carry_out(entry.after, undo(entry)).after.broken == older.broken
    healed = carry_out(entry.after, Heal(group=ZONE))
    assert healed.after.broken == ()
    assert carry_out(healed.after, undo(healed)).after.broken == entry.after.broken


def test_a_heal_or_repetition_of_a_timed_fault_is_never_refused(
    final_design: Scenario,
) -> None:
    timed = Crash(node="web-1", for_s=1.0)
    down = carry_out(start(final_design), timed).after
    assert carry_out(down, timed).after.broken == (timed,)
    assert carry_out(down, Heal(node="web-1")).after.broken == ()


def test_a_removed_link_comes_back_unbroken(final_design: Scenario) -> None:
    cut = carry_out(start(final_design), CutLink(link="link-3")).after
    entry = carry_out(cut, RemoveLink(link="link-3"))
    assert carry_out(entry.after, undo(entry)).after.broken == ()


@pytest.mark.parametrize(
    ("fault", "field", "words"),
    [
        (CutLink(link="link-99"), "link", "no link “link-99”"),
        (HealLink(link="link-3"), "link", "This link works"),
        (Silence(node="users-1"), "node", "cannot hang"),
        (Slow(node="users-1", factor=2.0), "node", "cannot be slowed down"),
        (Crash(group=GroupOf(sort="zone", name="b")), "group", "Nothing in this group"),
    ],
    ids=lambda one: str(getattr(one, "type", "")),
)
def test_impossible_faults_are_refused_with_field_and_reason(
    final_design: Scenario, fault: Recorded, field: str, words: str
) -> None:
    with pytest.raises(EditError, match=words) as refused:
        carry_out(start(final_design), fault)
    assert refused.value.field == field


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
    entry = carry_out(down, RemoveNode(node="web-1"))
    assert entry.after.crashed == frozenset()
    assert carry_out(entry.after, undo(entry)).after.crashed == frozenset()


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


def test_a_large_batch_takes_steps_that_grow_with_its_size(final_design: Scenario) -> None:
    """Others' frames wait while an action is judged, so a thousand edits must be cheap."""
    nodes = [AddNode(kind="web_server") for _ in range(180)]
    full = carry_out(start(final_design), Batch(edits=tuple(nodes))).after
    moves = [MoveNode(node=f"web-{n % 180 + 1}", x=n, y=0) for n in range(1_000)]
    half, whole = (
        calls_of(partial(carry_out, full, Batch(edits=tuple(moves[:count]))))
        for count in (500, 1_000)
    )
    assert whole["Draft._move_node"] == 1_000
    assert whole["Draft.topology"] == half["Draft.topology"] <= 2  # not once per edit
    assert whole.total() <= 2.1 * half.total()
    assert edit_count(Batch(edits=(Batch(edits=tuple(moves)), moves[0]))) == 1_001


def test_ids_of_added_nodes_are_numbered_in_order(final_design: Scenario) -> None:
    entry = carry_out(
        start(final_design),
        Batch(
            edits=(
                AddNode(kind="web_server"),
                AddLink(source="lb-1", target="web-3"),
                RemoveNode(node="db-3"),
            )
        ),
    )
    assert not isinstance(entry.action, AnyFault | SetLoad)
    ids = added_ids(entry.action)
    assert ids[0] == "web-3"
    assert entry.after.topology.link(ids[1]).target == "web-3"


def test_moving_and_renaming_do_not_concern_a_run() -> None:
    move = MoveNode(node="web-1", x=0, y=0)
    rename = RenameNode(node="web-1", name="A")
    assert not changes_run(move)
    assert not changes_run(Batch(edits=(move, rename)))
    assert changes_run(Batch(edits=(move, RemoveNode(node="web-1"))))
    assert moved_nodes(Batch(edits=(move, MoveNode(node="db-1", x=0, y=0)))) == {"web-1", "db-1"}
    assert not moved_nodes(Batch(edits=(move, rename)))
