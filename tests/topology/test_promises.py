"""A drawing is told when a database is asked for what it cannot give."""

import pytest

from app.schema import LANGUAGES
from app.topology.model import Topology
from app.topology.validation import problems
from tests.drawings import drawing, link, node, replica, replicated, web


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
def test_commits_cannot_wait_for_more_replicas_than_there_are(
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
def test_pools_cannot_have_more_connections_than_the_database_takes(
    size: int, most: int, told: bool
) -> None:
    drawn = drawing(
        node("database", "db-1", "", max_connections=most),
        *(web(name, pool_size=size) for name in ("web-1", "web-2")),
        *(link(name, "db-1") for name in ("web-1", "web-2")),
    )
    assert found(drawn) == ([("too_many_connections", "db-1")] if told else [])
