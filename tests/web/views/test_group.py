"""The inspector's panel of a group, and groups as fields offer them."""

from app.topology.edits.apply import AddNode, SetFrame
from app.topology.groups import names_in_use
from app.web.views.inspector.group import group_view
from tests.support.drawings import drawing

DRAWING = drawing(
    AddNode(kind="web_server", id="web-1", groups={"machine": "box", "network": "core: a"}),
    AddNode(kind="client", id="users-1", groups={"zone": "a"}),
    AddNode(kind="database", id="db-1", groups={"machine": "box"}),
    SetFrame(sort="zone", name="spare", x=0, y=0, w=200, h=200),
)


def test_a_machine_is_shown_with_its_members_size_and_price() -> None:
    view = group_view(DRAWING, "machine:box", "en")
    assert view
    assert [one.id for one in view.members] == ["web-1", "db-1"]
    assert "crash" in view.faults
    assert view.about.endswith("USD a month")


def test_an_empty_frame_is_a_group_and_no_name_is_none() -> None:
    view = group_view(DRAWING, "zone:spare", "ko")
    assert view
    assert (view.members, view.faults, view.about) == ([], [], "")
    for wanted in ("zone:nobody", "", "zone", "room:a"):
        assert group_view(DRAWING, wanted, "en") is None


def test_a_network_does_not_fail_as_one_and_may_have_a_colon_in_its_name() -> None:
    view = group_view(DRAWING, "network:core: a", "en")
    assert view
    assert (view.name, view.faults) == ("core: a", [])


def test_names_of_empty_frames_are_offered_too() -> None:
    assert names_in_use(DRAWING, "zone") == ["a", "spare"]
