"""Random drawings, edits and scenarios, all of them allowed unless their name says otherwise."""

from collections.abc import Callable
from functools import cache

from hypothesis import strategies as st

from app.actions import Crash, Heal, Recorded, SetLoad
from app.kinds import BY_NAME, KINDS
from app.scenarios.document import Scenario, TimedAction
from app.schema import LINK_PARAMETERS, Kind, Parameter, Value
from app.topology.canvas import FRAME_SORTS
from app.topology.edits.apply import (
    AddLink,
    AddLinked,
    AddNode,
    AddPeering,
    Batch,
    Duplicate,
    Edit,
    EditError,
    InsertNode,
    MoveNode,
    RemoveFrame,
    RemoveGroup,
    RemoveLink,
    RemoveNode,
    RemovePeering,
    RenameGroup,
    RenameNode,
    SetFrame,
    SetGroups,
    SetLink,
    SetNode,
    Tidy,
    apply,
)
from app.topology.groups import sorts_for
from app.topology.model import Topology

DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters of Unicode's Bidi_Control."""

COORDINATES = st.floats(-100_000, 100_000, allow_nan=False)
NAMES = (
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters=DIRECTIONS),
        min_size=1,
        max_size=60,
    )
    .map(str.strip)
    .filter(bool)
)


GROUP_NAMES = st.sampled_from(["a", "b", "seoul 1", "  spaced   out ", ""])
PAIRS = st.tuples(*[st.sampled_from(["a", "b", " c  d"])] * 2)


FRAMED = st.fixed_dictionaries(
    {"sort": st.sampled_from(FRAME_SORTS), "name": GROUP_NAMES.filter(bool)}
)
SIDES = st.floats(80, 20_000)


@cache
def groups(kind: str) -> st.SearchStrategy[dict[str, str]]:
    """Groups that a node of a kind may be in."""
    return st.dictionaries(st.sampled_from(sorts_for(kind)), GROUP_NAMES)


def values(parameter: Parameter) -> st.SearchStrategy[Value]:
    """What a parameter takes."""
    if parameter.choices:
        return st.sampled_from([choice.name for choice in parameter.choices])
    if parameter.columns:
        return tables(len(parameter.columns))
    if parameter.whole:
        return st.integers(int(parameter.low), int(parameter.high))
    return st.floats(parameter.low, parameter.high, allow_nan=False)


def tables(columns: int) -> st.SearchStrategy[str]:
    """A short CSV table in its normal form: the first column never goes back."""
    row = st.lists(st.integers(0, 1000), min_size=columns, max_size=columns)
    rows = st.lists(row, max_size=4).map(lambda found: sorted(found, key=lambda cells: cells[0]))
    return rows.map(lambda found: "\n".join(",".join(map(str, cells)) for cells in found))


@cache
def some_values(kind: str) -> st.SearchStrategy[dict[str, Value]]:
    """Values for some of the parameters of a kind, or of a link."""
    parameters = LINK_PARAMETERS if kind == "link" else BY_NAME[kind].parameters
    return st.fixed_dictionaries({}, optional={one.name: values(one) for one in parameters})


KIND = st.sampled_from(KINDS)
PRESET = {kind.name: st.sampled_from([preset.name for preset in kind.presets]) for kind in KINDS}


@st.composite
def topologies(draw: st.DrawFn, nodes_max: int = 8) -> Topology:
    """A drawing, made by edits only."""
    topology = Topology()
    for number in range(draw(st.integers(0, nodes_max))):
        kind: Kind = draw(KIND)
        node = AddNode(
            kind=kind.name,
            preset=draw(PRESET[kind.name]),
            id=f"{kind.prefix}-{number}",
            name=draw(st.none() | NAMES),
            x=draw(COORDINATES),
            y=draw(COORDINATES),
            parameters=draw(some_values(kind.name)),
            groups=draw(st.none() | groups(kind.name)),
        )
        topology, _, _ = apply(topology, node)
    for number, pair in enumerate(draw(_pairs(topology))):
        link = AddLink(
            id=f"link-{number}",
            source=pair[0],
            target=pair[1],
            parameters=draw(some_values("link")),
        )
        topology, _, _ = apply(topology, link)
    if draw(st.booleans()):
        topology, _, _ = apply(topology, AddPeering(networks=("b", "a")))
    for place in draw(st.lists(FRAMED, max_size=2)):
        box = {"x": draw(COORDINATES), "y": draw(COORDINATES), "w": draw(SIDES), "h": draw(SIDES)}
        topology, _, _ = apply(topology, SetFrame(**place, **box))
    return topology


def _pairs(topology: Topology) -> st.SearchStrategy[list[tuple[str, str]]]:
    order = {node.id: place for place, node in enumerate(topology.nodes)}
    pairs = [
        (source.id, target.id)
        for source in topology.nodes
        for target in topology.nodes
        if source.spec.may_link_to(target.spec)
        and (source.kind != target.kind or order[source.id] < order[target.id])
    ]
    return st.lists(st.sampled_from(pairs), unique=True) if pairs else st.just([])


@st.composite
def edits(draw: st.DrawFn, topology: Topology) -> Edit:
    """Any edit about the things of a drawing, or about what is not there; many do not fit it."""
    node_ids = st.sampled_from([*(node.id for node in topology.nodes), "nobody"])
    link_ids = st.sampled_from([*(link.id for link in topology.links), "link-none"])
    new_ids = st.sampled_from(["new-1", "new-2", "new-3"])
    kind: Kind = draw(KIND)
    parameters = some_values(kind.name)
    choices: list[Callable[[], Edit]] = [
        lambda: AddNode(
            kind=draw(st.sampled_from([kind.name, "toaster"])),
            id=draw(st.none() | new_ids | node_ids),
            parameters=draw(parameters),
        ),
        lambda: RemoveNode(node=draw(node_ids)),
        lambda: MoveNode(node=draw(node_ids), x=draw(COORDINATES), y=draw(COORDINATES)),
        lambda: RenameNode(node=draw(node_ids), name=draw(NAMES)),
        lambda: SetNode(node=draw(node_ids), parameters=draw(parameters)),
        lambda: AddPeering(networks=draw(PAIRS)),
        lambda: RemovePeering(networks=draw(PAIRS)),
        lambda: SetGroups(node=draw(node_ids), groups=draw(groups("load_balancer"))),
        lambda: AddLink(
            source=draw(node_ids), target=draw(node_ids), id=draw(st.none() | new_ids | link_ids)
        ),
        lambda: RemoveLink(link=draw(link_ids)),
        lambda: SetLink(link=draw(link_ids), parameters=draw(some_values("link"))),
        lambda: InsertNode(link=draw(link_ids), kind=kind.name, x=draw(st.none() | COORDINATES)),
        lambda: SetFrame(
            **draw(FRAMED),
            x=draw(COORDINATES),
            y=draw(COORDINATES),
            w=draw(SIDES),
            h=draw(SIDES),
        ),
        lambda: RemoveFrame(**draw(FRAMED)),
        lambda: RemoveGroup(**draw(FRAMED)),
        lambda: RenameGroup(**draw(FRAMED), to=draw(GROUP_NAMES.filter(bool))),
        Tidy,
        lambda: AddLinked(node=draw(node_ids), kind=kind.name),
        lambda: Duplicate(nodes=tuple(draw(st.lists(node_ids, min_size=1, max_size=3)))),
    ]
    return draw(st.sampled_from(choices))()


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """A scenario with a journal of every sort of action, all of which fit."""
    start = draw(topologies())
    topology, at_ns = start, 0
    journal: list[TimedAction] = []
    for _ in range(draw(st.integers(0, 6))):
        at_ns += draw(st.integers(0, 10**12))
        edit = draw(edits(topology))
        batch = Batch(edits=(edit,)) if draw(st.booleans()) else edit
        try:
            topology, resolved, _ = apply(topology, batch)
        except EditError:
            journal.append(TimedAction(at_ns, draw(_no_edit(topology))))
        else:
            journal.append(TimedAction(at_ns, resolved))
    return Scenario(
        name=draw(NAMES),
        topology=start,
        seed=draw(st.integers(0, 2**53 - 1)),
        load=draw(st.floats(0, 1000)),
        until_s=draw(st.floats(0, 2_000_000, exclude_min=True)),
        journal=tuple(journal),
    )


def _no_edit(topology: Topology) -> st.SearchStrategy[Recorded]:
    loads = st.floats(0, 1000).map(lambda factor: SetLoad(factor=factor))
    if not topology.nodes:
        return loads
    node_ids = st.sampled_from([node.id for node in topology.nodes])
    return (
        loads
        | node_ids.map(lambda node: Crash(node=node))
        | node_ids.map(lambda node: Heal(node=node))
    )
