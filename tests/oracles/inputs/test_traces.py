"""Recorded requests are played back exactly: times worked out by hand, to the nanosecond."""

from __future__ import annotations

from app.engine.engine import Engine
from app.topology.edits.apply import SetNode, apply
from app.topology.model import Topology
from tests.support.drawings import drawing, link, node, replica, web
from tests.support.statistics.sampling import to

TRACE = """arrival_s,writes,work_ms
0.000,  0, 2,   10, 4
0.001,  0, 2,    5, 20
0.002,  1, 1,    1, 6
0.050,  0, 0.5,  3, 2
0.0505, 0, 4,    1, 1.5
"""
# One core each; 1 ms to the balancer, 2 ms on to the web server, 3 ms on to a database.
#           balancer            web server           database
# request   comes begins ends   comes begins ends    comes begins ends
# first       1      1    3       5      5    15       18     18    22   replica
# second      2      3    5       7     15    20       23     23    43   replica
# third       3      5    6       8     20    21       24     24    30   primary: it writes
# fourth     51     51   51.5    53.5   53.5  56.5     59.5   59.5  61.5 replica
# fifth      51.5   51.5 55.5    57.5   57.5  58.5     61.5   61.5  63   replica
ENDS_MS = [22.0, 30.0, 43.0, 61.5, 63.0]
LATENCIES_MS = [28.0, 34.0, 48.0, 17.5, 18.5]
"""Ends less arrivals, and 6 ms back to the client."""
STAYS_MS = {"lb-1": 2 + 3 + 3 + 0.5 + 4, "web-1": 10 + 13 + 13 + 3 + 1, "db-1": 6, "db-2": 27.5}


def recorded(trace: str = TRACE, **client: str | float) -> Topology:
    return drawing(
        node("client", "users-1", **{"arrivals": "recorded", "trace": trace, **client}),
        node("load_balancer", "lb-1", cores=1),
        web(cores=1),
        node("database", "db-1", cores=1),
        replica("db-2", cores=1, apply_ms=0.0),
        link("users-1", "lb-1", 1.0),
        link("lb-1", "web-1", 2.0),
        link("web-1", "db-1", 3.0),
        link("web-1", "db-2", 3.0),
        link("db-1", "db-2", 0.25),
    )


def completions(engine: Engine, until_s: float) -> list[tuple[float, float]]:
    """When requests were completed, and their latencies, in ms, event by event."""
    found: list[tuple[float, float]] = []
    before = engine.read()
    while True:
        events = engine.events
        engine.step(1)
        now = engine.read()
        if engine.events == events or now.now_ns > until_s * 1e9:
            return found
        if now.completed > before.completed:
            found.append((now.now_ns / 1e6, (now.latency_ns - before.latency_ns) / 1e6))
        before = now


def test_a_trace_is_played_back_exactly() -> None:
    for seed in (1, 2):  # nothing about it is random
        engine = Engine(recorded(), seed=seed, load=3.0)
        assert completions(engine, 0.2) == list(zip(ENDS_MS, LATENCIES_MS, strict=True))


def test_recorded_work_is_done_at_the_station_it_was_recorded_for() -> None:
    now = to(Engine(recorded(), seed=1), 10.0)
    assert (now.offered, now.completed, now.failed) == (5, 5, 0)
    stations = {name: now.nodes[now.node_ids.index(name)] for name in STAYS_MS}
    assert {name: int(row["sojourn_ns"]) / 1e6 for name, row in stations.items()} == STAYS_MS
    served = {name: (int(row["reads"]), int(row["writes"])) for name, row in stations.items()}
    assert served == {"lb-1": (4, 1), "web-1": (4, 1), "db-1": (0, 1), "db-2": (4, 0)}
    busy_ms = [now.busy_ns[now.node_ids.index(name)] / 1e6 for name in ("lb-1", "web-1", "db-1")]
    assert busy_ms == [9.5, 20.0, 6.0]


def test_work_missing_in_a_recorded_row_is_zero() -> None:
    """A row that ends early needs nothing at the rest of its stations: 12 ms of network only."""
    assert completions(Engine(recorded("0.5,0,7"), seed=1), 1.0) == [(513.0, 19.0)]


def test_two_rows_of_the_same_instant_are_two_requests() -> None:
    engine = Engine(recorded("0.5,0,7\n0.5,0,7"), seed=1)
    assert completions(engine, 1.0) == [(513.0, 19.0), (520.0, 26.0)]


def test_rows_earlier_than_the_edit_that_sets_a_recording_are_skipped() -> None:
    """A trace that comes in during the run is played from then on."""
    engine = Engine(recorded("0.1,0,1\n9,0,1"), seed=1)
    assert to(engine, 0.5).offered == 1
    late = SetNode(node="users-1", parameters={"trace": "0.2,0,1\n0.3,0,2\n0.7,0,3\n0.8,0,4"})
    engine.edit(apply(engine.topology, late)[0])
    assert completions(engine, 10.0) == [(709.0, 15.0), (810.0, 16.0)]


def test_other_edits_do_not_disturb_the_playback_of_a_recording() -> None:
    plain, edited = (Engine(recorded(), seed=1) for _ in range(2))
    to(edited, 0.010)
    for edit in (
        SetNode(node="lb-1", parameters={"queue_limit": 77}),
        SetNode(node="users-1", parameters={"patience_s": 20.0}),
        SetNode(node="db-2", parameters={"read_ms": 500.0}),
    ):
        edited.edit(apply(edited.topology, edit)[0])
    assert completions(edited, 0.2) == completions(plain, 0.2)


def test_a_client_can_change_to_a_recording_and_back() -> None:
    engine = Engine(recorded("1,0,1\n2,0,1\n3,0,1", arrivals="open", users=0), seed=1)
    assert to(engine, 1.5).offered == 0
    for arrivals, until_s, offered in (("recorded", 2.5, 1), ("open", 3.5, 1)):
        edit = SetNode(node="users-1", parameters={"arrivals": arrivals})
        engine.edit(apply(engine.topology, edit)[0])
        assert to(engine, until_s).offered == offered


def test_name_lookups_are_not_part_of_a_recording() -> None:
    """Its work is the name server's own mean; the recorded works begin behind it."""
    topology = drawing(
        node("client", "users-1", arrivals="recorded", trace="0.5,0,7,8,9"),
        node("dns", "dns-1", lookup_ms=3.0),
        web(cores=1),
        link("users-1", "dns-1", 1.0),
        link("users-1", "web-1", 10.0),
    )
    assert completions(Engine(topology, seed=1), 1.0) == [(522.0, 32.0)]
