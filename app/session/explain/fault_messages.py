"""Words of the timeline about a fault: its type, place and duration."""

from __future__ import annotations

from app.actions import (
    AnyFault,
    Crash,
    CutLink,
    Degrade,
    Destroy,
    Faults,
    Flush,
    Heal,
    HealLink,
    LinkFault,
    NodeFault,
    Recover,
    Remedy,
    Silence,
    Slow,
)
from app.session.entry import Words
from app.texts.text import Text, plural, verbatim
from app.topology.groups import GROUP_LABELS
from app.topology.model import Topology
from app.topology.servers.instances import bounds

Topologies = tuple[Topology, Topology]
"""A drawing before and after an action."""


def name_of(topologies: Topologies, node_id: str) -> str:
    """The name of a node, as it was before when it has another one now."""
    for topology in topologies:
        if topology.has_node(node_id):
            return topology.node(node_id).name
    return node_id


def fault_words(fault: AnyFault, topologies: Topologies) -> Words:
    """Return the words of a row about a fault or the end of one."""
    if isinstance(fault, Faults):
        first, more = fault_words(fault.faults[0], topologies), len(fault.faults) - 1
        if not more:
            return first
        text = Text("{first}, and {more} more", first=first.text, more=more)
        return Words(first.severity, first.node, text)
    if isinstance(fault, Remedy):
        name = name_of(topologies, str(fault.node))
        text = _REMEDIES[fault.how if isinstance(fault, Recover) else fault.type]
        severity = "down" if isinstance(fault, Destroy) else "recovering"
        return Words(severity, str(fault.node), Text("{name}: {text}", name=name, text=text))
    node, subject = _subject(fault, topologies)
    said = _link_text(fault, subject) if isinstance(fault, LinkFault) else _text(fault, subject)
    healed = isinstance(fault, Heal | HealLink)
    severity = "recovering" if healed else _SEVERITIES[fault.type]
    seconds = getattr(fault, "for_s", None)
    if seconds is not None:
        said = Text("{said}, for {seconds} s", said=said, seconds=seconds)
    return Words(severity, node, said)


_SEVERITIES = {
    "crash": "down",
    "silence": "down",
    "slow": "saturated",
    "flush": "neutral",
    "cut_link": "down",
    "degrade": "saturated",
}
_REMEDIES = {
    "rewind": Text("rewind"),
    "rebuild": Text("rebuild from a full copy"),
    "merge": Text("merge of its own writes, by script"),
    "restore": Text("restore of rows"),
    "skip": Text("skip of duplicate rows"),
    "stop": Text("stop of the recovery"),
    "destroy": Text("a destructive write"),
}
_CUT = Text("{subject} cut")
_WAYS = {
    "forth": Text("{subject} cut (requests)"),
    "back": Text("{subject} cut (answers)"),
    "both": _CUT,
}
_BORDERS = {
    "forth": Text("{subject} cut (inward)"),
    "back": Text("{subject} cut (outward)"),
    "both": _CUT,
}


def _subject(fault: NodeFault | LinkFault, topologies: Topologies) -> tuple[str, Text]:
    """The node that a row is about, if any, and what people call what is broken."""
    if fault.group is not None:
        label, name = GROUP_LABELS[fault.group.sort], fault.group.name
        return "", Text("{label} {name}", label=label, name=name)
    if isinstance(fault, LinkFault):
        for topology in topologies:
            if topology.has_link(str(fault.link)):
                ends = topology.ends[str(fault.link)]
                return ends[0], verbatim(" → ".join(name_of(topologies, one) for one in ends))
        return "", verbatim(str(fault.link))
    name = name_of(topologies, str(fault.node))
    drawn = topologies[0].has_node(str(fault.node))
    alone = not drawn or bounds(topologies[0].node(str(fault.node)))[1] == 1
    if alone or isinstance(fault, Heal):
        return str(fault.node), verbatim(name)
    count = getattr(fault, "servers", None) or 1
    if count == 1:
        return str(fault.node), Text("{name} (its first server)", name=name)
    said = plural(
        "{name} (its first {count} server)",
        "{name} (its first {count} servers)",
        name=name,
        count=count,
    )
    return str(fault.node), said


def _text(fault: NodeFault, subject: Text) -> Text:
    if isinstance(fault, Crash):
        return Text("{subject} crashed", subject=subject)
    if isinstance(fault, Silence):
        return Text("{subject} hangs", subject=subject)
    if isinstance(fault, Flush):
        return Text("{subject} flushed", subject=subject)
    if isinstance(fault, Slow):
        return Text("{subject} works {times}× slower", subject=subject, times=fault.factor)
    return Text("{subject} started again", subject=subject)


def _link_text(fault: LinkFault, subject: Text) -> Text:
    if isinstance(fault, CutLink):
        return (_BORDERS if fault.group else _WAYS)[fault.direction].given(subject=subject)
    if isinstance(fault, Degrade):
        return Text(
            "{subject} loses {loss} % and takes {extra} ms more",
            subject=subject,
            loss=fault.loss_percent,
            extra=fault.extra_ms,
        )
    return Text("{subject} works again", subject=subject)
