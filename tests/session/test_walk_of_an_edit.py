"""The walk of an edit, from `submit` to its answer: few files, and downwards."""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from app.scenarios.document import Scenario
from app.session.engine_startup import Warmup
from app.session.session import Session
from app.topology.edits.apply import (
    AddLink,
    AddLinked,
    AddNode,
    Batch,
    Duplicate,
    Edit,
    InsertNode,
    MoveNode,
    RemoveGroup,
    RemoveNode,
    RenameGroup,
    RenameNode,
    SetNode,
    Tidy,
)
from tests.support.programs.process import ROOT
from tests.topology.edits.test_undo_identity import EXAMPLES, START

APP = str(ROOT / "app") + "/"
FILES_MAX = 9


class Walk:
    """Files that are entered while it listens, and how often the walk goes down to each storey."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.visits: Counter[str] = Counter()
        self._inside: Counter[str] = Counter()
        self.resolved: object = None

    def listen(self, frame: FrameType, event: str, _: Any) -> None:
        """Take in a call or a return, as `sys.setprofile` tells it."""
        if event not in ("call", "return") or not frame.f_code.co_filename.startswith(APP):
            return
        file = frame.f_code.co_filename.removeprefix(APP)
        storey = storey_of(file)
        if event == "call":
            self.files.add(file)
            self.visits[storey] += not self._inside[storey]
            self._inside[storey] += 1
        else:
            self._inside[storey] -= 1


def storey_of(file: str) -> str:
    """The module of an import contract that a file belongs to."""
    parts = Path(file).with_suffix("").parts
    return "/".join(parts[: 2 if parts[0] == "session" else 1])


def walk_of(edit: Edit, *before: Edit) -> Walk:
    """The walk of an edit to a session that has had others `before`."""
    walk = Walk()
    with ThreadPoolExecutor(1) as pool:
        session = Session("s" * 22, Scenario("Walk", START), pool, Warmup())
        for one in before:
            assert session.submit(one).accepted
        sys.setprofile(walk.listen)
        try:
            outcome = session.submit(edit)
        finally:
            sys.setprofile(None)
    assert outcome.accepted
    walk.resolved = session.record.pending[-1].action
    return walk


WHOLE_NODE = AddNode(
    kind="load_balancer",
    id="lb-9",
    name="Front",
    parameters={"forward_ms": 1.0, "cores": 2},
    groups={"zone": "a", "virtual_ip": "front"},
)
MANY = Batch(
    edits=(
        WHOLE_NODE,
        AddLink(source="users-1", target="lb-9"),
        RenameNode(node="lb-9", name="Back"),
        SetNode(node="lb-9", parameters={"forward_ms": 2.0}),
        RemoveNode(node="web-1"),
    )
)


CHECKS = ("schema", "expectations")
"""Folders that whoever checks a value asks."""

COMPOUND = [
    one
    for one in EXAMPLES
    if isinstance(
        one, Batch | InsertNode | AddLinked | Duplicate | RenameGroup | RemoveGroup | Tidy
    )
]
SINGLE = [one for one in EXAMPLES if one not in COMPOUND]
RESOLVING = {
    f"topology/{name}.py"
    for name in (
        *("edits/compound", "edits/places", "edits/shapes", "edits/tidy"),
        *("canvas", "names", "nodes"),
    )
}
"""What makes the parts of a compound edit, and finds names and places for what they add."""


@pytest.mark.parametrize("edit", [*SINGLE, WHOLE_NODE], ids=lambda edit: edit.type)
def test_an_edit_enters_few_files_and_goes_down_once(edit: Edit) -> None:
    walk = walk_of(edit)
    # Whoever changes how an edit is carried out need not read the grammar that a row is parsed by.
    files = {one for one in walk.files if not one.startswith("expectations/")}
    assert len(files) <= FILES_MAX, sorted(files)
    # The schema is a library: whoever checks a value asks it.
    assert {times for name, times in walk.visits.items() if name not in CHECKS} == {1}, walk.visits


@pytest.mark.parametrize("edit", [*COMPOUND, MANY], ids=lambda edit: edit.type)
def test_a_compound_edit_enters_the_files_of_its_parts_and_no_others(edit: Edit) -> None:
    """These may be more than 9: values and groups are checked where it adds, and where it removes
    an edit with every value is made to take that back. It goes down once all the same.
    """
    walk = walk_of(edit)
    assert isinstance(walk.resolved, Batch)
    parts = walk.resolved.edits
    entered = [walk_of(part, *parts[:place]).files for place, part in enumerate(parts)]
    assert walk.files - RESOLVING <= set[str]().union(*entered)
    assert {times for name, times in walk.visits.items() if name not in CHECKS} == {1}, walk.visits


def test_a_drag_goes_down_once_more_at_the_most() -> None:
    """To see that it goes on with the gesture before it."""
    move = MoveNode(node="web-1", x=1, y=1)
    walk = walk_of(move, move)
    assert len(walk.files) <= FILES_MAX
    assert max(walk.visits.values()) <= 2
    assert walk.visits["topology"] == 1


def test_the_words_of_an_edit_wait_until_it_has_a_time() -> None:
    assert not {"session/explain", "texts", "engine", "theory"} & set(walk_of(EXAMPLES[0]).visits)
