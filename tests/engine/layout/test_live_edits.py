"""Edits and faults in the middle of a run, at the instants where an engine is easily wrong."""

import pytest

from app.topology.edits.apply import Edit, RemoveLink, RemoveNode, SetLink, SetNode
from tests.support.audit.world import audit
from tests.support.drawings import (
    balanced,
    drawing,
    edited,
    link,
    node,
    replica,
    replicated,
    users,
    web,
)
from tests.support.runs import Run


def steps(run: Run, events: int) -> None:
    """Single steps, during which time never goes back and the books stay in order."""
    for _ in range(events):
        before = run.engine.now_ns
        run.engine.step()
        assert run.engine.now_ns >= before
        audit(run.engine)


@pytest.mark.parametrize("patience_s", [0.01, 0.02, 0.021])
def test_clients_with_less_patience_than_the_first_link_takes_all_time_out(
    patience_s: float,
) -> None:
    run = Run(
        drawing(
            users(200.0, patience_s=patience_s),
            web(service_ms=0.0),
            link("users-1", "web-1", 20.0),
        )
    )
    steps(run, 200)
    run.to(10.0)
    assert run.read().failures_by_outcome().keys() == {"timed_out"}
    assert run.read().completed == 0


def test_shorter_patience_times_out_at_once_those_who_waited_longer() -> None:
    run = Run(
        drawing(
            users(200.0),
            web(service_ms=1000.0, queue_limit=10_000),
            link("users-1", "web-1"),
        )
    )
    run.to(5.0)
    assert run.read().failed == 0
    waiting = run.read().in_flight
    run.edit(SetNode(node="users-1", parameters={"patience_s": 1.0}))
    steps(run, 50)
    run.to(5.001)
    assert run.read().failures_by_outcome()["timed_out"] == pytest.approx(waiting * 0.8, rel=0.1)
    assert run.read().in_flight == pytest.approx(200, rel=0.2)


def test_a_shorter_first_link_lets_no_request_arrive_in_the_past() -> None:
    run = Run(drawing(users(2000.0), web(cores=64), link("users-1", "web-1", 300.0)))
    run.to(1.0)
    run.edit(SetLink(link="users-1_web-1", parameters={"latency_ms": 0.0}))
    steps(run, 100)


@pytest.mark.parametrize(
    "edit",
    [
        RemoveLink(link="users-1_dns-1"),
        RemoveNode(node="users-1"),
        RemoveLink(link="users-1_web-1"),
        RemoveNode(node="web-1"),
        RemoveNode(node="dns-1"),
    ],
    ids=lambda edit: str(edit.type) + "_" + str(getattr(edit, "node", getattr(edit, "link", ""))),
)
def test_name_lookups_under_way_end_whatever_node_or_link_is_removed(edit: Edit) -> None:
    run = Run(
        drawing(
            users(500.0, write_share=0.0),
            node("dns", "dns-1", ttl_s=0.0, lookup_ms=30.0, cores=64),
            web(),
            link("users-1", "dns-1"),
            link("users-1", "web-1"),
        )
    )
    run.to(1.0)
    assert run.read().failed == 0
    (inverse,) = run.edit(edit)
    steps(run, 150)
    run.on(1.0)
    run.edit(inverse)
    window = run.on(1.0).watch(1.0)
    assert window.completed == pytest.approx(500, rel=0.2)
    assert window.failed == 0


@pytest.mark.parametrize(
    "edit",
    [
        RemoveLink(link="web-1_db-2"),
        RemoveNode(node="db-2"),
        RemoveNode(node="web-1"),
        SetLink(link="web-1_db-2", parameters={"latency_ms": 33.0}),
    ],
    ids=lambda edit: str(edit.type) + "_" + str(getattr(edit, "node", getattr(edit, "link", ""))),
)
def test_parallel_reads_under_way_end_whatever_node_or_link_is_removed(edit: Edit) -> None:
    topology = replicated(
        600.0,
        [replica("db-2", read_ms=30.0, cores=64), replica("db-3", read_ms=30.0, cores=64)],
        server={"read_replies": 2},
    )
    sixteen: list[Edit] = [
        *(node("dns", f"dns-{number}") for number in range(10)),
        web("web-9", discipline="processor_sharing"),
        link("users-1", "web-9"),
    ]
    run = Run(edited(topology, *sixteen)).to(30.0)
    assert run.read().failed == 0
    (inverse,) = run.edit(edit)
    steps(run, 150)
    run.on(1.0)
    run.edit(inverse)
    window = run.on(10.0).watch(2.0)
    assert window.completed == pytest.approx(1200, rel=0.2)
    assert window.failed == 0


@pytest.mark.parametrize("algorithm", ["least_connections", "two_choices"])
def test_connection_counts_stay_right_through_edits(algorithm: str) -> None:
    slow: dict[str, float | int | str] = {"service_ms": 300.0, "cores": 64}
    busy = [SetNode(node=f"web-{number}", parameters=slow) for number in (1, 2, 3)]
    run = Run(edited(balanced(300.0, 3, algorithm=algorithm), *busy)).to(2.0)
    assert run.read().in_flight > 30
    for link_id in ("users-1_lb-1", "lb-1_web-1", "lb-1_web-2"):
        (inverse,) = run.edit(RemoveLink(link=link_id))
        steps(run, 60)
        run.edit(inverse)
        steps(run, 60)
    run.engine.set_load(0.0)
    run.on(30.0)
    assert not run.engine.world["edges"]["connections"].any()


def test_utilisation_is_relative_to_the_cores_at_the_time() -> None:
    run = Run(drawing(users(300.0), web(service_ms=20.0, cores=8), link("users-1", "web-1")))
    run.to(10.0)
    assert run.node("web-1")["utilisation"] == pytest.approx(300 * 0.02 / 8, rel=0.05)
    run.edit(SetNode(node="web-1", parameters={"cores": 2}))
    run.to(20.0)
    busy_core_seconds = 10 * 6.0 + 10 * 2.0
    assert run.node("web-1")["utilisation"] == pytest.approx(busy_core_seconds / 100, rel=0.05)


@pytest.mark.parametrize("removed", [False, True])
def test_a_crash_that_fails_a_thousand_closed_loop_requests_at_once_fits_the_event_queue(
    removed: bool,
) -> None:
    """Each user of a closed loop who loses a request needs an event of their own."""
    run = Run(
        drawing(
            node("client", "users-1", arrivals="closed", users=2500, think_s=0.01),
            web(service_ms=60_000.0, cores=1024, queue_limit=10_000),
            link("users-1", "web-1"),
        )
    )
    for at_s in (0.5, 0.6, 0.7, 0.8):
        run.to(at_s)
        assert run.read().in_flight > 900
        if removed:
            (back,) = run.edit(RemoveNode(node="web-1"))
            run.edit(back)
        else:
            run.crash("web-1")
            run.heal("web-1")


def test_a_thousand_new_cores_can_start_work_at_the_same_instant() -> None:
    run = Run(
        drawing(
            users(9000.0),
            web(service_ms=60_000.0, cores=900, queue_limit=960),
            link("users-1", "web-1"),
        )
    )
    for second in range(1, 5):  # what a crash takes off the agenda stays there until its time
        run.to(0.1 * second).crash("web-1").heal("web-1")
    run.edit(SetNode(node="web-1", parameters={"cores": 1}))
    run.on(0.09)
    run.edit(SetNode(node="web-1", parameters={"cores": 1024}))
    run.edit(SetNode(node="web-1", parameters={"discipline": "processor_sharing"}))
    run.edit(SetNode(node="web-1", parameters={"discipline": "fifo"}))
    run.on(0.1)


def test_a_client_that_is_put_back_keeps_the_shape_of_its_load() -> None:
    spike = users(10.0, shape="spike", shape_start_s=5.0, shape_length_s=5.0, shape_factor=50.0)
    run = Run(drawing(spike, web(), link("users-1", "web-1")))
    run.to(1.0)
    (back,) = run.edit(RemoveNode(node="users-1"))
    run.to(2.0)
    run.edit(back)
    run.to(5.0)
    assert run.watch(5.0).offered == pytest.approx(2500, rel=0.1)
    assert run.watch(5.0).offered == pytest.approx(50, abs=30)


def test_a_user_who_is_told_an_unreachable_address_tries_again_after_the_think_time() -> None:
    """Nobody waits for an answer's time to live."""
    run = Run(
        drawing(
            node("client", "users-1", arrivals="closed", users=50, think_s=1.0, dns_caches=60_000),
            node("dns", "dns-1", ttl_s=86_400.0),
            node("web_server", "web-1"),
            link("users-1", "dns-1"),
            link("users-1", "web-1"),
        )
    )
    run.to(20.0)
    assert run.read().failures_by_outcome().keys() == {"unreachable"}
    assert run.read().offered == pytest.approx(50 * 20, rel=0.15)


SLOW = {
    "users": {"users": 1, "requests_per_user": 1e-300},
    "table": {"arrivals": "table", "rates": "0,1e-290"},
    "step": {"shape": "step", "shape_start_s": 0.0, "requests_per_user": 1e-200},
    "daily": {"shape": "daily", "shape_length_s": 0.001, "requests_per_user": 1e-200},
}


@pytest.mark.parametrize("parameters", SLOW.values(), ids=SLOW)
def test_a_client_rate_of_almost_zero_is_accepted(parameters: dict[str, float | str]) -> None:
    run = Run(drawing(node("client", "users-1", "", **parameters), web(), link("users-1", "web-1")))
    run.to(1000.0)
    assert run.read().offered == 0


def test_a_slow_client_with_very_short_days_is_not_walked_day_by_day() -> None:
    """A day of a millisecond with one request in a million of them is not walked day by day."""
    run = Run(
        drawing(
            node(
                "client",
                "users-1",
                "",
                users=1,
                requests_per_user=0.001,
                shape="daily",
                shape_length_s=0.001,
            ),
            web(),
            link("users-1", "web-1"),
        )
    )
    run.to(1_000_000.0)
    assert run.read().offered == pytest.approx(2000, rel=0.1)  # 3 times as many at noon


def test_a_database_that_leaves_its_group_during_its_election_is_not_promoted_there() -> None:
    run = Run(replicated(100.0, [replica("db-2"), replica("db-3")]))
    run.to(5.0).crash("db-1")
    while not run.incidents("elected"):
        run.on(0.1)
    (elected,) = run.incidents("elected")
    assert elected.node == "db-2"
    run.edit(RemoveLink(link="db-1_db-2"))
    run.on(30.0)
    assert [one.node for one in run.incidents("promoted") if one.other == "db-1"] == ["db-3"]
    assert run.node("db-3")["role"] == "primary"


def test_links_beyond_the_24_distinct_latencies_work_the_same() -> None:
    """Links of the 25th latency and on take the agenda; requests do not notice."""
    latencies = [1.0 + 0.5 * number for number in range(40)]
    topology = balanced(4000.0, servers=40, check_interval_s=300.0)
    for number, latency in enumerate(latencies, start=1):
        change = SetLink(link=f"lb-1_web-{number}", parameters={"latency_ms": latency})
        topology = edited(topology, change)
    run = Run(topology).to(5.0)
    mean = run.summary()["latency_ms"]["mean"]
    there = sum(latencies) / len(latencies)
    assert mean == pytest.approx(2 * (20.0 + there) + 0.1 + 8.0, rel=0.02)


@pytest.mark.parametrize("service_ms", [800.0, 998.5, 999.1])
def test_a_response_timeout_removed_by_an_edit_no_longer_ends_requests_under_way(
    service_ms: float,
) -> None:
    """Except that an answer which was found to come too late has not come."""
    slow = web(service_ms=service_ms, distribution="constant", cores=64)
    balancer = node("load_balancer", "lb-1", forward_ms=0.0, response_timeout_s=1.0)
    links = link("users-1", "lb-1", 0.5), link("lb-1", "web-1", 0.5)
    run = Run(drawing(users(20.0, patience_s=30.0), balancer, slow, *links)).to(5.0)
    failed, under_way = run.read().failed, run.read().in_flight
    assert under_way > 10
    run.edit(SetNode(node="lb-1", parameters={"response_timeout_s": 0.0}))
    steps(run, 50)
    run.to(20.0)
    assert run.read().failed <= failed + 1
    assert run.read().in_flight == pytest.approx(20.0 * service_ms / 1e3, rel=0.5)
