"""Settings that theory's closed forms do not cover, each stated plainly."""

import pytest

from app.schema import Value
from app.theory.analysis import analyse
from app.topology.edits.apply import AddLink, SetNode
from app.topology.model import Topology
from tests.support.drawings import balanced, drawing, edited, link, mmc, users, web


def of_server(drawn: Topology, server: str) -> str:
    """What is said of a web server."""
    return next(one.statement.en for one in analyse(drawn).nodes if one.node == server)


def links_to(servers: tuple[str, ...]) -> list[AddLink]:
    return [link("users-1", name) for name in servers]


def statement(drawn: Topology, node: str, parameters: dict[str, Value]) -> str:
    """What is said of a web server when another setting is made."""
    theory = analyse(edited(drawn, SetNode(node=node, parameters=parameters)), 1.0)
    return next(one.statement.en for one in theory.nodes if one.node == "web-1")


@pytest.mark.parametrize(
    ("node", "parameters", "said"),
    [
        ("web-1", {"wait_limit_s": 1.0}, "waited for too long is turned away"),
        ("web-1", {"workers": 10}, "while its workers wait"),
        ("lb-1", {"max_connections": 4}, "holds requests back"),
    ],
)
def test_theory_states_that_a_setting_has_no_closed_form(
    node: str, parameters: dict[str, Value], said: str
) -> None:
    drawn = balanced(200.0, 2, forward_ms=0.0, algorithm="random")
    assert said not in statement(drawn, "web-1", {})
    assert said in statement(drawn, node, parameters)


def test_a_queue_timeout_does_not_matter_under_processor_sharing() -> None:
    shared: dict[str, Value] = {"discipline": "processor_sharing", "wait_limit_s": 1.0}
    assert statement(mmc(0.5), "web-1", shared).startswith("M/G/1-PS")


@pytest.mark.parametrize(
    ("edit", "rate"),
    [
        (None, 1000.0),
        (SetNode(node="web-1", parameters={"queue_limit": 0}), 400.0),
        (SetNode(node="web-1", parameters={"wait_limit_s": 1.0}), 200.0),
        (SetNode(node="web-1", parameters={"workers": 10}), 200.0),
        (SetNode(node="web-1", parameters={"exposure": "private"}), 200.0),
        (SetNode(node="users-1", parameters={"patience_s": 0.1}), 200.0),
    ],
)
def test_retries_leave_no_closed_form_once_attempts_fail(edit: SetNode | None, rate: float) -> None:
    """Else they change nothing: failed attempts would add to what comes, and not as Poisson."""
    servers = ("web-1", "web-2")
    drawn = drawing(users(rate), *(web(name) for name in servers), *links_to(servers))
    again: dict[str, Value] = {"retry": "at_once"}
    calm = edited(drawn, SetNode(node="users-1", parameters={**again, "requests_per_user": 0.2}))
    assert "It holds only nearly. Whoever fails tries again" in of_server(calm, "web-2")
    failing = edited(drawn, *([edit] if edit else []))
    assert "tries again" not in of_server(failing, "web-2")
    failing = edited(failing, SetNode(node="users-1", parameters=again))
    said = of_server(failing, "web-2")
    assert "No closed form holds here. Whoever fails tries again" in said or rate == 1000.0
    web_2 = next(one for one in analyse(failing).nodes if one.node == "web-2")
    assert web_2.traffic == "approximation"
    assert web_2.waiting is None or web_2.waiting.quality == "approximation"
