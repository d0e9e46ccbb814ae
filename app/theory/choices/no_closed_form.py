"""Settings under which a station's queue, or what comes to it, follows no closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.texts.text import Text
from app.theory.choices.assumed_choices import assumed
from app.theory.choices.known_choices import no_form_for
from app.topology import choices
from app.topology.choices import is_drawn_at_random, is_primary, serves_in_turn, waits_to_commit
from app.topology.nodes import Node
from app.topology.replication.replication_groups import LED, mode_of

HELD_BACK: Final = Text("The balancer holds requests back until a server has a connection free.")
TRIED_AGAIN: Final = Text(
    "Whoever fails tries again, so more comes than stated once attempts fail."
)
SHORT_OF_MEMORY: Final = Text(
    "No closed form holds here: memory may run short. The figures leave out what requests take."
)
_WAITS_END: Final = Text("No closed form holds here: who has waited for too long is turned away.")
_WORKERS: Final = Text(
    "No closed form holds here: requests are turned away while its workers wait for a database."
)


_COMMITS = Text(
    "No closed form holds here: a write also waits for replicas, which is in no formula."
)
POOLED: Final = Text(
    "Calls wait for a connection of the server's pool, so what comes here follows no law."
)
BY_LAG: Final = Text(
    "Reads go to the replica that is least behind, so how many come here follows no law."
)


BY_KEY: Final = Text(
    "Each key is written at its home, so what comes here depends on which keys are written."
)


PINNED: Final = Text(
    "Users' reads of their own writes go to the primary for a while, so it gets more reads than "
    "stated, and replicas fewer."
)
ASKS_ALL: Final = Text(
    "Each read asks every database here at once, so they are busy at the same times."
)
READ_BACK: Final = Text(
    "Users read back what they have written, so requests follow one another and are not Poisson."
)
TIMEOUTS: Final = Text(
    "Timeouts of nodes that wait for others are left out: nobody is taken to wait that long."
)


def cuts_off(node: Node) -> bool:
    """Return whether a node gives up on others after a time of its own choosing."""
    return any(_number(node, name) > 0 for name in node.spec.timeouts)


@dataclass(frozen=True, slots=True)
class Pace:
    """Reason why a server's calls come otherwise than its requests: in other gaps, or even to other
    nodes, so that their rates are `estimated`.
    """

    doubt: Text
    estimated: bool = True


def paced(server: Node, reads_back: bool) -> Pace | None:
    """Return the reason why a web server's calls to databases differ from its requests; None if
    they do not. `reads_back` says whether users read what they have written.
    """
    if writes := _write_pace(server):
        return writes
    match server.parameters["read_routing"]:
        case "round_robin" | "primary_only" | "nearest":
            reads = None
        case "least_lag":
            reads = Pace(BY_LAG)
        case "pin_after_write":
            reads = Pace(PINNED) if reads_back else None
        case _:
            reads = Pace(no_form_for(server, "read_routing"))
    if reads is None and _number(server, "pool_size") > 0:
        return Pace(POOLED, estimated=False)
    return reads


def _write_pace(server: Node) -> Pace | None:
    match server.parameters["write_routing"]:
        case "round_robin" | "nearest":
            return None
        case "home":
            return Pace(BY_KEY)
        case _:
            return Pace(no_form_for(server, "write_routing"))


def unsettled(node: Node) -> Text | None:
    """Return the reason why no closed form holds for a node's queue, beyond its distribution and
    discipline; None if one may.
    """
    if _number(node, "workers") > 0:
        return _WORKERS
    if waits_for_replicas(node):
        return _COMMITS
    if serves_in_turn(assumed(node)) and _number(node, "wait_limit_s") > 0:
        return _WAITS_END
    return None


def fails_some(node: Node) -> bool:
    """Return whether a node fails some requests by a limit of its own other than its queue's."""
    return unsettled(node) in (_WORKERS, _WAITS_END)


def waits_for_replicas(node: Node) -> bool:
    """Return whether what a node has written waits for other nodes before it is answered."""
    if node.spec.replication != "log":
        return False
    known = assumed(node)
    return mode_of((known,)) == LED and is_primary(known) and waits_to_commit(known)


def holds_back(balancer: Node) -> bool:
    """Return whether a balancer lets requests wait instead of its servers."""
    return _number(balancer, "max_connections") > 0


def reads_back(client: Node) -> bool:
    """Return whether users read what they have written, on top of what they ask for otherwise."""
    return is_drawn_at_random(assumed(client)) and _number(client, "read_back_percent") > 0


def tries_again(client: Node) -> bool:
    """Return whether a client makes further attempts."""
    return choices.tries_again(assumed(client))


def _number(node: Node, name: str) -> float:
    return float(node.parameters.get(name, 0))
