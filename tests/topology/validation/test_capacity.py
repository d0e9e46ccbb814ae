"""Capacity problems: commits that wait for too many replicas, pools beyond the limit."""

import pytest

from app.schema import Value
from app.texts.languages import LANGUAGES
from app.topology.model import Topology
from app.topology.validation.validation import problems
from tests.support.drawings import drawing, link, node, replica, replicated, web


def found(topology: Topology) -> list[tuple[str, str]]:
    said = problems(topology)
    for one in said:
        for language in LANGUAGES:
            assert one.text.say(language).strip()
    return [(one.code, one.node) for one in said]


@pytest.mark.parametrize(
    ("mode", "copies", "told"),
    [
        ("async", 5, False),
        ("sync_flush", 2, False),
        ("sync_flush", 3, True),
        ("semi_sync", 3, True),
    ],
)
def test_commits_that_wait_for_more_replicas_than_exist_are_a_problem(
    mode: str, copies: int, told: bool
) -> None:
    drawn = replicated(
        10.0,
        [replica("db-2"), replica("db-3")],
        primary={"commit": mode, "sync_replicas": copies},
    )
    assert found(drawn) == ([("too_few_replicas", "db-1")] if told else [])


@pytest.mark.parametrize(
    ("size", "most", "told"), [(10, 0, False), (10, 20, False), (10, 19, True)]
)
def test_pools_with_more_connections_than_the_database_takes_are_a_problem(
    size: int, most: int, told: bool
) -> None:
    drawn = drawing(
        node("database", "db-1", "", max_connections=most),
        *(web(name, pool_size=size) for name in ("web-1", "web-2")),
        *(link(name, "db-1") for name in ("web-1", "web-2")),
    )
    assert found(drawn) == ([("too_many_connections", "db-1")] if told else [])


@pytest.mark.parametrize(
    ("scaling", "most", "told"),
    [
        ({"instances": 3}, 29, "30 connections to db-1, which takes 29"),
        ({"instances": 3}, 30, ""),
        ({"scaling": "auto", "instances_max": 5}, 49, "50 connections to db-1 once autoscalers"),
        ({"scaling": "auto", "instances_max": 5}, 50, ""),
        ({"scaling": "auto", "instances_max": 5}, 9, "10 connections to db-1, which takes 9"),
    ],
)
def test_each_server_of_a_node_has_a_pool_of_its_own(
    scaling: dict[str, Value], most: int, told: str
) -> None:
    drawn = drawing(
        node("database", "db-1", "", max_connections=most),
        web("web-1", pool_size=10, **scaling),
        link("web-1", "db-1"),
    )
    texts = [one.text.en for one in problems(drawn) if one.code == "too_many_connections"]
    assert len(texts) == bool(told)
    assert all(told in text for text in texts)
