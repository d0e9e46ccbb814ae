"""Every parameter changes a run: from the start, and when it is set while the run goes on.

A parameter that no case names fails here, so a dial that does nothing cannot be added.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from app.actions import AnyFault, CutLink, Silence
from app.kinds import KINDS, targets_of
from app.schema import LINK_PARAMETERS, Kind, Parameter, Value
from app.topology.edits.apply import Edit, SetLink, SetNode
from app.topology.model import Topology
from tests.support.drawings import edited
from tests.support.parameter_cases import CASES, Case
from tests.support.parameter_cases.limits import limited, limited_twice
from tests.support.parameter_cases.shape import all_kinds, cached, ring, stored
from tests.support.runs import Run

EDIT_S = 3.0
Seen = tuple[dict[str, Any], list[Any]]
SEEN: dict[str, Seen] = {}


class Also(NamedTuple):
    """What happens in a case's run besides the troubles of every run."""

    resized: str = ""
    later: tuple[Edit, ...] = ()
    script: tuple[tuple[float, AnyFault], ...] = ()


LINKS: dict[str, Callable[[], Topology]] = {
    "users-1_dns-1": all_kinds,
    "users-1_lb-1": all_kinds,
    "lb-1_web-2": all_kinds,
    "web-2_db-2": all_kinds,
    "db-1_db-2": all_kinds,
    "web-1_cache-1": cached,
    "web-1_store-1": stored,
    "store-1_store-2": ring,
    "users-1_limiter-1": limited,
    "limiter-1_lb-1": limited,
    "lb-1_limiter-2": limited_twice,
    "limiter-2_web-1": limited_twice,
}
LINK_VALUES: dict[str, Value] = {"latency_ms": 7.0}

PARAMETERS = [(kind, parameter) for kind in KINDS for parameter in kind.parameters]


def label(value: object) -> str:
    return str(getattr(value, "name", value))


def link_conditions(run: Run, edits: tuple[Edit, ...], also: Also) -> Run:
    """Half a minute in which everything breaks and comes back that the drawing has, and a case's
    own later edits are made.
    """
    script: list[tuple[float, Callable[[], object]]] = [(EDIT_S, lambda: run.edit(*edits))]
    if also.resized:
        more = SetNode(node=also.resized, parameters={"cores": 5})
        script.append((10.0, lambda: run.edit(more)))
    for at_s, fault in also.script:
        script.append((at_s, lambda fault=fault: run.fault(fault)))  # type: ignore[misc]
    if also.later:
        script.append((11.0, lambda: run.edit(*also.later)))
    for name, crash_s, heal_s in (
        ("web-1", 4.0, 12.0),
        ("db-3", 5.0, 9.0),
        ("dns-1", 6.0, 8.0),
        ("db-1", 17.0, 24.0),
        ("cache-1", 15.0, 16.0),
        ("store-2", 15.0, 18.0),
        ("lb-1", 26.0, 26.3),
    ):
        if run.engine.topology.has_node(name):
            script.append((crash_s, lambda name=name: run.crash(name)))  # type: ignore[misc]
            script.append((heal_s, lambda name=name: run.heal(name)))  # type: ignore[misc]
    if run.engine.topology.has_node("web-2"):
        script.append((13.0, lambda: run.fault(Silence(node="web-2", for_s=7.0))))
    if run.engine.topology.link_between("lb-1", "web-2"):
        half = CutLink(link="lb-1_web-2", direction="forth", for_s=2.0)
        script.append((21.0, lambda: run.engine.fault(half)))
    for at_s, act in sorted(script, key=lambda one: one[0]):
        run.to(at_s)
        act()
    return run.to(30.0)


def seen(topology: Topology, *edits: Edit, case: Case | None = None) -> Seen:
    """What a person could see of a run: every figure of its summary, and every incident.

    Equal drawings with equal edits are run once: a run is repeatable (`test_runs`).
    """
    also = Also(case.resized, case.later, case.script) if case else Also()
    key = repr((topology.nodes, topology.links, topology.peerings, edits, also))
    if key not in SEEN:
        run = link_conditions(Run(topology), edits, also)
        SEEN[key] = run.figures(), run.incidents()
    return SEEN[key]


def drawn(case: Case) -> Topology:
    """A case's drawing, without its value."""
    return edited(case.drawn(), SetNode(node=case.node, parameters=dict(case.among)))


def test_every_parameter_has_a_case() -> None:
    assert CASES.keys() == {(kind.name, parameter.name) for kind, parameter in PARAMETERS}
    assert LINK_VALUES.keys() == {parameter.name for parameter in LINK_PARAMETERS}


@pytest.mark.parametrize(("kind", "parameter"), PARAMETERS, ids=label)
def test_the_value_of_a_case_differs_from_the_drawn_one_and_is_in_use(
    kind: Kind, parameter: Parameter
) -> None:
    """The value is another one that the parameter takes, and matters where it is set."""
    case = CASES[kind.name, parameter.name]
    node = drawn(case).node(case.node)
    assert node.kind == kind.name
    assert parameter.parse(case.value) == case.value != node.parameters[parameter.name]
    assert kind.in_use(parameter, node.parameters)


@pytest.mark.parametrize(("kind", "parameter"), PARAMETERS, ids=label)
def test_a_parameter_set_before_the_start_changes_the_run(kind: Kind, parameter: Parameter) -> None:
    case = CASES[kind.name, parameter.name]
    edit = SetNode(node=case.node, parameters={parameter.name: case.value})
    assert seen(edited(drawn(case), edit), case=case) != seen(drawn(case), case=case)


@pytest.mark.parametrize(("kind", "parameter"), PARAMETERS, ids=label)
def test_a_parameter_set_during_a_run_changes_the_run(kind: Kind, parameter: Parameter) -> None:
    case = CASES[kind.name, parameter.name]
    edit = SetNode(node=case.node, parameters={parameter.name: case.value})
    assert seen(drawn(case), edit, case=case) != seen(drawn(case), case=case)


@pytest.mark.parametrize(
    ("kind", "parameter"), [one for one in PARAMETERS if one[1].choices], ids=label
)
def test_every_choice_of_a_parameter_gives_a_different_run(
    kind: Kind, parameter: Parameter
) -> None:
    case = CASES[kind.name, parameter.name]
    found: list[Seen] = []
    for choice in parameter.choices:
        edit = SetNode(node=case.node, parameters={parameter.name: choice.name})
        this = seen(edited(drawn(case), edit), case=case)
        assert this not in found, choice.name
        found.append(this)


@pytest.mark.parametrize(
    ("kind", "parameter"), [one for one in PARAMETERS if one[1].when], ids=label
)
def test_a_parameter_that_its_form_hides_changes_nothing(kind: Kind, parameter: Parameter) -> None:
    """Each choice that the form hides it for, made by all of the kind, as a group has to."""
    case = CASES[kind.name, parameter.name]
    for name, wanted in parameter.when:
        for choice in kind.parameter(name).choices:
            if choice.name in wanted:
                continue
            chosen = {name: choice.name}
            alike = drawn(case).of_kind(kind.name)
            hidden = edited(
                drawn(case), *(SetNode(node=one.id, parameters=chosen) for one in alike)
            )
            assert not kind.in_use(parameter, hidden.node(case.node).parameters)
            edit = SetNode(node=case.node, parameters={parameter.name: case.value})
            assert seen(edited(hidden, edit), case=case) == seen(hidden, case=case)


@pytest.mark.parametrize("link_id", LINKS)
@pytest.mark.parametrize("parameter", LINK_PARAMETERS, ids=label)
def test_a_parameter_of_a_link_between_any_two_kinds_changes_the_run(
    link_id: str, parameter: Parameter
) -> None:
    drawn = LINKS[link_id]()
    edit = SetLink(link=link_id, parameters={parameter.name: LINK_VALUES[parameter.name]})
    assert seen(edited(drawn, edit)) != seen(drawn)
    assert seen(drawn, edit) != seen(drawn)


def test_every_pair_of_kinds_that_may_be_linked_has_a_case() -> None:
    sorts: set[tuple[str, str]] = set()
    for name, drawn in LINKS.items():
        topology = drawn()
        one = topology.link(name)
        sorts.add((topology.node(one.source).kind, topology.node(one.target).kind))
    ports = {(kind.name, target.name) for kind in KINDS for target in targets_of(kind)}
    assert ports - sorts == {("client", "web_server")}
