"""Edits: each has an inverse, fits or is refused with a reason, and leaves the old drawing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from app.kinds import BY_NAME, KINDS
from app.texts.languages import LANGUAGES
from app.topology.edits.apply import (
    AddLink,
    AddNode,
    Batch,
    Edit,
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
from app.topology.model import LINKS_MAX, NODES_MAX, Topology
from tests.support.drawings import drawing, edited, final_design, link, node, replica, web
from tests.support.generated.drawings import edits, topologies

ANY_EDIT: TypeAdapter[Any] = TypeAdapter(Edit)


def contents(topology: Topology) -> tuple[dict[str, Any], dict[str, Any]]:
    """Everything on a drawing, whatever the order."""
    nodes = {one.id: one for one in topology.nodes}
    links = {one.id: one for one in topology.links}
    assert (len(nodes), len(links)) == (len(topology.nodes), len(topology.links))
    return nodes, links


def refused(topology: Topology, edit: Edit) -> str:
    """The field that an edit is refused for, which is said in every language."""
    before = contents(topology)
    with pytest.raises(EditError) as caught:
        apply(topology, edit)
    for language in LANGUAGES:
        assert caught.value.text.say(language).strip()
    assert contents(topology) == before
    return caught.value.field


@given(st.data(), topologies())
def test_every_edit_can_be_undone_and_redone(data: st.DataObject, start: Topology) -> None:
    topology, done = start, []
    for _ in range(data.draw(st.integers(1, 6))):
        edit = data.draw(edits(topology))
        before = contents(topology)
        try:
            after, resolved, inverse = apply(topology, edit)
        except EditError:
            assert refused(topology, edit)
            continue
        assert contents(topology) == before
        done.append((topology, resolved, inverse, after))
        topology = after
    for before_it, resolved, inverse, after in reversed(done):
        topology, _, again = apply(topology, inverse)
        assert contents(topology) == contents(before_it)
        redone, _, _ = apply(topology, again)
        assert contents(redone) == contents(after) == contents(apply(before_it, resolved)[0])
    assert contents(topology) == contents(start)


@given(st.data(), topologies())
def test_a_batch_is_all_or_nothing_and_undone_as_one(data: st.DataObject, start: Topology) -> None:
    topology, parts = start, []
    for _ in range(data.draw(st.integers(1, 5))):
        edit = data.draw(edits(topology))
        try:
            topology, resolved, _ = apply(topology, edit)
        except EditError:
            continue
        parts.append(resolved)
    if not parts:
        return
    after, resolved_batch, inverse = apply(start, Batch(edits=tuple(parts)))
    assert contents(after) == contents(topology)
    assert isinstance(resolved_batch, Batch)
    assert resolved_batch.edits == tuple(parts)
    assert contents(apply(after, inverse)[0]) == contents(start)
    broken = Batch(edits=(*parts, RemoveNode(node="no-such-node")))
    assert refused(start, broken) == f"edits[{len(parts)}].node"


@given(st.data(), topologies())
def test_resolved_edits_and_inverses_survive_json(data: st.DataObject, start: Topology) -> None:
    """The journal keeps resolved edits and inverses as JSON."""
    edit = data.draw(edits(start))
    try:
        after, resolved, inverse = apply(start, edit)
    except EditError:
        return
    for one, topology in ((resolved, start), (inverse, after)):
        again = ANY_EDIT.validate_json(ANY_EDIT.dump_json(one))
        assert again == one
        assert contents(apply(topology, again)[0]) == contents(apply(topology, one)[0])


def test_fields_left_out_of_an_edit_are_filled_in() -> None:
    _, resolved, _ = apply(Topology(), AddNode(kind="client", preset="mobile_users"))
    assert resolved == AddNode(
        kind="client",
        preset="mobile_users",
        id="users-1",
        name="users-1",
        parameters={**BY_NAME["client"].defaults(), "users": 4000, "write_share": 20.0},
    )
    topology = drawing(node("load_balancer", "lb-1"), node("web_server", "web-1"))
    _, resolved, _ = apply(topology, AddLink(source="lb-1", target="web-1"))
    assert resolved == AddLink(
        source="lb-1", target="web-1", id="link-1", parameters={"latency_ms": 0.25}
    )


def test_a_node_is_in_one_group_of_each_sort() -> None:
    start = drawing(AddNode(kind="dns", id="dns-1", groups={"zone": " a ", "region": "seoul"}))
    assert start.node("dns-1").groups == {"zone": "a", "region": "seoul"}
    move = SetGroups(node="dns-1", groups={"zone": "b", "region": "", "network": "net  1"})
    after, resolved, inverse = apply(start, move)
    assert after.node("dns-1").groups == {"zone": "b", "network": "net 1"}
    assert resolved == SetGroups(
        node="dns-1", groups={"zone": "b", "region": "", "network": "net 1"}
    )
    assert inverse == SetGroups(
        node="dns-1", groups={"zone": "a", "region": "seoul", "network": ""}
    )
    assert contents(apply(after, inverse)[0]) == contents(start)


def test_a_removed_node_comes_back_into_its_groups() -> None:
    start = drawing(AddNode(kind="dns", id="dns-1", groups={"zone": "a"}))
    after, _, inverse = apply(start, RemoveNode(node="dns-1"))
    assert contents(apply(after, inverse)[0]) == contents(start)


def test_an_id_is_never_that_of_another_node_or_link() -> None:
    topology = drawing(web("web-1"), web("web-7"), web("web-x"), web("website-9"))
    after, _, _ = apply(topology, AddNode(kind="web_server"))
    assert after.nodes[-1].id == "web-8"
    after, _, _ = apply(after, RemoveNode(node="web-1"))
    after, _, _ = apply(after, AddNode(kind="web_server"))
    assert after.nodes[-1].id == "web-9"


def test_an_unknown_preset_is_the_plain_kind() -> None:
    """As in a document from a newer release."""
    (only,) = drawing(AddNode(kind="dns", preset="root_server")).nodes
    assert only.preset == "dns"
    assert only.parameters == BY_NAME["dns"].defaults()


BASE = drawing(
    node("client", "users-1"),
    web("web-1"),
    node("database", "db-1"),
    replica("db-2"),
    link("users-1", "web-1"),
    link("db-1", "db-2"),
)

REFUSED: dict[str, tuple[Edit, str]] = {
    "kind": (AddNode(kind="toaster"), "kind"),
    "taken id": (AddNode(kind="dns", id="web-1"), "id"),
    "new node's parameter": (AddNode(kind="dns", parameters={"ttl": 1}), "parameters.ttl"),
    "new node's value": (AddNode(kind="dns", parameters={"ttl_s": -1}), "parameters.ttl_s"),
    "parameter": (SetNode(node="web-1", parameters={"ttl_s": 1}), "parameters.ttl_s"),
    "range": (SetNode(node="web-1", parameters={"cores": 0}), "parameters.cores"),
    "part of a core": (SetNode(node="web-1", parameters={"cores": 1.5}), "parameters.cores"),
    "choice": (SetNode(node="web-1", parameters={"exposure": "x"}), "parameters.exposure"),
    "table": (SetNode(node="users-1", parameters={"rates": "0"}), "parameters.rates"),
    "new node's group": (AddNode(kind="dns", groups={"planet": "a"}), "groups.planet"),
    "group": (SetGroups(node="web-1", groups={"zone": "a", "planet": "b"}), "groups.planet"),
    "group of another kind": (
        SetGroups(node="web-1", groups={"virtual_ip": "a"}),
        "groups.virtual_ip",
    ),
    "long group": (SetGroups(node="web-1", groups={"zone": "z" * 61}), "groups.zone"),
    "invisible group": (SetGroups(node="web-1", groups={"zone": "a\x00"}), "groups.zone"),
    "group nobody": (SetGroups(node="web-9", groups={"zone": "a"}), "node"),
    "set nobody": (SetNode(node="web-9", parameters={}), "node"),
    "move nobody": (MoveNode(node="web-9", x=0, y=0), "node"),
    "rename nobody": (RenameNode(node="web-9", name="x"), "node"),
    "remove nobody": (RemoveNode(node="web-9"), "node"),
    "link from nobody": (AddLink(source="web-9", target="db-1"), "source"),
    "link to nobody": (AddLink(source="web-1", target="db-9"), "target"),
    "link backwards": (AddLink(source="web-1", target="users-1"), "target"),
    "link to itself": (AddLink(source="db-1", target="db-1"), "target"),
    "link twice": (AddLink(source="users-1", target="web-1"), "target"),
    "replicate both ways": (AddLink(source="db-2", target="db-1"), "target"),
    "taken link id": (AddLink(source="web-1", target="db-1", id="users-1_web-1"), "id"),
    "latency": (
        AddLink(source="web-1", target="db-1", parameters={"latency_ms": -1}),
        "parameters.latency_ms",
    ),
    "set no link": (SetLink(link="link-9", parameters={}), "link"),
    "set latency": (
        SetLink(link="users-1_web-1", parameters={"latency_ms": "slow"}),
        "parameters.latency_ms",
    ),
    "link's parameter": (SetLink(link="users-1_web-1", parameters={"loss": 1}), "parameters.loss"),
    "remove no link": (RemoveLink(link="link-9"), "link"),
    "within a batch": (
        Batch(edits=(RemoveNode(node="web-1"), Batch(edits=(RemoveNode(node="web-1"),)))),
        "edits[1].edits[0].node",
    ),
}


@pytest.mark.parametrize(("edit", "field"), REFUSED.values(), ids=REFUSED)
def test_an_edit_that_does_not_fit_is_refused_by_field(edit: Edit, field: str) -> None:
    assert refused(BASE, edit) == field


@pytest.mark.parametrize("source", KINDS, ids=lambda kind: str(kind.name))
def test_links_lead_only_to_kinds_that_the_port_allows(source: Any) -> None:
    for target in KINDS:
        topology = drawing(node(source.name, "a"), node(target.name, "b"))
        edit = AddLink(source="a", target="b")
        if source.may_link_to(target):
            (only,) = edited(topology, edit).links
            assert (only.source, only.target) == ("a", "b")
            assert only.latency_ms == source.port.latency_ms
        else:
            assert refused(topology, edit) == "target"


@pytest.mark.parametrize(
    "data",
    [
        {"type": "add_node", "kind": "dns", "id": "Web 1"},
        {"type": "add_node", "kind": "dns", "id": "x" * 41},
        {"type": "add_node", "kind": "dns", "name": "   "},
        {"type": "add_node", "kind": "dns", "name": "x" * 61},
        {"type": "add_node", "kind": "dns", "x": float("nan")},
        {"type": "move_node", "node": "dns-1", "x": 100_001, "y": 0},
        {"type": "move_node", "node": "dns-1", "x": 0},
        {"type": "rename_node", "node": "dns-1", "name": ""},
        {"type": "set_node", "node": "dns-1", "parameters": {"ttl_s": [1]}},
        {"type": "set_groups", "node": "dns-1", "groups": {"zone": 1}},
        {"type": "set_groups", "node": "dns-1", "groups": ["zone"]},
        {"type": "set_node", "node": "dns-1", "parameters": {}, "more": 1},
        {"type": "batch", "edits": []},
        {"type": "explode"},
        {},
    ],
    ids=str,
)
def test_malformed_edits_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ANY_EDIT.validate_python(data)


def test_a_drawing_has_limits_of_nodes_and_links() -> None:
    full = drawing(*(AddNode(kind="web_server") for _ in range(NODES_MAX)))
    assert refused(full, AddNode(kind="dns")) == "nodes"
    servers, databases = 50, 12
    dense = drawing(
        *(web(f"w{number}") for number in range(servers)),
        *(node("database", f"d{number}") for number in range(databases)),
    )
    pairs = [(f"w{one}", f"d{other}") for one in range(servers) for other in range(databases)]
    for source, target in pairs[:LINKS_MAX]:
        dense = edited(dense, AddLink(source=source, target=target))
    assert len(dense.links) == LINKS_MAX
    source, target = pairs[LINKS_MAX]
    assert refused(dense, AddLink(source=source, target=target)) == "links"


def test_a_removed_node_takes_its_links_along_and_brings_them_back() -> None:
    start = final_design()
    without, _, inverse = apply(start, RemoveNode(node="web-1"))
    gone = {one.id for one in start.links} - {one.id for one in without.links}
    assert gone == {"lb-1_web-1", "web-1_db-1", "web-1_db-2", "web-1_db-3"}
    assert contents(apply(without, inverse)[0]) == contents(start)
