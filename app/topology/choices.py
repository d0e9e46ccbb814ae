"""Choices of a node's parameters, as questions: each has an answer for every choice that there is.

A choice without an answer is an error (UnknownChoiceError), never silently like another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from app.schema import case_of
from app.topology.nodes import Node

T = TypeVar("T")

_SWITCH: Final = {"off": False, "on": True}
_COMMITS: Final = {
    "async": (False, False),
    "semi_sync": (True, False),
    "sync_receive": (True, True),
    "sync_flush": (True, True),
    "sync_apply": (True, True),
}
"""Commit modes: whether a write waits for replicas, and whether it does so without an end."""


def is_on(node: Node, switch: str) -> bool:
    """Return whether a parameter that is either on or off is on."""
    return _case(node, switch, _SWITCH)


def is_primary(node: Node) -> bool:
    """Return whether a database is drawn as a primary."""
    return _case(node, "role", {"primary": True, "replica": False})


def waits_to_commit(node: Node) -> bool:
    """Return whether a primary's commits wait for replicas."""
    return _case(node, "commit", _COMMITS)[0]


def waits_for_ever(node: Node) -> bool:
    """Return whether commits wait as long as there are too few replicas, instead of going on."""
    return _case(node, "commit", _COMMITS)[1]


def is_drawn_at_random(client: Node) -> bool:
    """Return whether a client's requests are drawn, at rates of its own."""
    return _case(
        client, "arrivals", {"open": True, "table": True, "closed": False, "recorded": False}
    )


def is_closed(client: Node) -> bool:
    """Return whether a client's users wait for their answers before they send more."""
    return _case(
        client, "arrivals", {"open": False, "table": False, "closed": True, "recorded": False}
    )


def is_recorded(client: Node) -> bool:
    """Return whether a client's requests are those of a trace."""
    return _case(
        client, "arrivals", {"open": False, "table": False, "closed": False, "recorded": True}
    )


def is_steady(client: Node) -> bool:
    """Return whether the shape of a client's rate is a constant."""
    shapes = {"constant": True, "ramp": False, "step": False, "spike": False, "daily": False}
    return _case(client, "shape", shapes)


def tries_again(client: Node) -> bool:
    """Return whether a client makes further attempts."""
    waits = dict.fromkeys(("at_once", "fixed", "exponential", "full_jitter"), True)
    return _case(client, "retry", {"never": False, **waits})


def shares_resolver(client: Node) -> bool:
    """Return whether all users of a client ask one resolver, with one cache."""
    return _case(client, "resolver", {"own": False, "shared": True})


def is_shard(node: Node) -> bool:
    """Return whether a node has only some of the keys, where there are others, so that web servers
    go by the key.
    """
    families = {"key_value": True, "document": False, "wide_column": False, "graph": False}
    return node.spec.has("family") and _case(node, "family", families)


def is_wide_column(node: Node) -> bool:
    """Return whether a store is of the family whose nodes share copies in a ring."""
    families = {"key_value": False, "document": False, "wide_column": True, "graph": False}
    return _case(node, "family", families)


def checks_servers(watcher: Node) -> bool:
    """Return whether a node asks those that it watches; one that has no choice does."""
    types = {"request": True, "connect": True, "deep": True, "none": False}
    return not watcher.spec.has("check_type") or _case(watcher, "check_type", types)


def serves_in_turn(node: Node) -> bool:
    """Return whether a station serves first come, first served, so that requests wait in a line."""
    return node.spec.has("discipline") and _case(
        node, "discipline", {"fifo": True, "processor_sharing": False}
    )


def _case(node: Node, parameter: str, cases: Mapping[str, T]) -> T:
    return case_of(parameter, node.parameters[parameter], cases)
