"""The tree of the drawing as text: groups with their nodes, and those with nobody in them."""

from app.topology.edits.apply import AddNode, SetFrame
from app.web.views.text_view import text_view
from tests.support.drawings import drawing


def test_a_frame_with_nobody_in_it_is_a_branch_of_its_own_and_others_are_there_once() -> None:
    view = text_view(
        drawing(
            AddNode(kind="web_server", id="web-1", groups={"zone": "a"}),
            SetFrame(sort="zone", name="a", x=0, y=0, w=300, h=200),
            SetFrame(sort="machine", name="spare", x=400, y=0, w=300, h=200),
        ),
        1,
        "en",
    )
    assert [one.label for one in view.tree.branches] == ["Zone a", "Machine spare"]
    assert [one.id for one in view.tree.branches[0].nodes] == ["web-1"]
