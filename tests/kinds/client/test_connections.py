"""Connections of clients (B1): round trips before the first byte, refusals, the next address."""

import math
from collections.abc import Mapping

import pytest

from app.actions import AnyFault, CutLink, Degrade, Silence
from app.schema import Value
from app.theory.analysis import analyse
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, users, web
from tests.support.runs import Run
from tests.support.statistics.samples import SIGMAS

SEOUL_VIRGINIA_MS = 178.0 / 2


def far(rate: float = 50.0, /, **client: Value) -> Topology:
    """Users in Seoul of a server in Virginia that needs next to no time."""
    return drawing(
        users(rate, **{"write_share": 0.0, **client}),
        web(service_ms=0.001, distribution="constant", cores=1),
        link("users-1", "web-1", SEOUL_VIRGINIA_MS),
    )


def sites(count: int, server: Mapping[str, Value] | None = None, /, **client: Value) -> Topology:
    """Users who find several servers behind one name."""
    names = [f"web-{number}" for number in range(1, count + 1)]
    return drawing(
        users(400.0, **{"write_share": 0.0, "dns_caches": 2000, **client}),
        node("dns", "dns-1", **{"ttl_s": 3600.0, **(server or {})}),
        *(web(name, cores=64, service_ms=0.1) for name in names),
        *(link("users-1", target) for target in ("dns-1", *names)),
    )


@pytest.mark.parametrize(
    ("client", "trips"),
    [
        ({}, 1),
        ({"connection_reuse_percent": 0.0}, 3),
        ({"connection_reuse_percent": 0.0, "tls": "off"}, 2),
    ],
)
def test_a_new_connection_takes_round_trips_before_the_first_byte(
    client: Mapping[str, Value], trips: int
) -> None:
    """TCP, TLS and the request: 3 x 178 ms = 534 ms, however fast the server is. Theory knows."""
    drawn = far(**client)
    found = Run(drawn).to(20.0).summary()["latency_ms"]
    assert found["mean"] == pytest.approx(trips * 178.0, abs=0.002)
    assert found["p99"] == pytest.approx(trips * 178.0, rel=0.01)
    theory = analyse(drawn).clients[0]
    assert theory.latency_ms == pytest.approx(trips * 178.0, abs=0.002)
    assert theory.quality == "exact"


def test_the_configured_share_of_requests_reuses_an_open_connection() -> None:
    drawn = far(500.0, connection_reuse_percent=70.0)
    run = Run(drawn).to(60.0)
    mean = 178.0 * (1 + 2 * 0.3)
    allowed = SIGMAS * 178.0 * 2 * math.sqrt(0.3 * 0.7 / run.read().completed)
    assert run.summary()["latency_ms"]["mean"] == pytest.approx(mean, abs=allowed)
    assert analyse(drawn).clients[0].latency_ms == pytest.approx(mean, abs=0.01)


@pytest.mark.parametrize("reuse", [0.0, 100.0])
def test_a_refused_connection_fails_after_one_round_trip(reuse: float) -> None:
    """Users who think for 0.1 s and are refused come back every 0.1 s and a round trip."""
    drawn = far(arrivals="closed", think_s=0.1, connection_reuse_percent=reuse)
    window = Run(drawn).to(1.0).crash("web-1").on(2.0).watch(20.0)
    assert window.failures == {"refused": window.failed}
    cycle_s = 0.1 + 0.178
    assert window.failed == pytest.approx(1000 * 20.0 / cycle_s, rel=0.01)


@pytest.mark.parametrize("reuse", [0.0, 100.0])
@pytest.mark.parametrize("resolver", ["own", "shared"])
def test_a_refused_address_makes_a_client_try_the_next_at_once(reuse: float, resolver: str) -> None:
    """Nobody fails, though no name server knows; half of them need one round trip more."""
    client: dict[str, Value] = {"connection_reuse_percent": reuse, "resolver": resolver}
    run = Run(sites(2, **client, try_next_address="on")).to(40.0)
    before = _mean_ms(run)
    window = run.crash("web-1").on(0.2).watch(40.0)
    assert window.failed == 0
    assert _mean_ms(run) - before == pytest.approx(0.5 * 40.0, abs=2.5)
    off = Run(sites(2, **client)).to(40.0).crash("web-1").on(0.2).watch(40.0)
    assert off.failed / off.offered == pytest.approx(0.5, abs=0.05)


def test_without_a_name_server_the_next_link_is_tried() -> None:
    drawn = drawing(
        users(300.0, try_next_address="on"),
        *(web(name, cores=64) for name in ("web-1", "web-2", "web-3")),
        *(link("users-1", name) for name in ("web-1", "web-2", "web-3")),
    )
    run = Run(drawn).to(5.0).crash("web-2").crash("web-3").on(0.2)
    window = run.watch(20.0)
    assert window.failed == 0
    assert window.node("web-1")["rps"] == pytest.approx(300.0, rel=0.1)
    window = run.crash("web-1").on(0.5).watch(20.0)
    assert window.completed == 0
    assert window.failures == {"refused": window.failed}
    # Each request knocks at all three doors, once.
    for name in ("web-1", "web-2", "web-3"):
        assert window.link_rps(f"users-1_{name}") == pytest.approx(300.0, rel=0.1)


@pytest.mark.parametrize(("order", "rest"), [("round_robin", [2, 1, 1]), ("shuffle", [4, 4, 4])])
def test_users_of_a_dead_address_move_to_the_next_in_turn_or_spread_when_shuffled(
    order: str, rest: list[int]
) -> None:
    """In turn, the address after the dead one gets all of its users; shuffled, they spread."""
    run = Run(sites(4, {"answer_order": order}, try_next_address="on")).to(40.0)
    window = run.crash("web-1").on(0.5).watch(100.0)
    assert window.failed == 0
    got = [window.node(f"web-{number}")["rps"] for number in (2, 3, 4)]
    for found, share in zip(got, rest, strict=True):
        assert found / sum(got) == pytest.approx(share / sum(rest), abs=0.03)


def test_with_dns_health_checks_an_answer_holds_no_address_believed_dead() -> None:
    """Whoever gets a record of the living only finds nobody else in it to try."""
    server: dict[str, Value] = {
        "ttl_s": 30.0,
        "health_checks": "on",
        "check_interval_s": 1.0,
        "check_fall": 1,
    }
    run = Run(sites(3, server, try_next_address="on")).to(20.0)
    run.crash("web-1").crash("web-2").on(32.0)
    run.edit(SetNode(node="dns-1", parameters={"ttl_s": 3600.0})).clear()
    run.on(32.0).heal("web-1").heal("web-2").on(5.0).crash("web-3").on(0.5)
    window = run.watch(5.0)
    assert window.failures == {"refused": window.failed}
    assert window.failed == pytest.approx(window.offered, rel=0.1)


def test_trying_further_addresses_set_during_a_run_starts_with_the_cached_single_answers() -> None:
    """Answers that are there already are of one address only."""
    drawn = sites(2)
    run = Run(drawn).to(40.0).crash("web-1")
    run.edit(SetNode(node="users-1", parameters={"try_next_address": "on"}))
    window = run.on(0.2).watch(10.0)
    assert window.failed / window.offered == pytest.approx(0.5, abs=0.05)
    again = edited(drawn, SetNode(node="users-1", parameters={"try_next_address": "on"}))
    assert Run(again).to(40.0).crash("web-1").on(0.2).watch(10.0).failed == 0


HANGING: Mapping[str, AnyFault] = {
    "backlog_full": Silence(node="web-1"),
    "cut": CutLink(link="users-1_web-1"),
    "cut_back": CutLink(link="users-1_web-1", direction="back"),
}


def knocking(try_next: str, queue_limit: int = 0) -> Topology:
    """Users of two addresses who open a connection for each request, and wait 2 s for it."""
    drawn = sites(
        2,
        try_next_address=try_next,
        connection_reuse_percent=0.0,
        connect_timeout_s=2.0,
        patience_s=10.0,
    )
    return edited(drawn, SetNode(node="web-1", parameters={"queue_limit": queue_limit}))


@pytest.mark.parametrize("how", HANGING)
def test_a_client_leaves_a_silent_address_only_after_the_connect_timeout(how: str) -> None:
    """Who is refused tries the next at once; who hears nothing waits for 2 s first."""
    run = Run(knocking("on")).to(40.0)
    before = _mean_ms(run)
    window = run.fault(HANGING[how]).on(11.0).watch(30.0)
    assert window.failed == 0
    assert _mean_ms(run) - before == pytest.approx(0.5 * 2000.0, rel=0.06)
    window = Run(knocking("off")).to(40.0).fault(HANGING[how]).on(11.0).watch(30.0)
    assert window.failures == {"connect_timeout": window.failed}
    assert window.failed / window.offered == pytest.approx(0.5, abs=0.05)


def test_a_hanging_server_accepts_connections_while_its_backlog_lasts() -> None:
    """Then there is no answer, and no reason to try another address before patience ends."""
    run = Run(knocking("on", queue_limit=1_000_000)).to(40.0).fault(Silence(node="web-1"))
    window = run.on(11.0).watch(20.0)
    assert window.failures == {"timed_out": window.failed}
    assert window.failed / window.offered == pytest.approx(0.5, abs=0.05)


def test_a_connection_slower_than_its_timeout_never_opens() -> None:
    window = Run(far(connection_reuse_percent=0.0, connect_timeout_s=0.17)).to(2.0).watch(20.0)
    assert (window.completed, set(window.failures)) == (0, {"connect_timeout"})


def test_lost_messages_of_a_handshake_are_sent_again() -> None:
    """Each of the messages that open a connection may be lost, and is sent again later."""
    run = Run(far(connection_reuse_percent=0.0, patience_s=600.0)).to(5.0)
    before = _mean_ms(run)
    run.fault(Degrade(link="users-1_web-1", loss_percent=20.0)).on(5.0)
    assert _mean_ms(run) > before + 100.0


def _mean_ms(run: Run, seconds: float = 20.0) -> float:
    before = run.read()
    now = run.on(seconds).read()
    done = now.completed - before.completed
    return (now.latency_ns - before.latency_ns) / done / 1e6
