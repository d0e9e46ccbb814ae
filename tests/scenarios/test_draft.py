"""A draft judges every edit on a small piece, and still exactly as the whole drawing would."""

from collections.abc import Callable
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from app.scenarios.draft import Draft
from app.schema import Text
from app.topology.edits import Batch, Edit, EditError, apply
from app.topology.model import Topology
from tests.scenarios.drawings import edits, topologies


def refusal(act: Callable[[], object]) -> tuple[str, Text] | None:
    try:
        act()
    except EditError as error:
        return error.field, error.text
    return None


@given(st.data(), topologies())
def test_a_draft_does_what_apply_does(data: st.DataObject, topology: Topology) -> None:
    draft = Draft(topology)
    for _ in range(data.draw(st.integers(1, 8))):
        edit: Edit = data.draw(edits(topology))
        if data.draw(st.booleans()):
            edit = Batch(edits=(edit, data.draw(edits(topology))))
        refused = refusal(partial(apply, topology, edit))
        # A refused edit leaves a draft as it may be, so each is first tried on one of its own.
        assert refusal(partial(Draft(topology).apply, edit)) == refused
        if refused is None:
            topology, resolved, _ = apply(topology, edit)
            assert draft.apply(edit) == resolved
            assert draft.topology().nodes == topology.nodes
            assert draft.topology().links == topology.links
