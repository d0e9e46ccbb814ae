"""Choices of parameters: every declared one has a case, and one without a case is an error."""

import re
from collections.abc import Callable
from functools import partial

import pytest

from app.engine.layout.layout import build
from app.kinds import BY_NAME, KINDS
from app.kinds.page_recipes import page_cost
from app.kinds.rate_limiter.theory import admit
from app.schema import UnknownChoiceError
from app.topology import choices
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.paths.routing import leaders, read_links, write_links
from app.topology.replication.replication_groups import mode_of
from app.topology.validation.capacity import unkept
from tests.support.drawings import drawing, node, replicated
from tests.support.programs.process import ROOT
from tests.support.theory.closed_forms import changed

FAMILIES = ("relational", "key_value", "document", "wide_column", "graph")


def read_way(topology: Topology) -> object:
    return read_links(topology, topology.node("web-1"), leaders(topology))


def write_way(topology: Topology) -> object:
    return write_links(topology, topology.node("web-1"), leaders(topology))


def pages(topology: Topology) -> object:
    """Cost of every page with references, and of the one that is set, in every family."""
    page = topology.node("web-1").parameters
    return [
        page_cost({**page, **more}, family, 2.0)
        for family in FAMILIES
        for more in ({}, {"page": "entity_and_references"} if page["page"] == "one_entity" else {})
    ]


def problems(topology: Topology) -> object:
    return list(unkept(topology))


def world(topology: Topology) -> object:
    return build(topology, 1, 1.0)


CASES: dict[str, tuple[str, Callable[[Topology], object]]] = {
    "read_routing": ("web-1", read_way),
    "primary_fallback": ("web-1", read_way),
    "write_routing": ("web-1", write_way),
    "page": ("web-1", pages),
    "fetching": ("web-1", pages),
    "commit": ("db-1", problems),
    "role": ("db-1", world),
}


@pytest.mark.parametrize("parameter", CASES)
def test_every_declared_choice_has_a_case(parameter: str) -> None:
    name, ask = CASES[parameter]
    topology = replicated(100.0)
    choices = topology.node(name).spec.parameter(parameter).choices
    assert len(choices) > 1
    for choice in choices:
        ask(changed(topology, name, parameter, choice.name))


@pytest.mark.parametrize("parameter", CASES)
def test_a_choice_without_a_case_is_an_error(parameter: str) -> None:
    name, ask = CASES[parameter]
    with pytest.raises(UnknownChoiceError, match=f"{parameter}: no case for 'invented'"):
        ask(changed(replicated(100.0), name, parameter, "invented"))


def test_a_family_of_stores_without_a_case_is_an_error() -> None:
    page = {**replicated(100.0).node("web-1").parameters, "page": "entity_and_references"}
    with pytest.raises(UnknownChoiceError, match="family: no case for 'invented'"):
        page_cost(page, "invented", 2.0)


QUESTIONS: list[tuple[str, str, Callable[[Node], object]]] = [
    ("database", "role", choices.is_primary),
    ("database", "commit", choices.waits_to_commit),
    ("database", "commit", choices.waits_for_ever),
    ("database", "replication", lambda one: mode_of((one,))),
    ("client", "arrivals", choices.is_drawn_at_random),
    ("client", "arrivals", choices.is_closed),
    ("client", "arrivals", choices.is_recorded),
    ("client", "shape", choices.is_steady),
    ("client", "retry", choices.tries_again),
    ("client", "resolver", choices.shares_resolver),
    ("store", "family", choices.is_shard),
    ("store", "family", choices.is_wide_column),
    ("load_balancer", "check_type", choices.checks_servers),
    ("web_server", "discipline", choices.serves_in_turn),
    ("rate_limiter", "when_empty", lambda one: admit(one.parameters, 1.0)),
    *(
        (kind.name, parameter.name, partial(choices.is_on, switch=parameter.name))
        for kind in KINDS
        for parameter in kind.parameters
        if {choice.name for choice in parameter.choices} == {"off", "on"}
    ),
]
"""Questions that have an answer for every choice of a parameter, by kind."""


def asked(kind: str, parameter: str, choice: str) -> Node:
    return changed(drawing(node(kind, "n")), "n", parameter, choice).node("n")


@pytest.mark.parametrize(("kind", "parameter", "ask"), QUESTIONS)
def test_a_question_has_an_answer_for_every_choice_and_for_no_other(
    kind: str, parameter: str, ask: Callable[[Node], object]
) -> None:
    declared = BY_NAME[kind].parameter(parameter).choices
    answers = {repr(ask(asked(kind, parameter, choice.name))) for choice in declared}
    assert len(answers) > 1, "a question tells choices apart"
    with pytest.raises(UnknownChoiceError, match=f"{parameter}: no case for 'invented'"):
        ask(asked(kind, parameter, "invented"))


LAYERS = ("engine/layout", "findings", "kinds", "session", "theory")
COMPARED = re.compile(r"parameters(?:\.get\(|\[)[^])]+[])] *(?:[!=]=|in) *[\"(]")


def test_no_choice_is_compared_with_a_word_where_another_one_would_pass_for_no() -> None:
    """A new choice would fall through to the other branch: ask `app.topology.choices` instead."""
    modules = [path for layer in LAYERS for path in (ROOT / "app" / layer).rglob("*.py")]
    assert modules
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in modules
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if COMPARED.search(line)
    ]
    assert found == []
