"""Frames of groups: place and size of a group, and nothing that a run could tell."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.engine import Engine
from app.scenarios.document import DocumentError, Scenario, scenario_from_json, scenario_to_json
from app.scenarios.share import decode, encode
from app.session.entry import changes_run
from app.topology.canvas import FRAMES_MAX
from app.topology.edits.apply import (
    AddNode,
    Edit,
    EditError,
    MoveNode,
    RemoveFrame,
    RemoveGroup,
    RenameGroup,
    SetFrame,
    SetGroups,
    Tidy,
    apply,
)
from app.topology.model import Topology
from tests.support.drawings import drawing, link

ZONE = SetFrame(sort="zone", name="a", x=10, y=20, w=400, h=300)
PLAIN = drawing(
    AddNode(kind="client", id="users-1"),
    AddNode(kind="web_server", id="web-1", groups={"zone": "a", "network": "core"}),
    link("users-1", "web-1"),
)


def after(topology: Topology, *edits: Edit) -> Topology:
    for edit in edits:
        topology, _, _ = apply(topology, edit)
    return topology


def document(topology: Topology) -> dict[str, Any]:
    return scenario_to_json(Scenario("Frames", topology))


def test_a_frame_without_members_is_kept_in_documents_and_links() -> None:
    framed = after(PLAIN, SetFrame(sort="machine", name="spare", x=-40, y=8.5, w=200, h=150))
    written = document(framed)
    assert written["frames"] == [
        {"sort": "machine", "name": "spare", "x": -40, "y": 8.5, "w": 200, "h": 150}
    ]
    opened = scenario_from_json(written).topology
    linked = decode(encode(Scenario("Frames", framed))).topology
    assert opened.canvas == linked.canvas == framed.canvas
    assert document(linked) == written


def test_a_drawing_without_frames_is_written_as_ever() -> None:
    assert "frames" not in document(PLAIN)
    assert document(after(PLAIN, ZONE, RemoveFrame(sort="zone", name="a"))) == document(PLAIN)


def test_frames_change_no_number_of_a_run() -> None:
    prints = []
    frames = [
        ZONE,
        SetFrame(sort="network", name="another", x=0, y=0, w=100, h=100),
        SetFrame(sort="machine", name="web-1", x=0, y=0, w=100, h=100),
    ]
    for topology in (PLAIN, after(PLAIN, *frames)):
        engine = Engine(topology, seed=3, load=1.0)
        engine.advance(5_000_000_000)
        prints.append(engine.fingerprint())
    assert prints[0] == prints[1]
    assert not any(changes_run(edit) for edit in frames)


def test_the_newest_frame_of_a_group_counts() -> None:
    moved = after(PLAIN, ZONE, ZONE.model_copy(update={"x": 50.0}))
    assert [frame.x for frame in moved.canvas.frames] == [50.0]


def test_a_group_that_is_renamed_keeps_members_frame_and_peers() -> None:
    start = after(PLAIN, SetFrame(sort="network", name="core", x=0, y=0, w=300, h=300))
    renamed = after(start, RenameGroup(sort="network", name="core", to="inner"))
    assert renamed.node("web-1").groups == {"zone": "a", "network": "inner"}
    assert [frame.name for frame in renamed.canvas.frames] == ["inner"]


def test_a_group_that_is_removed_leaves_its_members_where_they_are() -> None:
    gone = after(PLAIN, ZONE, RemoveGroup(sort="zone", name="a"))
    assert gone.canvas.frames == ()
    assert gone.node("web-1").groups == {"network": "core"}


def test_tidying_lets_frames_follow_their_members_and_keeps_empty_ones_clear() -> None:
    start = after(PLAIN, ZONE, SetFrame(sort="machine", name="spare", x=0, y=0, w=200, h=150))
    [spare] = after(start, Tidy()).canvas.frames
    assert spare.name == "spare"
    assert spare.y > max(node.y for node in start.nodes)


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (RemoveFrame(sort="zone", name="nobody"), "name"),
        (RemoveGroup(sort="zone", name="nobody"), "name"),
        (RenameGroup(sort="zone", name="a", to="b"), "to"),
    ],
)
def test_an_edit_that_does_not_fit_names_its_field(edit: Edit, field: str) -> None:
    start = after(PLAIN, SetFrame(sort="zone", name="b", x=0, y=0, w=100, h=100))
    with pytest.raises(EditError) as refused:
        apply(start, edit)
    assert refused.value.field == field


def test_a_drawing_holds_so_many_frames() -> None:
    frames = [SetFrame(sort="zone", name=str(n), x=0, y=0, w=100, h=100) for n in range(FRAMES_MAX)]
    full = after(PLAIN, *frames)
    with pytest.raises(EditError, match="100 frames"):
        apply(full, ZONE)
    assert apply(full, frames[0])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"w": 3}, "frames[0].w"),
        ({"sort": "room"}, "frames[0].sort"),
        ({"name": ""}, "frames[0].name"),
    ],
)
def test_a_document_with_a_bad_frame_names_it(change: dict[str, Any], field: str) -> None:
    written = document(after(PLAIN, ZONE))
    written["frames"][0] |= change
    with pytest.raises(DocumentError) as refused:
        scenario_from_json(written)
    assert refused.value.field == field


def test_moving_a_member_leaves_the_frame_alone() -> None:
    framed = after(PLAIN, ZONE)
    moved = after(framed, MoveNode(node="web-1", x=5, y=5), SetGroups(node="web-1", groups={}))
    assert moved.canvas == framed.canvas


def test_names_of_frames_are_those_that_nodes_say() -> None:
    spaced = SetFrame(sort="zone", name="  two   words ", x=0, y=0, w=100, h=100)
    assert spaced.name == "two words"
    for bad in ("", "   ", "\u202e", "x" * 61):
        with pytest.raises(ValueError, match="name"):
            SetFrame(sort="zone", name=bad, x=0, y=0, w=100, h=100)
