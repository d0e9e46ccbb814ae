"""Random drawings under load and random things that people do to them while they run."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Literal

from hypothesis import strategies as st

from app.actions import (
    Crash,
    CutLink,
    Degrade,
    Heal,
    HealLink,
    LinkFault,
    NodeFault,
    SetLoad,
    Silence,
    Slow,
)
from app.kinds import BY_NAME
from app.schema import LINK_PARAMETERS, Parameter, Value
from app.topology.edits.apply import (
    AddLink,
    AddNode,
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
from app.topology.groups import sorts_for
from app.topology.model import Topology

LIVELY: dict[str, tuple[Value, ...]] = {
    "users": (0, 50, 500, 5000),
    "requests_per_user": (0.0, 0.1, 1.0),
    "write_share": (0.0, 10.0, 50.0, 100.0),
    "patience_s": (0.01, 0.05, 0.5, 5.0),
    "arrivals": ("open", "open", "closed", "table", "recorded"),
    "think_s": (0.001, 0.05, 1.0),
    "shape": ("constant", "ramp", "step", "spike", "daily"),
    "shape_factor": (0.0, 0.5, 4.0),
    "shape_start_s": (0.0, 0.1, 0.7),
    "shape_length_s": (0.01, 0.3, 1.0),
    "rates": ("", "0,0", "0,100\n0.5,900", "0.2,50\n0.2,700\n1,0"),
    "trace": ("", "0,1,3", "0.01,0,1,2\n0.01,1,0\n0.4,0,30,30,30"),
    "dns_caches": (1, 20, 200),
    "ttl_s": (0.0, 0.1, 2.0),
    "lookup_ms": (0.0, 1.0, 50.0),
    "exposure": ("public", "private"),
    "forward_ms": (0.0, 0.1, 5.0),
    "service_ms": (0.0, 1.0, 20.0),
    "read_ms": (0.0, 1.0, 20.0),
    "write_ms": (0.0, 1.0, 20.0),
    "apply_ms": (0.0, 1.0, 20.0),
    "algorithm": ("round_robin", "random", "least_connections", "two_choices"),
    "read_replies": (0, 1, 2),
    "distribution": ("exponential", "constant", "lognormal", "hyperexponential"),
    "scv": (0.1, 4.0),
    "discipline": ("fifo", "processor_sharing"),
    "cores": (1, 2, 8),
    "queue_limit": (0, 5, 1000),
    "nat": ("no", "yes"),
    "vrrp_priority": (1, 100, 254),
    "advert_interval_s": (0.05, 0.2),
    "check_interval_s": (0.05, 0.2, 1.0),
    "check_fall": (1, 2, 3),
    "check_rise": (1, 2, 3),
    "role": ("primary", "replica"),
    "max_lag_s": (0.01, 0.1, 5.0),
    "heartbeat_s": (0.05, 0.2, 1.0),
    "heartbeat_misses": (1, 2, 3),
    "promotion_s": (0.0, 0.1, 2.0),
    "boot_s": (0.0, 0.2, 1.0),
    "resize_restarts": ("live", "restart"),
    "latency_ms": (0.0, 0.25, 20.0, 300.0),
    "rate": (0.5, 20.0, 500.0),
    "burst": (1, 5),
    "when_empty": ("reject", "queue"),
    "wait_max_s": (0.0, 0.05, 2.0),
}
"""Values that make something happen within a few seconds; the extremes come besides."""

TOO_MUCH = {"users", "requests_per_user", "think_s"}
"""What at its extreme only makes a drawing too busy to get anywhere."""

GROUPS: dict[str, tuple[str, ...]] = {
    "network": ("", "", "", "inside"),
    "virtual_ip": ("", "front"),
}
"""Groups that make a difference to a run."""

KINDS_IN_USE = (
    *("client", "client", "dns", "load_balancer", "load_balancer"),
    *("rate_limiter", "web_server", "web_server"),
)


def _value(parameter: Parameter) -> st.SearchStrategy[Value]:
    lively = LIVELY.get(parameter.name, ())
    if parameter.choices or parameter.columns:
        return st.sampled_from(lively or [parameter.default])
    ends: list[Value] = [parameter.low, parameter.default]
    if parameter.name not in TOO_MUCH:
        ends.append(parameter.high)
    if parameter.whole:
        ends = [int(end) for end in ends]
    return st.sampled_from([*lively, *lively, *ends])


@cache
def _some_values(kind: str) -> st.SearchStrategy[dict[str, Value]]:
    parameters = LINK_PARAMETERS if kind == "link" else BY_NAME[kind].parameters
    return st.fixed_dictionaries({}, optional={one.name: _value(one) for one in parameters})


@cache
def _groups(kind: str) -> st.SearchStrategy[dict[str, str]]:
    sorts = [sort for sort in sorts_for(kind) if sort in GROUPS]
    return st.fixed_dictionaries(
        {}, optional={sort: st.sampled_from(GROUPS[sort]) for sort in sorts}
    )


@st.composite
def busy_drawings(draw: st.DrawFn) -> Topology:
    """A small drawing, most of which is linked, and whose parameters are lively."""
    topology = Topology()
    kinds = [*KINDS_IN_USE, *draw(st.sampled_from([(), ("database",), ("database",) * 3]))]
    for number, kind in enumerate(kinds):
        values = draw(_some_values(kind))
        node = AddNode(
            kind=kind,
            id=f"{BY_NAME[kind].prefix}-{number}",
            parameters=values,
            groups=draw(_groups(kind)),
        )
        topology, _, _ = apply(topology, node)
    for source in topology.nodes:
        for target in topology.nodes:
            if not source.spec.may_link_to(target.spec) or not draw(st.integers(0, 3)):
                continue
            values = draw(_some_values("link"))
            edit = AddLink(
                source=source.id,
                target=target.id,
                id=f"{source.id}_{target.id}",
                parameters=values,
            )
            try:
                topology, _, _ = apply(topology, edit)
            except EditError:  # databases that are linked the other way round already
                continue
    return topology


@st.composite
def live_edits(draw: st.DrawFn, topology: Topology) -> Edit:
    """Any edit about what is on the drawing, or was: a node comes back under its old id."""
    kind = draw(st.sampled_from([*KINDS_IN_USE, "database"]))
    prefix = BY_NAME[kind].prefix
    node_ids = st.sampled_from([node.id for node in topology.nodes] or ["users-0"])
    links = [link.id for link in topology.links]
    choices: list[Callable[[], Edit]] = [
        lambda: AddNode(
            kind=kind,
            id=f"{prefix}-{draw(st.integers(0, 9))}",
            parameters=draw(_some_values(kind)),
            groups=draw(_groups(kind)),
        ),
        lambda: _set_groups(draw, topology, draw(node_ids)),
        lambda: RemoveNode(node=draw(node_ids)),
        lambda: MoveNode(node=draw(node_ids), x=1.0, y=2.0),
        lambda: RenameNode(node=draw(node_ids), name="renamed"),
        lambda: _set_node(draw, topology, draw(node_ids)),
        lambda: _set_node(draw, topology, draw(node_ids)),
        lambda: _add_link(draw, topology),
        lambda: _add_link(draw, topology),
    ]
    if links:
        choices += [
            lambda: RemoveLink(link=draw(st.sampled_from(links))),
            lambda: SetLink(
                link=draw(st.sampled_from(links)), parameters=draw(_some_values("link"))
            ),
        ]
    return draw(st.sampled_from(choices))()


def _set_node(draw: st.DrawFn, topology: Topology, node_id: str) -> Edit:
    if not topology.has_node(node_id):
        return SetNode(node=node_id, parameters={})
    values = _some_values(topology.node(node_id).kind)
    return SetNode(node=node_id, parameters=draw(values))


def _set_groups(draw: st.DrawFn, topology: Topology, node_id: str) -> Edit:
    kind = topology.node(node_id).kind if topology.has_node(node_id) else "client"
    return SetGroups(node=node_id, groups=draw(_groups(kind)))


def _add_link(draw: st.DrawFn, topology: Topology) -> Edit:
    pairs = [
        (source.id, target.id)
        for source in topology.nodes
        for target in topology.nodes
        if source.spec.may_link_to(target.spec) and source.id != target.id
    ]
    source, target = draw(st.sampled_from(pairs or [("users-0", "web-0")]))
    return AddLink(
        source=source,
        target=target,
        id=f"{source}_{target}",
        parameters=draw(_some_values("link")),
    )


DURATIONS = st.sampled_from([None, None, 0.001, 0.3, 2.0])
LOSSES = st.sampled_from([0.0, 1.0, 40.0, 100.0])


@st.composite
def faults(draw: st.DrawFn, topology: Topology) -> NodeFault | LinkFault:
    """Break or heal any node or link of a drawing that has some nodes."""
    node = draw(st.sampled_from([node.id for node in topology.nodes]))
    for_s = draw(DURATIONS)
    choices: list[NodeFault | LinkFault] = [
        Crash(node=node, for_s=for_s),
        Heal(node=node),
    ]
    if "silence" in topology.node(node).spec.faults:
        choices += [
            Silence(node=node, for_s=for_s),
            Silence(node=node, for_s=for_s),
            Slow(node=node, factor=8.0, for_s=for_s),
            Heal(node=node),
        ]
    if topology.links:
        link = draw(st.sampled_from([link.id for link in topology.links]))
        directions: tuple[Literal["forth", "back", "both"], ...] = ("forth", "back", "both")
        choices += [
            *(CutLink(link=link, direction=one, for_s=for_s) for one in directions),
            Degrade(link=link, loss_percent=draw(LOSSES), extra_ms=30.0, for_s=for_s),
            HealLink(link=link),
        ]
    return draw(st.sampled_from(choices))


loads = st.sampled_from([0.0, 0.1, 1.0, 3.0]).map(lambda factor: SetLoad(factor=factor))
