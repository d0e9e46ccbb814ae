"""The timeline: what people did and what the system did about it, as rows in time order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch
from itertools import islice

from app.actions import AnyFault, Recorded, SetLoad
from app.engine.observe.incident import Incident
from app.schema import LINK_PARAMETERS, Parameter, Value
from app.session.entry import JournalEntry, Undone, Words, moved_nodes
from app.session.explain.fault_messages import Topologies, fault_words, name_of
from app.session.explain.incident_words import CATALOGUE
from app.texts.numbers import Fixed
from app.texts.text import Text, verbatim
from app.topology.edits.apply import (
    AddLink,
    AddNode,
    AddPeering,
    Batch,
    Edit,
    MoveNode,
    RemoveFrame,
    RemoveLink,
    RemoveNode,
    RemovePeering,
    RenameNode,
    SetExpectations,
    SetFrame,
    SetGroups,
    SetLink,
    SetNode,
)
from app.topology.groups import GROUP_LABELS
from app.topology.model import Topology
from app.topology.servers.instances import number_of, owner_of

YOU, SCRIPT = "you", "script"
"""Author of an action: somebody at the page, or the scenario's own journal."""

CHANGES_MAX = 8
"""Parameters of one edit that its row tells."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the timeline; `severity` names a glyph, `node` and `name` what it is about, and
    `other` a further node that it names.

    `number` is the place of an incident among those of the run, 0 for what is none. `author` did
    it ("": nobody), as the `person`th of the session who did anything (0: none). `undone` is the
    step that an undo took back.
    """

    id: str
    at_ns: int
    severity: str
    node: str
    name: str
    text: Text
    number: int = 0
    author: str = ""
    person: int = 0
    undone: Undone | None = None
    other: str = ""


def change_words(entry: JournalEntry) -> Words:
    """Words of an entry's row, while its situations are known."""
    action = entry.action
    topologies = (entry.before.topology, entry.after.topology)
    if moved := sorted(moved_nodes(action)):
        names = ", ".join(name_of(topologies, node) for node in moved[:3])
        return Words("neutral", moved[0], Text("{names} moved", names=names), quiet=True)
    if isinstance(action, AnyFault):
        return fault_words(action, topologies)
    if isinstance(action, SetLoad):
        return Words("neutral", "", load_text(entry.before.load, entry.after.load))
    quiet = places_only(action, topologies[0])
    return Words("neutral", _subject(action), edit_text(action, topologies), quiet=quiet)


def places_only(edit: Edit, before: Topology) -> bool:
    """Return whether an edit only says where things stand that are there already."""
    if isinstance(edit, Batch):
        return all(places_only(part, before) for part in edit.edits)
    if isinstance(edit, SetFrame):
        return before.canvas.frame(edit.sort, edit.name) is not None
    return isinstance(edit, MoveNode)


def load_text(before: float, after: float) -> Text:
    """The sentence of a turn of the load dial."""
    return Text("Load ×{before} → ×{after}", before=before, after=after)


def skipped_words(action: Recorded, why: Text) -> Words:
    """Return the words for an action of the scenario's own journal that no longer fits."""
    name = action.type.replace("_", " ")
    return Words(
        "neutral",
        "",
        Text("The scenario's “{name}” was skipped. {why}", name=name, why=why),
    )


def branch_words(now_ns: int) -> Words:
    """Return the words for a branch: somebody did something in the past."""
    return Words("neutral", "", Text("Branch from {at} s", at=Fixed(now_ns / 1e9, 1)))


def incident_words(incident: Incident, topology: Topology) -> Words:
    """Return the words for an incident of the system."""
    kind = CATALOGUE[incident.code]

    def name(node_id: str) -> str:
        drawn = owner_of(node_id)
        known = topology.node(drawn).name if topology.has_node(drawn) else drawn
        return known if drawn == node_id else f"{known} #{number_of(node_id)}"

    value = float(f"{incident.value:.4g}")
    values: dict[str, str | float] = {
        "node": name(incident.node),
        "other": name(incident.other),
        "value": value,
        "count": value,
    }
    text = kind.text
    if kind.alone and incident.other in ("", incident.node):
        text = kind.alone
    return Words(
        kind.severity, owner_of(incident.node), text.given(**values), other=owner_of(incident.other)
    )


def _subject(edit: Edit) -> str:
    if isinstance(edit, Batch):
        return _subject(edit.edits[0])
    if isinstance(edit, AddNode):
        return edit.id or ""
    if isinstance(edit, AddLink):
        return edit.source
    return getattr(edit, "node", "")


@singledispatch
def edit_text(edit: Edit, _: Topologies) -> Text:
    """The sentence about an edit that led from one drawing to another."""
    raise TypeError(f"an edit without words: {edit!r}")


@edit_text.register
def _batch(edit: Batch, topologies: Topologies) -> Text:
    if edit.sense is not None:
        return _act_text(edit, topologies)
    return _and_more(edit.edits, topologies)


def _and_more(edits: Sequence[Edit], topologies: Topologies) -> Text:
    first = edit_text(edits[0], topologies)
    more = len(edits) - 1
    return Text("{first}, and {more} more", first=first, more=more) if more else first


def _act_text(edit: Batch, topologies: Topologies) -> Text:
    """The sentence about several edits that are one act of a person."""
    added = [str(one.name) for one in edit.edits if isinstance(one, AddNode)]
    links = [one for one in edit.edits if isinstance(one, AddLink)]
    names = ", ".join(added[:3])
    if edit.sense == "insert" and len(links) == 2:
        source, target = (name_of(topologies, one) for one in (links[0].source, links[1].target))
        return Text(
            "{name} inserted between {source} and {target}",
            name=names,
            source=source,
            target=target,
        )
    if edit.sense == "link" and links:
        ends = _ends(topologies, links[0].source, links[0].target)
        return Text("{name} added, {ends} linked", name=names, ends=ends)
    if edit.sense == "duplicate":
        return Text("{names} added as a copy", names=names)
    placed = [one for one in edit.edits if isinstance(one, SetGroups)]
    if edit.sense == "rename":
        return _renamed_group(edit, placed, topologies)
    if edit.sense == "group":
        return _and_more(placed or edit.edits, topologies)
    return Text("{names} pasted", names=names)


def _renamed_group(edit: Batch, placed: Sequence[SetGroups], topologies: Topologies) -> Text:
    """The sentence about a group's new name, from its frame or else from its first member."""
    frames = [one for one in edit.edits if isinstance(one, RemoveFrame | SetFrame)]
    sort: str
    if len(frames) == 2:
        sort, before, after = frames[0].sort, frames[0].name, frames[1].name
    elif placed:
        [(sort, after)] = placed[0].groups.items()
        there = [one.node(placed[0].node) for one in topologies if one.has_node(placed[0].node)]
        before = next((one.groups.get(sort, "") for one in there), "")
    else:
        return _and_more(edit.edits, topologies)
    return Text("{name} is now called {new}", name=_group(sort, before), new=after)


def _group(sort: str, name: str) -> Text:
    if name.lower().startswith(sort):
        return verbatim(name)
    return Text("{sort} {name}", sort=GROUP_LABELS[sort], name=name)


@edit_text.register
def _framed(edit: SetFrame, topologies: Topologies) -> Text:
    group = _group(edit.sort, edit.name)
    if topologies[0].canvas.frame(edit.sort, edit.name):
        return Text("{names} moved", names=group)
    return Text("{name} added", context="timeline", name=group)


@edit_text.register
def _unframed(edit: RemoveFrame, _: Topologies) -> Text:
    return Text("{name} removed", name=_group(edit.sort, edit.name))


@edit_text.register
def _moved(edit: MoveNode, topologies: Topologies) -> Text:
    return Text("{names} moved", names=name_of(topologies, edit.node))


@edit_text.register
def _added(edit: AddNode, _: Topologies) -> Text:
    return Text("{name} added", context="timeline", name=str(edit.name))


@edit_text.register
def _removed(edit: RemoveNode, topologies: Topologies) -> Text:
    name = name_of(topologies, edit.node)
    return Text("{name} removed", name=name)


@edit_text.register
def _renamed(edit: RenameNode, topologies: Topologies) -> Text:
    name = name_of(topologies, edit.node)
    return Text("{name} is now called {new}", name=name, new=edit.name)


@edit_text.register
def _set_node(edit: SetNode, topologies: Topologies) -> Text:
    name = name_of(topologies, edit.node)
    nodes = [one.node(edit.node) for one in topologies if one.has_node(edit.node)]
    if not nodes:
        return verbatim(name)
    return _settings(name, nodes[0].spec.parameters, nodes[0].parameters, edit.parameters)


@edit_text.register
def _set_groups(edit: SetGroups, topologies: Topologies) -> Text:
    name = name_of(topologies, edit.node)
    before = topologies[0].node(edit.node).groups if topologies[0].has_node(edit.node) else {}
    none = Text("none")
    changes = [
        _change(GROUP_LABELS[sort], before.get(sort) or none, after or none)
        for sort, after in edit.groups.items()
    ]
    return Text("{name}: {changes}", name=name, changes=changes)


@edit_text.register
def _set_link(edit: SetLink, topologies: Topologies) -> Text:
    there = [one.link(edit.link) for one in topologies if one.has_link(edit.link)]
    if not there:
        return verbatim(edit.link)
    name = _ends(topologies, there[0].source, there[0].target)
    return _settings(name, LINK_PARAMETERS, there[0].parameters, edit.parameters)


@edit_text.register
def _linked(edit: AddLink, topologies: Topologies) -> Text:
    return Text("{ends} linked", ends=_ends(topologies, edit.source, edit.target))


@edit_text.register
def _unlinked(edit: RemoveLink, topologies: Topologies) -> Text:
    for topology in topologies:
        if topology.has_link(edit.link):
            return Text("{ends} unlinked", ends=_ends(topologies, *topology.ends[edit.link]))
    return Text("{name} removed", name=edit.link)


@edit_text.register
def _peered(edit: AddPeering, _: Topologies) -> Text:
    one, other = edit.networks
    return Text("{one} and {other} peer", one=one, other=other)


@edit_text.register
def _parted(edit: RemovePeering, _: Topologies) -> Text:
    one, other = edit.networks
    return Text("{one} and {other} no longer peer", one=one, other=other)


@edit_text.register
def _expected(edit: SetExpectations, topologies: Topologies) -> Text:
    """Rows that are new, or else those that are gone."""
    before, after = topologies[0].rows.get(edit.of, ()), edit.rows
    if new := [row for row in after if row not in before]:
        return Text("Expected: {rows}", rows=new)
    return Text("No longer expected: {rows}", rows=[row for row in before if row not in after])


def _ends(topologies: Topologies, source: str, target: str) -> str:
    return f"{name_of(topologies, source)} → {name_of(topologies, target)}"


def _settings(
    name: str,
    parameters: tuple[Parameter, ...],
    before: Mapping[str, Value],
    after: Mapping[str, Value],
) -> Text:
    """``web-1: Cores 4 cores → 8 cores``, for the parameters that really changed."""
    known = {parameter.name: parameter for parameter in parameters}
    changed = {
        key: value for key, value in after.items() if key in known and before.get(key) != value
    } or {key: value for key, value in after.items() if key in known}
    changes = [
        _change(known[key].label, known[key].text(before[key]), known[key].text(value))
        for key, value in islice(changed.items(), CHANGES_MAX)
        if key in before
    ]
    more = len(changed) - CHANGES_MAX
    if more > 0:
        return Text("{name}: {changes}, and {more} more", name=name, changes=changes, more=more)
    return Text("{name}: {changes}", name=name, changes=changes)


def _change(label: Text, before: Text | str, after: Text | str) -> Text:
    return Text("{label} {before} → {after}", label=label, before=before, after=after)
