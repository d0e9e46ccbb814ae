"""What the timeline says about a fault: what broke, where, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

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
from app.schema import Text, plain
from app.topology.fleets import bounds
from app.topology.groups import GROUP_LABELS
from app.topology.model import Topology

Topologies = tuple[Topology, Topology]
"""A drawing before and after an action."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a row says, before it has a time: glyph, the node it is about, and the sentence.

    `quiet` words are not worth a row: where things stand on the drawing is no event of the run.
    """

    severity: str
    node: str
    text: Text
    quiet: bool = False


def name_of(topologies: Topologies, node_id: str) -> str:
    """The name of a node, as it was before when it has another one now."""
    for topology in topologies:
        if topology.has_node(node_id):
            return topology.node(node_id).name
    return node_id


def fault_words(fault: AnyFault, topologies: Topologies) -> Words:
    """What a row says about a fault or the end of one."""
    if isinstance(fault, Faults):
        first, more = fault_words(fault.faults[0], topologies), len(fault.faults) - 1
        if not more:
            return first
        text = Text(f"{first.text.en}, and {more} more", f"{first.text.ko} 외 {more}건")
        return Words(first.severity, first.node, text)
    if isinstance(fault, Remedy):
        name = name_of(topologies, str(fault.node))
        text = _REMEDIES[fault.how if isinstance(fault, Recover) else fault.type]
        severity = "down" if isinstance(fault, Destroy) else "recovering"
        return Words(severity, str(fault.node), Text(f"{name}: {text.en}", f"{name}: {text.ko}"))
    node, subject = _subject(fault, topologies)
    said = _link_text(fault, subject) if isinstance(fault, LinkFault) else _text(fault, subject)
    healed = isinstance(fault, Heal | HealLink)
    severity = "recovering" if healed else _SEVERITIES[fault.type]
    seconds = getattr(fault, "for_s", None)
    if seconds is not None:
        said = Text(f"{said.en}, for {plain(seconds)} s", f"{said.ko} ({plain(seconds)}초 동안)")
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
    "rewind": Text("rewind", "되감기"),
    "rebuild": Text("rebuild from a full copy", "전체 복사로 재구축"),
    "merge": Text("merge of its own writes, by script", "혼자 가진 쓰기를 스크립트로 병합"),
    "restore": Text("restore of rows", "행 복원"),
    "skip": Text("skip of duplicate rows", "중복된 행 건너뜀"),
    "stop": Text("stop of the recovery", "복구 중지"),
    "destroy": Text("a destructive write", "파괴적인 쓰기"),
}
_WAYS = {
    "forth": Text(" (requests)", " (요청 방향)"),
    "back": Text(" (answers)", " (응답 방향)"),
    "both": Text("", ""),
}
_BORDERS = {
    "forth": Text(" (inward)", " (들어오는 방향)"),
    "back": Text(" (outward)", " (나가는 방향)"),
    "both": Text("", ""),
}


def _subject(fault: NodeFault | LinkFault, topologies: Topologies) -> tuple[str, Text]:
    """The node that a row is about, if any, and what people call what is broken."""
    if fault.group is not None:
        label, name = GROUP_LABELS[fault.group.sort], fault.group.name
        return "", Text(f"{label.en} {name}", f"{label.ko} {name}")
    if isinstance(fault, LinkFault):
        for topology in topologies:
            for link in topology.links:
                if link.id == fault.link:
                    ends = [name_of(topologies, one) for one in (link.source, link.target)]
                    return link.source, Text(" → ".join(ends), " → ".join(ends))
        return "", Text(str(fault.link), str(fault.link))
    name = name_of(topologies, str(fault.node))
    node = next((one for one in topologies[0].nodes if one.id == fault.node), None)
    if node is None or bounds(node)[1] == 1 or isinstance(fault, Heal):
        return str(fault.node), Text(name, name)
    count = getattr(fault, "servers", None) or 1
    if count == 1:
        return str(fault.node), Text(f"{name} (its first server)", f"{name} (첫 번째 서버)")
    said = Text(f"{name} (its first {count} servers)", f"{name} (첫 서버 {count}대)")
    return str(fault.node), said


def _text(fault: NodeFault, subject: Text) -> Text:
    en, ko = subject.en, subject.ko
    if isinstance(fault, Crash):
        return Text(f"{en} crashed", f"{ko} 중단됨")
    if isinstance(fault, Silence):
        return Text(f"{en} hangs", f"{ko} 응답 없음")
    if isinstance(fault, Flush):
        return Text(f"{en} flushed", f"{ko} 비움")
    if isinstance(fault, Slow):
        times = plain(fault.factor)
        return Text(f"{en} works {times}× slower", f"{ko} {times}배 느려짐")
    return Text(f"{en} started again", f"{ko} 다시 시작됨")


def _link_text(fault: LinkFault, subject: Text) -> Text:
    en, ko = subject.en, subject.ko
    if isinstance(fault, CutLink):
        way = (_BORDERS if fault.group else _WAYS)[fault.direction]
        return Text(f"{en} cut{way.en}", f"{ko} 끊김{way.ko}")
    if isinstance(fault, Degrade):
        loss, extra = plain(fault.loss_percent), plain(fault.extra_ms)
        return Text(
            f"{en} loses {loss} % and takes {extra} ms more",
            f"{ko} 손실 {loss} %, 지연 {extra} ms 추가",
        )
    return Text(f"{en} works again", f"{ko} 다시 정상")
