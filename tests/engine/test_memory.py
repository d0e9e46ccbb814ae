"""A process forgets: what was in its memory is gone with it, in every kind and every field.

Every field of a row that a process could remember is listed here, as memory or as something else:
a new one has to be said to be one of both.
"""

from __future__ import annotations

from typing import Any

import pytest

from app.kernel.state.tables import BALANCER, CHECK, EDGE, NODE, SOURCE
from tests.support.drawings import drawing, link, node, replica, users
from tests.support.runs import Run

MEMORY: dict[str, dict[str, int]] = {
    "nodes": {
        **dict.fromkeys(["busy", "queue_length", "queued_at_ns", "read_turn", "write_turn"], 0),
        **dict.fromkeys(["panicking", "warm_at", "workers_busy", "pool_used", "pool_length"], 0),
        **dict.fromkeys(["hanging", "pool_timing"], 0),
        **dict.fromkeys(["queue_head", "held", "pool_head"], -1),
    },
    "edges": {
        **dict.fromkeys(
            ["connections", "credit", "returned_at", "ejected_until", "failing_since", "probing"], 0
        ),
        **dict.fromkeys(["failures_in_row", "ejections", "open_until", "streak", "full"], 0),
        **dict.fromkeys(["lag", "passed", "using"], 0),
        "healthy": 1,
    },
    "checks": {"streak": 0, "passing": 1, "asking": 0, "lag": 0},
    "balancers": {"queue_head": -1, "queue_length": 0, "sent_head": -1},
    "sources": {"budget": 0},
}
"""What a field is at a process that has just died, by table."""
ELSEWHERE = {
    "nodes": """
        kind up variation discipline rules traits cores queue_limit queue_tail read_ns busy_ns
        first_edge edge_count epoch row write_ns slow reads writes wait_ns sojourn_ns failed
        down_since shed_at ttl_ns placed algorithm replies version work_shape virtual updated_at
        cores_ns needs_choice sticky cookies slow_start sessions_lost panic_share ejected_share
        failure_count ejects_after failing_window ejection ejection_max retried queue_timeout
        breaker_ns data_timeout cancels workers breaker managed boot_ns hung_since ticket booting
        vip holder master priority rank vrrp_ticket advert_ns heard_at answer_order watch_first
        watch_count next_on_machine machine stretch memory request_memory working_set disk_ns
        warm_ns memory_exceeded trips shards pool_wait pin pool_taken pool_waited pool_wait_ns
        routing no_fallback pool pool_tail writing full_at token_ns new_token_ns wait_max limited
        burst new_burst queues bucket_ticket
    """,
    "edges": """
        delay sent failed node delay_line routable link cut loss weight owner rank allowed more_ns
        caches shard
    """,
    "checks": """
        interval delay watcher target edge purpose fall rise active armed vacant timeout fast
        asked_at key strict depth turn takes
    """,
    "balancers": """
        connect_timeout response_timeout queue_timeout retry_wait node retries retry_on redispatch
        retry_writes max_connections queue_max queue_tail sent_tail wake_scheduled
    """,
    "sources": """
        s0 s1 s2 s3 key number gap_ns write_share patience lead node immediate lookup_count turn
        answer_turn cache_first cache_count deadline_head deadline_tail loop offered completed
        failed cache_hits cache_misses think_ns users thinking returning curve_first curve_count
        curve_period record_first record_count record_next retry retries backoff_ns backoff_max_ns
        budget_share retried ttl_min ttl_max ttl_ignored ignoring connect_timeout reuse connects
        round_trips next_address lists list_order list_turn parts tells read_back read_back_ns
    """,
}
"""Settings, counters, the network's and other processes' knowledge, and what is void by itself: a
deadline is a person's, a virtual IP's holder its neighbours' (a member that starts begins as a
backup), a bucket of tokens is full when its node starts.
"""
ROWS = {"nodes": NODE, "edges": EDGE, "checks": CHECK, "balancers": BALANCER, "sources": SOURCE}
OWNERS = {"edges": "owner", "checks": "watcher", "balancers": "node", "sources": "node"}


@pytest.mark.parametrize("table", sorted(ROWS))
def test_every_field_is_memory_or_is_not(table: str) -> None:
    known = [*MEMORY[table], *ELSEWHERE[table].split()]
    assert sorted(known) == sorted(set(known))
    assert set(known) == {name for name in ROWS[table].names if not name.startswith("spare")}


def remembering() -> Run:
    """A run in which everybody has learnt something: of a dead server, of a dead database, of a
    client's name server.
    """
    chosen = node(
        "load_balancer", "lb-1", "", algorithm="weighted", passive="on", passive_failures=2,
        passive_ejection_s=2.0, slow_start_s=60.0, retries=2, redispatch="other",
        response_timeout_s=5.0, max_connections=2, sticky="cookie",
    )  # fmt: skip
    servers = [
        node(
            "web_server", name, "", exposure="private", breaker_failures=2, breaker_open_s=60.0,
            pool_size=2, workers=50, cores=1, service_ms=8.0, queue_limit=50,
        )
        for name in ("web-1", "web-2", "web-3")
    ]  # fmt: skip
    links = [link("lb-1", str(one.id)) for one in servers]
    links += [link(str(one.id), name) for one in servers for name in ("db-1", "db-2")]
    client = users(
        200.0, write_share=20.0, retry="exponential", retry_budget=50.0, patience_s=3.0, retries=3
    )
    run = Run(
        drawing(
            *(client, node("dns", "dns-1"), chosen, *servers),
            *(node("database", "db-1"), replica("db-2")),
            *(link("users-1", "dns-1"), link("users-1", "lb-1"), *links, link("db-1", "db-2")),
        )
    )
    run.to(5.0).crash("web-1").on(8.0).heal("web-1").on(7.0)
    return run.crash("db-2").crash("web-3").on(7.0)


def rows(run: Run, table: str, n: int) -> Any:
    found = run.engine._world[table][: int(run.engine._world.control[f"{table}_used"])]
    return found[[n]] if table == "nodes" else found[found[OWNERS[table]] == n]


def test_the_run_has_something_to_forget() -> None:
    run = remembering()
    told = set()
    for table, fresh in MEMORY.items():
        for n in run.engine._numbering.nodes.values():
            for name, value in fresh.items():
                told |= {name} if (rows(run, table, n)[name] != value).any() else set()
    expected = {"busy", "read_turn", "warm_at", "connections", "returned_at", "credit", "budget"}
    assert expected <= told
    assert {"passing", "healthy", "ejections", "open_until"} <= told


@pytest.mark.parametrize("crashed", ["users-1", "dns-1", "lb-1", "web-2", "db-1"])
def test_a_crash_forgets_everything(crashed: str) -> None:
    run = remembering().crash(crashed)
    n = run.engine._numbering.nodes[crashed]
    for table, fresh in MEMORY.items():
        for name, value in fresh.items():
            seen = rows(run, table, n)
            if table == "checks":  # a heartbeat's misses are counted anew when it starts
                seen = seen[seen["edge"] >= 0]
            assert (seen[name] == value).all(), (table, name)
    until = run.engine._world["cache_until"]
    assert crashed != "users-1" or not until.any()
    run.heal(crashed).on(20.0)
