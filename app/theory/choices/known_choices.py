"""Choices whose meaning theory knows. Whatever another one touches has no exact figure.

A new choice of a parameter, or a new parameter with choices, is unknown until it is added here: to
be added it must be told apart in `app.theory`, or change nothing while everything is up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.kinds.machine_sizes import BY_NAME, OWN
from app.schema import Value
from app.texts.text import Text
from app.topology.nodes import Node

_SWITCH: Final = ("off", "on")

DISTINGUISHED: Final[Mapping[str, tuple[str, ...]]] = {
    "algorithm": (
        *("round_robin", "random", "least_connections", "two_choices", "weighted"),
        *("source_hash", "consistent_hash", "random_two"),
    ),
    "answer_order": ("fixed", "round_robin", "shuffle"),
    "arrivals": ("open", "closed", "table", "recorded"),
    "check_type": ("request", "connect", "deep", "none"),
    "commit": ("async", "semi_sync", "sync_receive", "sync_flush", "sync_apply"),
    "discipline": ("fifo", "processor_sharing"),
    "distribution": ("exponential", "constant", "lognormal", "hyperexponential"),
    "exposure": ("public", "private"),
    "family": ("key_value", "document", "wide_column", "graph"),
    "fetching": ("one_by_one", "batched"),
    "nat": ("no", "yes"),
    "page": ("one_entity", "entity_and_references", "three_hop_traversal", "full_scan"),
    "primary_fallback": ("primary", "fail"),
    "read_routing": ("round_robin", "least_lag", "pin_after_write", "primary_only", "nearest"),
    "references_kept": ("apart", "embedded"),
    "replication": ("primary_replica", "multi_primary", "ring"),
    "resolver": ("own", "shared"),
    "retry": ("never", "at_once", "fixed", "exponential", "full_jitter"),
    "role": ("primary", "replica"),
    "scaling": ("fixed", "auto"),
    "shape": ("constant", "ramp", "step", "spike", "daily"),
    "single_flight": _SWITCH,
    "size": (OWN, *BY_NAME),
    "sticky": ("off", "cookie"),
    "tls": _SWITCH,
    "when_empty": ("reject", "queue"),
    "write_routing": ("round_robin", "nearest", "home"),
}
"""Choices of parameters that figures or statements depend on."""

WHEN_UP_NO_DIFFERENCE: Final[Mapping[str, tuple[str, ...]]] = {
    "automatic": _SWITCH,
    "cancels": _SWITCH,
    "conflicts": ("last_writer_wins", "reject", "merge"),
    "drop_expired": ("done", "dropped"),
    "fencing": _SWITCH,
    "filter_gone": _SWITCH,
    "health_checks": _SWITCH,
    "on_collision": ("stop", "skip"),
    "on_return": ("rewind", "wait"),
    "passive": _SWITCH,
    "passive_counts": ("in_a_row", "within"),
    "quorum": _SWITCH,
    "read_repair": _SWITCH,
    "redispatch": ("same", "last", "other", "another"),
    "resize_restarts": ("live", "restart"),
    "retry_on": ("connection", "all", "broken"),
    "retry_writes": _SWITCH,
    "try_next_address": _SWITCH,
}
"""Choices that no figure here depends on: they matter when something fails, or to what data say."""


def unknown_choice(node: Node) -> Text | None:
    """Return the reason why no closed form holds at a node: a parameter in use has a choice that
    theory does not know. None if every choice is known.
    """
    for parameter in node.spec.parameters:
        if (
            parameter.choices
            and node.spec.in_use(parameter, node.parameters)
            and not is_known(parameter.name, node.parameters[parameter.name])
        ):
            return no_form_for(node, parameter.name)
    return None


def is_known(parameter: str, value: Value) -> bool:
    """Return whether theory knows what a choice of a parameter means."""
    return value in (
        *DISTINGUISHED.get(parameter, ()),
        *WHEN_UP_NO_DIFFERENCE.get(parameter, ()),
    )


def no_form_for(node: Node, name: str) -> Text:
    """The sentence about a parameter of a node whose choice theory does not know."""
    parameter, value = node.spec.parameter(name), node.parameters[name]
    return Text(
        "No closed form because theory does not know “{choice}”, {node}'s choice of “{parameter}”.",
        choice=parameter.text(value),
        node=node.name,
        parameter=parameter.label,
    )
