"""Groups of a drawing: their members, and the links that lead out of them."""

from app.topology.edits.apply import SetGroups
from app.topology.model import Topology
from tests.support.drawings import edited, final_design


def two_zones() -> Topology:
    return edited(
        final_design(),
        *(SetGroups(node=name, groups={"zone": "a"}) for name in ("web-1", "db-1")),
        *(SetGroups(node=name, groups={"zone": "b"}) for name in ("db-2", "web-2")),
        SetGroups(node="db-3", groups={"region": "a"}),
    )


def test_a_group_holds_the_nodes_that_name_it() -> None:
    topology = two_zones()
    assert [node.id for node in topology.in_group("zone", "a")] == ["web-1", "db-1"]
    assert [node.id for node in topology.in_group("zone", "b")] == ["web-2", "db-2"]
    assert [node.id for node in topology.in_group("region", "a")] == ["db-3"]
    assert topology.in_group("zone", "c") == ()
    assert topology.group_names("zone") == ("a", "b")
    assert topology.group_names("machine") == ()


def test_links_across_a_group_have_one_end_inside() -> None:
    across = {link.id for link in two_zones().links_across("zone", "a")}
    assert across == {
        *("lb-1_web-1", "web-1_db-2", "web-1_db-3", "web-2_db-1", "db-1_db-2", "db-1_db-3"),
    }
    assert two_zones().links_across("zone", "c") == ()
