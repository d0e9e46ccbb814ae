"""A Finding: one thing that hurts or would hurt, its words, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from app.actions import AnyFault
from app.texts.languages import Language
from app.texts.text import Text
from app.topology.edits.apply import Edit


class FindingType(StrEnum):
    """The sort of a finding."""

    NO_DATA = "no_data"
    """A web server without data, while its siblings have some."""
    DATA_DOWN = "data_down"
    """A web server whose data is all down."""
    NO_CACHE = "no_cache"
    """A web server without a cache, while its siblings have one."""
    NO_PRIMARY = "no_primary"
    """A web server that cannot reach who is, or may become, the primary."""
    UNLINKED = "unlinked"
    """A node that nothing leads to, or that leads nowhere."""
    PROBLEM = "problem"
    """A problem of the drawing (`app.topology.validation`)."""
    BOTTLENECK = "bottleneck"
    FULL_MACHINE = "full_machine"
    """A machine in full use although no service on it is."""
    STARVED = "starved"
    """A node that gets no requests although others like it do."""
    OUT_OF_REACH = "out_of_reach"
    """Acknowledged writes that only nodes which are down have."""
    OLD_ADDRESS = "old_address"
    """Users whose cached answer of the DNS is out of date."""
    TOO_FEW_REPLICAS = "too_few_replicas"
    TOO_MANY_CONNECTIONS = "too_many_connections"
    SINGLE_POINT = "single_point"
    NEXT_LIMIT = "next_limit"
    """The node that saturates next as the load grows."""
    CUT = "cut"
    """The nodes that together limit the capacity, however requests are dealt out."""


class Severity(IntEnum):
    """Weight of a finding, the worst first."""

    HURTS = 0
    """Users see it now."""
    LIMITS = 1
    """Something is used up now, or comes out wrong."""
    RISK = 2
    """Users will see it once something else happens."""
    NOTE = 3


@dataclass(frozen=True, slots=True)
class Fix:
    """The one action that mends a finding, as a button: its label, and its price or effect."""

    label: Text
    action: Edit | AnyFault
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that hurts or would hurt.

    `nodes` and `links` are the ids of what it is about, the worst first. `title` and `text` tell it
    in the list, `when` says from when it counts; `label` is its badge on the drawing, if it has
    one, and `reason` the line on the card of its first node.
    """

    type: FindingType
    severity: Severity
    nodes: tuple[str, ...]
    title: Text
    text: Text
    when: Text
    label: Text | None = None
    reason: Text | None = None
    fix: Fix | None = None
    links: tuple[str, ...] = ()
    code: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """The same text for the same finding, while its figures change."""
        return ":".join((self.type.value, self.code, *self.nodes, *self.links))


def finding_to_json(one: Finding, language: Language) -> dict[str, Any]:
    """A finding as JSON values; `fix` holds an action that can be submitted as it is."""
    fix = one.fix and {
        "label": one.fix.label.say(language),
        "note": one.fix.note.say(language) if one.fix.note else "",
        "action": one.fix.action.model_dump(mode="json", exclude_none=True),
    }
    return {
        "type": one.type.value,
        "severity": one.severity.name.lower(),
        "nodes": list(one.nodes),
        "links": list(one.links),
        "title": one.title.say(language),
        "text": one.text.say(language),
        "when": one.when.say(language),
        "fix": fix,
    }


NOW = Text("now")
IF_IT_DIES = Text("if it dies")
LATER = Text("later")
