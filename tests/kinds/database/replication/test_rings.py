"""Ring replication (domain.md B18): hop by hop, cut by one death, circling writes."""

import pytest

from app.schema import Value
from app.topology.edits.apply import RemoveNode, SetNode
from app.topology.validation.validation import problems
from tests.support.databases.multi_primary_groups import figures, members, ring, versions
from tests.support.drawings import edited, link
from tests.support.runs import Run
from tests.support.statistics.samples import must_average, seeds


def quiet(run: Run) -> Run:
    run.engine.set_load(0.0)
    return run.on(3.0)


@pytest.mark.parametrize("count", [3, 4, 7])
def test_a_dead_ring_member_cuts_half_of_the_live_pairs(count: int) -> None:
    """(n - 1)(n - 2) / 2 of (n - 1)(n - 2)."""
    run = Run(ring(count)).to(3.0)
    whole = figures(run)
    assert whole["pairs"] == whole["pairs_reachable"] == count * (count - 1)
    window = run.crash("db-2").watch(1.0)
    cut = figures(run)
    shown = window.node("db-1")["group"]
    assert (shown["pairs"], shown["reach"]) == (cut["pairs"], cut["pairs_reachable"])
    assert window.node("web-1")["group"] is None
    assert cut["pairs"] == (count - 1) * (count - 2)
    assert cut["pairs_reachable"] == cut["pairs"] // 2


def test_writes_do_not_arrive_at_members_reported_out_of_reach() -> None:
    """After db-2 of four has died: 3, 4, 1 is left, and each has what those before it wrote."""
    run = Run(ring(4)).to(3.0).crash("db-2").on(5.0)
    quiet(run)
    world = run.engine.world
    own = world["databases"]["own"].tolist()
    streams = world["streams"]["applied"][:16].reshape(4, 4).tolist()
    lacks = {
        (reader + 1, writer + 1)
        for reader in (0, 2, 3)
        for writer in (0, 2, 3)
        if reader != writer and streams[reader][writer] < own[writer]
    }
    assert lacks == {(3, 4), (3, 1), (4, 1)}
    quiet(run.heal("db-2"))
    assert len({tuple(one) for one in versions(run)}) == 1
    assert figures(run)["pairs_reachable"] == 12


@pytest.mark.parametrize("count", [2, 4, 6])
def test_a_write_reaches_the_last_ring_member_after_n_minus_1_hops(count: int) -> None:
    """The last one to have it got it over (n - 1) links, and each on the way had to apply it."""
    ms, last = 50.0, (count - 1) * count
    found = []
    for seed in seeds(10):
        run = Run(ring(count, 2.0, ms), seed).to(5.0)
        world = run.engine.world
        own = int(world["databases"]["own"][0])
        while world["streams"]["applied"][last] <= own:
            run.on(0.0002)
        found.append(run.now_s - float(world["changes"]["at"][own + 1]) / 1e9)
    must_average(found, (count - 1) * (ms + 0.1) / 1000.0 + 0.0001, 0.001)


def gone(run: Run) -> None:
    """Take db-2 out of a ring of four and close it behind; what it has sent is on its way."""
    run.edit(RemoveNode(node="db-2"), link("db-1", "db-3", 10.0))


def test_writes_of_a_removed_ring_member_circle_for_ever() -> None:
    run = Run(ring(4, 200.0, 10.0)).to(3.0)
    gone(run)
    (told,) = run.incidents("circling")
    assert told.other == "db-2"
    found = figures(quiet(run))
    assert found["circling"] == told.value > 0
    before = found["circled"]
    # A lap is three links of 10 ms and three times the work of applying.
    expected = 10.0 / (0.0303 / 3.0) * found["circling"]
    assert figures(run.on(10.0))["circled"] - before == pytest.approx(expected, rel=0.05)
    assert figures(run)["circling"] == found["circling"]


def test_circling_writes_of_a_removed_member_use_capacity() -> None:
    given: dict[str, Value] = {"apply_ms": 2.0, "cores": 1}
    run = Run(ring(4, 100.0, 1.0, **given)).to(3.0)
    gone(run)
    busy = quiet(run).watch(10.0)
    count = figures(run)["circling"]
    assert count > 0
    for name in ("db-1", "db-3", "db-4"):
        assert busy.node(name)["util"] == pytest.approx(min(2.0 * count / 9.0, 1.0), rel=0.2)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_filter_ends_the_circling_of_writes(when: str) -> None:
    filters = [SetNode(node=f"db-{n}", parameters={"filter_gone": "on"}) for n in (1, 3, 4)]
    run = Run(ring(4, 200.0, 10.0)).to(2.0)
    if when == "before":
        run.edit(*filters)
    gone(run.to(3.0))
    if when == "after":
        run.on(1.0)
        assert figures(run)["circling"] > 0
        run.edit(*filters)
    found = figures(quiet(run))
    assert found["circling"] == 0
    assert bool(run.incidents("circling")) is (when == "after")
    circled = found["circled"]
    assert figures(run.on(5.0))["circled"] == circled
    assert len({tuple(one) for one in versions(run)}) == 1


def test_keys_beyond_the_memory_bound_share_their_versions() -> None:
    """Half a million versions of keys; what is beyond shares the keys that are."""
    drawn = ring(4, keys=1_000_000)
    (found,) = problems(drawn)
    assert found.code == "keys_not_told_apart"
    run = Run(drawn)
    assert run.read().groups[0]["keys"] == 2**19 // 4
    assert len(run.engine.world.buffer) < 32_000_000


def test_links_of_a_ring_group_that_form_no_ring_are_a_problem() -> None:
    whole = ring(4)
    assert not problems(whole)
    (found,) = problems(edited(whole, RemoveNode(node="db-3")))
    assert (found.code, found.node) == ("no_ring", "db-2")
    run = Run(edited(whole, RemoveNode(node="db-3"))).to(2.0)
    assert (figures(run)["pairs"], figures(run)["pairs_reachable"]) == (6, 3)


@pytest.mark.parametrize(
    "name", ["replication", "conflicts", "keys", "write_skew", "insert_percent"]
)
def test_ring_members_with_different_settings_are_a_problem(name: str) -> None:
    values: dict[str, Value] = {
        "replication": "multi_primary",
        "conflicts": "merge",
        "keys": 77,
        "write_skew": 1.0,
        "insert_percent": 5.0,
    }
    other = edited(ring(3), SetNode(node=members(3)[1], parameters={name: values[name]}))
    (found,) = problems(other)
    assert (found.code, found.node) == (f"{name}_differs", "db-2")
