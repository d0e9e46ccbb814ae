"""HAProxy 2.6: what a refused connection, a broken one, and a client that leaves come to."""

from __future__ import annotations

import pytest

from app.actions import Silence
from app.schema import Value
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, users
from tests.support.runs import Run, Window

UNDETECTED: dict[str, Value] = {"check_interval_s": 300.0, "check_fall": 100}


def haproxy(rate: float, servers: int = 2, /, **balancer: Value) -> Topology:
    """The preset before some servers, whose health nobody checks in time."""
    names = [f"web-{number}" for number in range(1, servers + 1)]
    return drawing(
        users(rate, patience_s=60.0, write_share=0.0),
        node("load_balancer", "lb-1", "haproxy_2_6", **{**UNDETECTED, **balancer}),
        *(node("web_server", name, service_ms=20.0) for name in names),
        link("users-1", "lb-1"),
        *(link("lb-1", name) for name in names),
    )


def mean_ms(window: Window) -> float:
    spent_ns = window.now.latency_ns - window.before.latency_ns
    return spent_ns / window.completed / 1e6


@pytest.mark.parametrize("algorithm", ["round_robin", "least_connections", "random_two"])
def test_a_refused_connection_goes_to_another_server_at_once(algorithm: str) -> None:
    """Measured: under 2 ms more, and after a kill only what was in flight at the dead server fails
    (1.6 of 60 a second). Never again the one that has just refused: ``srvtoavoid``.
    """
    failed = 0
    for seed in range(1, 6):
        drawn = haproxy(60.0, algorithm=algorithm)
        usual = Run(drawn, seed).to(2.0).watch(10.0)
        run = Run(drawn, seed).to(2.0).crash("web-1")
        failed += run.read().failed
        later = run.watch(10.0)
        assert later.failed == 0
        assert mean_ms(later) < mean_ms(usual) + 2.0
    assert failed <= 10, "0.6 in service at each, on average"


def test_without_redispatch_the_same_server_is_tried_until_3_s_have_passed() -> None:
    """Measured: 3.00 s until the 503; ``retries 3``, each after min(timeout connect, 1 s)."""
    run = Run(haproxy(60.0, redispatch="same")).to(2.0).crash("web-1")
    before = run.read().failed
    assert run.on(2.99).read().failed == before
    run.on(1.0)
    assert run.read().failed - before == pytest.approx(30, abs=18)


def test_a_hash_keeps_to_its_server_until_the_last_retry() -> None:
    """``back_handle_st_cer``: only where the algorithm is not determinist is another one asked at
    once. Two waits of 1 s, then the last retry finds another.
    """
    run = Run(haproxy(60.0, algorithm="source_hash")).to(2.0).crash("web-1")
    later = run.watch(10.0)
    assert later.failed == 0
    assert mean_ms(later) == pytest.approx(0.5 * 2000.0, rel=0.4)


def test_with_maxconn_the_dead_server_may_be_the_only_one_with_room() -> None:
    """Measured: about 20 % fail although redispatch is on, when every other slot is taken."""
    run = Run(haproxy(40.0, max_connections=1)).to(2.0).crash("web-1")
    later = run.watch(20.0)
    assert later.failed / later.offered > 0.1
    assert later.failures.keys() == {"refused"}


def test_with_retry_on_all_errors_requests_in_flight_are_sent_again() -> None:
    """Measured: 0 fail per kill with ``retry-on all-retryable-errors``."""
    for seed in range(1, 6):
        run = Run(haproxy(200.0, retry_on="all"), seed).to(2.0).crash("web-1").on(5.0)
        assert run.read().failed == 0


def test_random_2_draws_with_replacement() -> None:
    """Both draws fall on a server that hangs in one case of four, of two servers."""
    run = Run(haproxy(400.0, algorithm="random_two", retries=0)).to(2.0)
    run.fault(Silence(node="web-1")).on(0.2)
    window = run.watch(10.0)
    assert window.link_rps("lb-1_web-1") / 400.0 == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize(("cancels", "most"), [("off", 1), ("on", 400)])
def test_with_abortonclose_zombies_are_the_servers(cancels: str, most: int) -> None:
    """The connection is free when the client has left; the server works on."""
    drawn = haproxy(50.0, max_connections=1, cancels=cancels, queue_timeout_s=0.0)
    slow = {"service_ms": 500.0, "cores": 1, "queue_limit": 1000}
    drawn = edited(
        drawn,
        *(SetNode(node=name, parameters=dict(slow)) for name in ("web-1", "web-2")),
        SetNode(node="users-1", parameters={"patience_s": 0.1}),
    )
    run = Run(drawn).to(10.0)
    held = [one["busy"] + one["queue_length"] for one in run.read().nodes[2:4]]
    assert max(held) <= most
    assert cancels == "off" or min(held) > 5


def test_a_check_that_waits_is_answered_when_a_hung_process_goes_on() -> None:
    """Measured: the probe's connection is open, and the answer comes within the timeout."""
    for second in range(8):
        drawn = haproxy(10.0, check_interval_s=2.0, check_fall=1)
        run = Run(drawn).to(4.0 + 0.25 * second)
        run.fault(Silence(node="web-1", for_s=1.5)).on(8.0)
        assert run.incidents("marked_down") == []
