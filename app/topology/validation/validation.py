"""Problems of a drawing: shown on it, never hidden, never refused."""

from __future__ import annotations

from collections.abc import Iterator

from app.schema import Role
from app.texts.text import Text
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.reachability import (
    FROM_INTERNET,
    NO_WAY_OUT,
    OTHER_NETWORK,
    SECOND_BALANCER,
)
from app.topology.replication.replication_groups import LED, mode_of
from app.topology.validation.capacity import unkept
from app.topology.validation.problem import Problem as Problem
from app.topology.validation.replication import disagreements


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
    """Describe the obstacle `why` between `source` and `target`, a code of
    `app.topology.reachability`, and what fails for it.
    """
    here, there = (_network(node) for node in (source, target))
    reasons = {
        FROM_INTERNET: Text("its address is private."),
        OTHER_NETWORK: Text(
            "its address is private to {there}, which {here} does not peer with.",
            there=there,
            here=here,
        ),
        NO_WAY_OUT: Text(
            "nothing leads out of {here}. Give {source} a NAT.", here=here, source=source.name
        ),
        SECOND_BALANCER: Text(
            "{source} is behind a load balancer, and a request passes one only.",
            source=source.name,
        ),
    }
    reason = reasons[why]
    fails = _failing(source)
    return Text(
        "{source} cannot reach {target}: {reason} {fails}",
        source=source.name,
        target=target.name,
        reason=reason,
        fails=fails,
    )


def _failing(source: Node) -> Text:
    """Describe what fails along a node's link that cannot work."""
    if source.spec.role is Role.SENDS:
        return Text("Requests on this link fail as unreachable.")
    if source.spec.replication == "log":
        return Text("Nothing is replicated.")
    return Text("Connections on this link fail, and so do health checks.")


def _network(node: Node) -> Text:
    name = node.groups.get("network")
    if name is None:
        return Text("the default network")
    return Text("the network “{name}”", name=name)


def _dead_ends(topology: Topology) -> Iterator[Problem]:
    for client in topology.of_role(Role.SENDS):
        targets = [topology.node(link.target) for link in topology.links_from(client.id)]
        if all(target.spec.role is Role.NAMES for target in targets):
            yield Problem(
                "no_endpoint",
                client.id,
                "",
                Text(
                    "{client} has nothing to connect to: link it to a load balancer or a web "
                    "server.",
                    client=client.name,
                ),
            )
    for balancer in topology.of_role(Role.FORWARDS):
        if not topology.links_from(balancer.id) and topology.links_at(balancer.id):
            yield Problem(
                "no_server",
                balancer.id,
                "",
                Text("{balancer} has no server behind it.", balancer=balancer.name),
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
                    "{group} has no primary: it takes no writes until it is linked to one or "
                    "elects one.",
                    group=group[0].name,
                ),
            )
        for extra in primaries[1:]:
            yield Problem(
                "two_primaries",
                extra.id,
                "",
                Text(
                    "{primary} is the primary of this group already; {extra} follows it as a "
                    "replica.",
                    primary=primaries[0].name,
                    extra=extra.name,
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
                        "{other} and {first} share a virtual IP but have different advert "
                        "intervals: they ignore each other, and both think they hold it.",
                        other=other.name,
                        first=first.name,
                    ),
                )
