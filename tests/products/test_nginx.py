"""nginx 1.22: ``proxy_next_upstream``, ``max_fails`` and ``fail_timeout`` as they come."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.schema import Value
from app.topology.model import Topology
from tests.support.drawings import drawing, link, node, users
from tests.support.runs import SECOND, Run


def nginx(rate: float, servers: int = 2, /, *, writes: float = 0.0, **balancer: Value) -> Topology:
    names = [f"web-{number}" for number in range(1, servers + 1)]
    return drawing(
        users(rate, patience_s=60.0, write_share=writes),
        node("load_balancer", "lb-1", "nginx_1_22", **balancer),
        *(node("web_server", name, service_ms=20.0) for name in names),
        link("users-1", "lb-1"),
        *(link("lb-1", name) for name in names),
    )


def test_reads_in_flight_are_sent_to_the_next_server() -> None:
    """Measured: 0 GETs fail per kill with the default ``error timeout``."""
    for seed in range(1, 6):
        run = Run(nginx(200.0), seed).to(2.0).crash("web-1").on(5.0)
        assert run.read().failed == 0


def test_writes_that_were_sent_are_not_sent_again() -> None:
    """``non_idempotent`` is off: a POST is passed on only if its connection failed."""
    failed = 0
    for seed in range(1, 6):
        run = Run(nginx(200.0, writes=100.0), seed).to(2.0).crash("web-1")
        failed += run.on(1.0).read().failed
        assert run.watch(5.0).failed == 0
    assert 1 <= failed <= 25, "two of them are in service there, on average"


def test_one_request_probes_after_fail_timeout_and_one_failure_is_enough() -> None:
    """Measured: one try per ``fail_timeout`` and about 1 s of its whole-second clock."""
    run = Run(nginx(200.0)).to(2.0).crash("web-1").on(60.0)
    ejected = [one.at_ns / SECOND for one in run.incidents("ejected")]
    gaps = [later - sooner for sooner, later in pairwise(ejected)]
    assert len(gaps) >= 4
    assert all(10.0 <= gap <= 11.1 for gap in gaps)
    assert run.read().failed <= 6, "what was in flight there is sent again, or is the last to hear"
    assert run.watch(30.0).link_rps("lb-1_web-1") < 4 / 30.0


def test_a_probe_that_succeeds_brings_the_server_back() -> None:
    run = Run(nginx(200.0)).to(2.0).crash("web-1").on(1.0).heal("web-1")
    assert run.watch(7.0).link_rps("lb-1_web-1") == 0.0
    run.on(3.0)
    assert run.watch(5.0).link_rps("lb-1_web-1") == pytest.approx(100.0, rel=0.1)


def test_failures_count_within_fail_timeout_and_not_in_a_row() -> None:
    """With answers between them: crashes of 0.2 s, 4 s apart, of a server that works else."""
    for counts, ejections in (("within", 1), ("in_a_row", 0)):
        drawn = nginx(10.0, retries=0, passive_failures=4, passive_counts=counts)
        run = Run(drawn).to(2.0)
        for _ in range(8):
            run.crash("web-1").on(0.25).heal("web-1").on(4.0)
        assert len(run.incidents("ejected")) >= ejections
        assert ejections or not run.incidents("ejected")


def test_an_only_server_is_never_taken_out_and_with_none_left_it_is_502() -> None:
    """``max_fails`` is ignored in a group of one; else no live upstreams, until a probe."""
    run = Run(nginx(50.0, 1)).to(2.0).crash("web-1").on(5.0)
    assert run.incidents("ejected") == []
    run = Run(nginx(50.0)).to(2.0).crash("web-1").crash("web-2").on(1.0)
    assert run.watch(5.0).failures.keys() == {"no_server"}


def test_a_client_that_leaves_first_is_no_failure() -> None:
    """Logged as 499."""
    drawn = drawing(
        users(100.0, patience_s=0.01),
        node("load_balancer", "lb-1", "nginx_1_22"),
        *(node("web_server", name, service_ms=20.0) for name in ("web-1", "web-2")),
        *(link("users-1", "lb-1"), link("lb-1", "web-1"), link("lb-1", "web-2")),
    )
    run = Run(drawn).to(20.0)
    assert run.read().failed > 500
    assert run.incidents("ejected") == []
