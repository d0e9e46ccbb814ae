"""Starvation: nodes that get no requests while others like them do, and users of old addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.findings.finding import NOW, Finding, FindingType, Severity
from app.findings.present import Measured, Present
from app.findings.wiring import siblings
from app.schema import Role
from app.texts.text import Text
from app.topology.nodes import Node
from app.topology.paths.routing import lookup_links, used_addresses

_FEW: Final = 0.5
"""An address that fewer cached answers than this part of its share hold is new to users."""
_SOON_S: Final = 1.0
"""Cached answers that run out sooner than this are not worth a word."""


def starved(present: Present) -> Iterator[Finding]:
    """Servers that are up and get nothing, though those beside them do."""
    if present.measured is None:
        return
    for node in present.topology.of_role(Role.WORKS):
        now = present.now(node.id)
        if now is None or not now.up or now.rps > 0.0:
            continue
        fed = [one for one in siblings(present.topology, node) if _rps(present, one) > 0.0]
        senders = [
            present.topology.node(link.source)
            for link in present.topology.links_to(node.id)
            if present.topology.node(link.source).spec.role is Role.FORWARDS
        ]
        active = [one for one in senders if _rps(present, one) > 0.0]
        if not fed or not active:
            continue
        yield Finding(
            FindingType.STARVED,
            Severity.LIMITS,
            (node.id,),
            Text("{node} gets no requests", node=node.name),
            Text(
                "It is up, and {senders} keeps it out of rotation: {others} does all the work.",
                senders=[one.name for one in active],
                others=[one.name for one in fed],
            ),
            NOW,
            Text("Out of rotation"),
            Text("Out of rotation at {node}", node=active[0].name),
        )


def _rps(present: Present, node: Node) -> float:
    now = present.now(node.id)
    return now.rps if now and now.up else 0.0


def old_addresses(present: Present) -> Iterator[Finding]:
    """Users who hold the address of a node that is down, or none of one that is new."""
    for client in present.topology.of_role(Role.SENDS) if present.measured else ():
        cached = present.measured.cached.get(client.id, {}) if present.measured else {}
        if not cached or not lookup_links(present.topology, client):
            continue
        targets = {link.target: None for link in used_addresses(present.topology, client)}
        for name in targets:
            if name in present.down and name in cached and cached[name].for_s > _SOON_S:
                yield _dead(present, client, name, cached[name].share, cached[name].for_s)
        fresh = [
            name
            for name in targets
            if name not in present.down
            and (cached[name].share if name in cached else 0.0) < _FEW / len(targets)
        ]
        longest = max((one.for_s for one in cached.values()), default=0.0)
        if fresh and longest > _SOON_S and _are_used(present.measured, client):
            yield _new(present, client, fresh, longest)


def _are_used(measured: Measured | None, client: Node) -> bool:
    now = measured.nodes.get(client.id) if measured else None
    return now is not None and now.rps > 0.0


def _dead(present: Present, client: Node, name: str, share: float, for_s: float) -> Finding:
    target = present.topology.node(name).name
    return Finding(
        FindingType.OLD_ADDRESS,
        Severity.HURTS,
        (client.id, name),
        Text("{client} still hold the address of {target}", client=client.name, target=target),
        Text(
            "{share} % of the cached answers lead there, the last one for {seconds} s more; until "
            "then what they send fails.",
            share=round(100 * share),
            seconds=round(for_s),
        ),
        Text("{seconds} s", seconds=round(for_s)),
        Text("Old address"),
        None,
    )


def _new(present: Present, client: Node, fresh: list[str], for_s: float) -> Finding:
    names = [present.topology.node(one).name for one in fresh]
    return Finding(
        FindingType.OLD_ADDRESS,
        Severity.NOTE,
        (client.id, *fresh),
        Text("{client} hold old answers without {targets}", client=client.name, targets=names),
        Text(
            "Cached answers from before lead elsewhere for up to {seconds} s more; until then "
            "{targets} gets less than its share.",
            targets=names,
            seconds=round(for_s),
        ),
        Text("{seconds} s", seconds=round(for_s)),
        Text("Old address"),
        None,
    )
