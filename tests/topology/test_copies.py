"""What copies cost and miss without any queue, as formulas."""

import math

import pytest

from app.topology.copies import commit_ms, own_writes_missed
from app.topology.edits import SetLink, SetNode
from app.topology.model import Topology
from app.web.theory import node_theory
from tests.drawings import edited, replica, replicated


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
def test_a_commit_waits_for_the_kth_quickest(
    mode: str, copies: int, expected_ms: float | None
) -> None:
    drawn = group(mode, copies)
    assert commit_ms(drawn, drawn.node("db-1")) == expected_ms
    assert commit_ms(drawn, drawn.node("db-2")) is None


def test_who_reads_back_misses_its_write_with_the_lag_over_the_pause() -> None:
    drawn = edited(
        group("async"),
        SetNode(node="users-1", parameters={"read_back_percent": 50.0, "read_back_s": 0.1}),
    )
    found = own_writes_missed(drawn, drawn.node("db-2"))
    assert found == pytest.approx(1.0 - math.exp(-0.022 / 0.1))
    assert own_writes_missed(drawn, drawn.node("db-1")) is None
    assert own_writes_missed(group("async"), group("async").node("db-2")) is None


@pytest.mark.parametrize(("language", "label"), [("en", "Commit waits"), ("ko", "커밋 대기")])
def test_the_inspector_says_so(language: str, label: str) -> None:
    drawn = edited(
        group("sync_flush", 2),
        SetNode(node="users-1", parameters={"read_back_percent": 50.0, "read_back_s": 0.1}),
    )
    primary = node_theory(drawn, 1.0, "db-1", "ko" if language == "ko" else "en")
    second = node_theory(drawn, 1.0, "db-2", "ko" if language == "ko" else "en")
    assert primary is not None
    assert second is not None
    assert any(label in name and "41" in value for name, value in primary.figures)
    assert any("19.7" in value for _, value in second.figures)
