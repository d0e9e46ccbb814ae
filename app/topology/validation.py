"""What is wrong with a drawing: problems are shown on it, never hidden, never refused."""

from __future__ import annotations

from collections.abc import Iterator

from app.schema import Text
from app.topology.model import Node, Topology
from app.topology.primaries import LED, mode_of
from app.topology.problem import Problem as Problem
from app.topology.promises import unkept
from app.topology.quarrels import disagreements
from app.topology.reach import FROM_INTERNET, NO_WAY_OUT, OTHER_NETWORK


def problems(topology: Topology) -> tuple[Problem, ...]:
    """Every problem of a drawing, in a stable order."""
    return (
        *_unreachable(topology),
        *_dead_ends(topology),
        *_leaderless(topology),
        *disagreements(topology),
        *unkept(topology),
        *_deaf(topology),
    )


def _unreachable(topology: Topology) -> Iterator[Problem]:
    for link in topology.links:
        why = topology.hindrance(link)
        if why:
            source, target = topology.node(link.source), topology.node(link.target)
            yield Problem(why, target.id, link.id, unreachable_text(why, source, target))


def unreachable_text(why: str, source: Node, target: Node) -> Text:
    """What keeps `source` from `target` (see `app.topology.reach`), and what fails for it."""
    here, there = (_network(node) for node in (source, target))
    reasons = {
        FROM_INTERNET: Text("its address is private.", "주소가 사설입니다."),
        OTHER_NETWORK: Text(
            f"its address is private to {there.en}, which {here.en} does not peer with.",
            f"{there.ko}의 사설 주소인데 {here.ko}와(과) 피어링되어 있지 않습니다.",
        ),
        NO_WAY_OUT: Text(
            f"nothing leads out of {here.en}. Give {source.name} a NAT.",
            f"{here.ko} 밖으로 나가는 길이 없습니다. {source.name}에 NAT를 켜세요.",
        ),
    }
    reason = reasons[why]
    fails = {
        "client": Text(
            "Requests on this link fail as unreachable.",
            "이 연결의 요청은 도달 불가로 실패합니다.",
        ),
        "database": Text("Nothing is replicated.", "복제가 이루어지지 않습니다."),
    }.get(
        source.kind,
        Text(
            "Connections on this link fail, and so do health checks.",
            "이 연결의 접속과 상태 점검은 실패합니다.",
        ),
    )
    return Text(
        f"{source.name} cannot reach {target.name}: {reason.en} {fails.en}",
        f"{source.name}에서 {target.name}에 닿을 수 없습니다. {reason.ko} {fails.ko}",
    )


def _network(node: Node) -> Text:
    name = node.groups.get("network")
    if name is None:
        return Text("the default network", "기본 사설망")
    return Text(f"the network “{name}”", f"사설망 “{name}”")


def _dead_ends(topology: Topology) -> Iterator[Problem]:
    for client in topology.of_kind("client"):
        targets = [topology.node(link.target) for link in topology.links_from(client.id)]
        if all(target.kind == "dns" for target in targets):
            yield Problem(
                "no_endpoint",
                client.id,
                "",
                Text(
                    f"{client.name} has nothing to connect to: link it to a load balancer "
                    "or a web server.",
                    f"{client.name}의 접속 대상이 없습니다. 로드 밸런서나 웹 서버에 연결하세요.",
                ),
            )
    for balancer in topology.of_kind("load_balancer"):
        if not topology.links_from(balancer.id) and topology.links_at(balancer.id):
            yield Problem(
                "no_server",
                balancer.id,
                "",
                Text(
                    f"{balancer.name} has no server behind it.",
                    f"{balancer.name} 뒤에 서버가 없습니다.",
                ),
            )


def _leaderless(topology: Topology) -> Iterator[Problem]:
    for group in topology.database_groups():
        if mode_of(group) != LED:
            continue
        primaries = [node for node in group if node.parameters["role"] == "primary"]
        if not primaries:
            yield Problem(
                "no_primary",
                group[0].id,
                "",
                Text(
                    f"{group[0].name} has no primary: it takes no writes until it is "
                    "linked to one or elects one.",
                    f"{group[0].name}의 주 서버가 없습니다. 주 서버에 연결하거나 "
                    "선출할 때까지 쓰기를 받지 못합니다.",
                ),
            )
        for extra in primaries[1:]:
            yield Problem(
                "two_primaries",
                extra.id,
                "",
                Text(
                    f"{primaries[0].name} is the primary of this group already; "
                    f"{extra.name} follows it as a replica.",
                    f"이 그룹의 주 서버는 이미 {primaries[0].name}입니다. "
                    f"{extra.name}은(는) 부 서버로 따라갑니다.",
                ),
            )


def _deaf(topology: Topology) -> Iterator[Problem]:
    for name in topology.group_names("virtual_ip"):
        first, *others = topology.in_group("virtual_ip", name)
        for other in others:
            if other.parameters["advert_interval_s"] != first.parameters["advert_interval_s"]:
                yield Problem(
                    "two_masters",
                    other.id,
                    "",
                    Text(
                        f"{other.name} and {first.name} share a virtual IP but have different "
                        "advert intervals: they ignore each other, and both think they hold it.",
                        f"{other.name}와(과) {first.name}은(는) 가상 IP를 나누지만 광고 간격이 "
                        "다릅니다. 서로를 무시하고 둘 다 자기가 가졌다고 여깁니다.",
                    ),
                )
