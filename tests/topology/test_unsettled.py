"""Theory says plainly which settings its closed forms know nothing of."""

import pytest

from app.schema import Value
from app.topology.analysis import analyse
from app.topology.edits import SetNode
from app.topology.model import Topology
from tests.drawings import balanced, edited, mmc


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
        ("users-1", {"retry": "at_once"}, "tries again"),
    ],
)
def test_it_is_said(node: str, parameters: dict[str, Value], said: str) -> None:
    drawn = balanced(200.0, 2, forward_ms=0.0, algorithm="random")
    assert said not in statement(drawn, "web-1", {})
    assert said in statement(drawn, node, parameters)


def test_a_queue_timeout_means_nothing_where_cores_are_shared() -> None:
    shared: dict[str, Value] = {"discipline": "processor_sharing", "wait_limit_s": 1.0}
    assert statement(mmc(0.5), "web-1", shared).startswith("M/G/1-PS")
