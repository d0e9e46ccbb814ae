"""Formulas of replication without queues: commit latency and missed own writes."""

import math

import pytest

from app.texts.languages import Language
from app.theory.analysis import analyse
from app.theory.traffic.replication import commit_ms, own_writes_missed
from app.topology.edits.apply import SetLink, SetNode
from app.topology.model import Topology
from app.web.views.inspector.theory import view_of
from tests.support.drawings import edited, replica, replicated


def group(mode: str, copies: int = 1) -> Topology:
    """Replicas 20, 5 and 50 ms away."""
    names = {"db-2": 20.0, "db-3": 5.0, "db-4": 50.0}
    return edited(
        replicated(
            50.0,
            [replica(name, apply_ms=2.0) for name in names],
            primary={"commit": mode, "sync_replicas": copies, "replica_flush_ms": 1.0},
        ),
        *(
            SetLink(link=f"db-1_{name}", parameters={"latency_ms": ms})
            for name, ms in names.items()
        ),
    )


@pytest.mark.parametrize(
    ("mode", "copies", "expected_ms"),
    [
        ("async", 1, None),
        ("semi_sync", 1, 10.0),
        ("sync_receive", 2, 40.0),
        ("sync_flush", 3, 101.0),
        ("sync_apply", 1, 12.0),
        ("sync_receive", 4, None),
    ],
)
def test_commit_latency_is_that_of_the_kth_quickest_replica(
    mode: str, copies: int, expected_ms: float | None
) -> None:
    drawn = group(mode, copies)
    assert commit_ms(drawn, drawn.node("db-1")) == expected_ms
    assert commit_ms(drawn, drawn.node("db-2")) is None


def test_the_share_of_missed_own_writes_follows_lag_and_pause() -> None:
    drawn = edited(
        group("async"),
        SetNode(node="users-1", parameters={"read_back_percent": 50.0, "read_back_s": 0.1}),
    )
    found = own_writes_missed(drawn, drawn.node("db-2"))
    assert found == pytest.approx(1.0 - math.exp(-0.022 / 0.1))
    assert own_writes_missed(drawn, drawn.node("db-1")) is None
    assert own_writes_missed(group("async"), group("async").node("db-2")) is None


@pytest.mark.parametrize(("language", "label"), [("en", "Commit waits"), ("ko", "커밋 대기")])
def test_the_inspector_shows_commit_latency_and_missed_own_writes(
    language: str, label: str
) -> None:
    drawn = edited(
        group("sync_flush", 2),
        SetNode(node="users-1", parameters={"read_back_percent": 50.0, "read_back_s": 0.1}),
    )
    spoken: Language = "ko" if language == "ko" else "en"
    primary, second = (
        view_of(drawn, analyse(drawn), None, name, spoken) for name in ("db-1", "db-2")
    )
    assert primary is not None
    assert second is not None
    assert any(label in name and "41" in value for name, value in primary.figures)
    assert any("19.7" in value for _, value in second.figures)
