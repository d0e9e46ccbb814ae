"""The findings of a drawing and its run, the worst first."""

from __future__ import annotations

from collections.abc import Iterator

from app.findings.capacity import limits, narrowest
from app.findings.data import data_at_risk
from app.findings.finding import NOW, Finding, FindingType, Severity
from app.findings.links import missing_links
from app.findings.present import Present
from app.findings.single_points import points_of_failure
from app.findings.starvation import old_addresses, starved
from app.texts.text import Text
from app.topology.validation.validation import problems

_TOLD_BETTER = frozenset(
    ("no_endpoint", "no_server", "too_few_replicas", "too_many_connections"),
)
"""Problems that findings of their own are about."""


def lasting(present: Present) -> Iterator[Finding]:
    """Findings that stay the same until the drawing, the load or what is down changes."""
    yield from _problems(present)
    yield from points_of_failure(present)
    yield from narrowest(present)


def findings(present: Present, known: tuple[Finding, ...] | None = None) -> tuple[Finding, ...]:
    """Everything that hurts or would hurt, the worst first and else in a stable order.

    `known` are the lasting ones, if they have been worked out before.
    """
    missing = list(missing_links(present))
    explained = {one.nodes[0] for one in missing}
    found = [
        *missing,
        *data_at_risk(present),
        *(one for one in starved(present) if one.nodes[0] not in explained),
        *old_addresses(present),
        *limits(present),
        *(tuple(lasting(present)) if known is None else known),
    ]
    return tuple(sorted(found, key=lambda one: one.severity))


def _problems(present: Present) -> Iterator[Finding]:
    topology = present.topology
    for one in problems(topology):
        if one.code in _TOLD_BETTER:
            continue
        if one.link:
            link = topology.link(one.link)
            ends = topology.node(link.source).name, topology.node(link.target).name
            title = Text("{source} does not reach {target}", source=ends[0], target=ends[1])
        else:
            title = Text("{node} is not set up right", node=topology.node(one.node).name)
        yield Finding(
            FindingType.PROBLEM,
            Severity.LIMITS,
            (one.node,),
            title,
            one.text,
            NOW,
            Text("Problem"),
            links=(one.link,) if one.link else (),
            code=one.code,
        )
