"""Several primaries (domain.md B17): writes of one key on two members within the lag conflict."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.actions import AnyFault, Crash, CutLink, Degrade, HealLink, Recover, Silence
from app.engine.engine import Engine
from app.schema import Value
from app.topology.edits.apply import RemoveNode, SetLink, SetNode
from tests.support.databases.multi_primary_groups import (
    figures,
    members,
    primaries,
    ring,
    versions,
    with_all,
)
from tests.support.drawings import edited
from tests.support.runs import Run
from tests.support.statistics.samples import must_average, must_be_poisson, seeds

LAG_S, RATE, KEYS = 0.1, 50.0, 1000
LENGTH_S = 100.0


def after(seconds: float, seed: int = 1, /, **parameters: Value) -> Run:
    """Two primaries, 0.1 s apart, after some time."""
    return Run(primaries(2, RATE, LAG_S * 1000.0, keys=KEYS, **parameters), seed).to(seconds)


def quiet(run: Run) -> Run:
    """The run after the users have stopped, and everything on its way has arrived."""
    run.engine.set_load(0.0)
    return run.on(3.0)


def test_conflicts_are_as_frequent_as_two_writes_of_a_key_within_the_lag() -> None:
    """2 L w^2 / K = 0.5 a second, and last-writer-wins drops one of the two each time."""
    counts = []
    for seed in seeds(40):
        found = figures(after(LENGTH_S, seed))
        assert found["dropped"] == found["conflicts"]
        assert found["merged"] == found["rejected"] == found["collisions"] == 0
        counts.append(found["conflicts"])
    must_be_poisson(counts, 2 * LAG_S * RATE**2 / KEYS * LENGTH_S)


@pytest.mark.parametrize(("rate", "ms", "keys"), [(25.0, 100.0, 1000), (50.0, 20.0, 200)])
def test_the_rate_of_conflicts_follows_its_formula(rate: float, ms: float, keys: int) -> None:
    counts = [
        figures(Run(primaries(2, rate, ms, keys=keys), seed).to(LENGTH_S))["conflicts"]
        for seed in seeds(20)
    ]
    must_be_poisson(counts, 2 * ms / 1000.0 * rate**2 / keys * LENGTH_S)


def test_popular_keys_conflict_more_often() -> None:
    """2 L w^2 times the sum of the squared shares of the keys, here of Zipf's law."""
    rate, ms, length_s, keys = 10.0, 10.0, 400.0, 1000
    shares = [1.0 / k for k in range(1, keys + 1)]
    whole = math.fsum(shares)
    same = math.fsum((share / whole) ** 2 for share in shares)
    drawn = primaries(2, rate, ms, keys=keys, write_skew=1.0)
    counts = [figures(Run(drawn, seed).to(length_s))["conflicts"] for seed in seeds(20)]
    must_be_poisson(counts, 2 * (ms + 0.1) / 1000.0 * rate**2 * same * length_s)


def test_a_run_with_several_primaries_is_the_same_in_any_steps_and_from_a_checkpoint() -> None:
    drawn = ring(3, 60.0, 20.0, keys=50, insert_percent=10.0, on_collision="skip", write_skew=0.7)
    whole = Run(drawn, 5).to(4.0)
    parts = Run(drawn, 5).to(1.3)
    parts.engine = Engine.resume(parts.engine.checkpoint())
    for _ in range(27):
        parts.on(0.1)
    assert parts.to(4.0).engine.fingerprint() == whole.engine.fingerprint()


@pytest.mark.parametrize(("rate", "length_s", "share"), [(1.0, 400.0, 0.084), (50.0, 40.0, 0.453)])
def test_auto_increment_keys_of_two_primaries_collide(
    rate: float, length_s: float, share: float
) -> None:
    """8 % at one insert a second on each of two primaries, 45 % at fifty."""
    found = []
    for seed in seeds(20):
        run = Run(primaries(2, rate, 100.0, insert_percent=100.0, on_collision="skip"), seed)
        inserted = int(run.to(length_s).read().groups[0]["written"])
        found.append(figures(run)["collisions"] / inserted)
    spread = math.sqrt(share * (1.0 - share) / (2.0 * rate * length_s))
    must_average(found, share, 1.5 * spread + 0.001)


def test_auto_increment_offsets_prevent_collisions_of_inserts_and_not_of_updates() -> None:
    drawn = primaries(2, RATE, 100.0, insert_percent=50.0, row_step=2)
    drawn = edited(drawn, SetNode(node="db-2", parameters={"row_offset": 2}))
    conflicts = 0
    for seed in seeds(5):
        run = Run(drawn, seed).to(LENGTH_S)
        assert figures(run)["collisions"] == 0
        assert not run.incidents("duplicate_key")
        conflicts += figures(run)["conflicts"]
    # Half of the writes change a key.
    must_be_poisson([conflicts], 5 * 2 * LAG_S * (RATE / 2) ** 2 / KEYS * LENGTH_S)


def test_a_collision_stops_replication_until_the_row_is_skipped() -> None:
    run = after(10.0, 1, insert_percent=100.0)
    told = run.incidents("duplicate_key")
    assert sorted((one.node, one.other) for one in told) == [("db-1", "db-2"), ("db-2", "db-1")]
    stopped = figures(run)
    assert stopped["stopped"] == [
        {"node": "db-1", "origin": "db-2"},
        {"node": "db-2", "origin": "db-1"},
    ]
    assert (stopped["pairs"], stopped["pairs_reachable"]) == (2, 0)
    assert run.node("db-1")["lag_s"] > 8.0
    run.edit(*(SetNode(node=name, parameters={"on_collision": "skip"}) for name in members(2)))
    found = figures(quiet(run))
    assert found["stopped"] == []
    assert found["pairs_reachable"] == 2
    assert run.node("db-1")["lag_s"] == 0.0


def test_a_skipped_row_lets_replication_run_until_the_next_collision() -> None:
    run = after(10.0, 1, insert_percent=100.0)
    assert len(run.incidents("duplicate_key")) == 2
    lag_s = run.node("db-1")["lag_s"]
    for _ in range(20):
        run.fault(Recover(node="db-1", how="skip")).on(0.01)
    assert len(run.incidents("duplicate_key")) > 10
    assert run.node("db-1")["lag_s"] < lag_s
    assert {"node": "db-1", "origin": "db-2"} in figures(run)["stopped"]


def test_a_rejected_write_leaves_its_key_different_on_the_members() -> None:
    run = quiet(after(60.0, 3, conflicts="reject"))
    found, (one, other) = figures(run), versions(run)
    different = [key for key in range(KEYS) if one[key] != other[key]]
    assert found["diverged"] == len(different) > 5
    assert found["diverged_keys"] == different[:5]
    assert found["rejected"] >= 2 * found["diverged"]
    assert found["dropped"] == found["merged"] == 0
    assert run.incidents("conflict_rejected")


@pytest.mark.parametrize("policy", ["last_writer_wins", "merge"])
def test_writes_in_transit_do_not_count_as_divergence(policy: str) -> None:
    run = after(20.0, 1, conflicts=policy)
    assert versions(run)[0] != versions(run)[1]
    assert figures(run)["diverged"] == 0
    quiet(run)
    assert versions(run)[0] == versions(run)[1]


def test_merging_a_conflict_keeps_both_writes() -> None:
    found = figures(after(LENGTH_S, 1, conflicts="merge"))
    assert found["merged"] == found["conflicts"] > 10
    assert found["dropped"] == found["rejected"] == 0


def test_conflicts_made_during_a_cut_appear_when_it_heals() -> None:
    """For 10 s nobody hears of the other: w^2 T^2 / K pairs of writes meet afterwards."""
    met = []
    for seed in seeds(10):
        run = Run(primaries(2, RATE, 1.0, keys=KEYS), seed).to(2.0)
        run.fault(CutLink(link="db-1_db-2", for_s=10.0)).to(11.9)
        before = figures(run)
        assert before["pairs_reachable"] == 0
        assert before["conflicts"] <= 3
        assert run.node("db-2")["lag_s"] == pytest.approx(9.9, abs=0.2)
        quiet(run.on(1.0))
        assert figures(run)["pairs_reachable"] == 2
        assert versions(run)[0] == versions(run)[1]
        met.append(figures(run)["conflicts"] - before["conflicts"])
    # Keys with writes on both sides, where at least the last local write is dropped.
    share = 1.0 - math.exp(-RATE * 10.0 / KEYS)
    must_average(met, KEYS * share**2, math.sqrt(KEYS * share**2))


def test_writes_that_a_dead_member_had_not_sent_return_with_it() -> None:
    """Writes within the lag exist once: w L of them."""
    stranded = []
    for seed in seeds(30):
        run = after(10.0, seed)
        run.crash("db-1")
        stranded.append(figures(run.on(1.0))["stranded"])
        assert run.read().groups[0]["lost"] == 0
        if seed == 1:
            quiet(run.heal("db-1").on(2.0))
            assert figures(run)["stranded"] == 0
            assert versions(run)[0] == versions(run)[1]
    must_average(stranded, RATE * LAG_S, math.sqrt(RATE * LAG_S))


def test_the_others_take_the_writes_of_a_dead_member() -> None:
    run = Run(with_all(primaries(3, 30.0, 5.0))).to(5.0)
    window = run.crash("db-2").on(4.0).watch(10.0)
    assert window.failed == 0
    assert window.node("db-1")["writes"] == pytest.approx(45.0, rel=0.15)
    run.heal("db-2")
    quiet(run.on(5.0))
    assert len({tuple(one) for one in versions(run)}) == 1


def test_a_removed_member_loses_the_writes_that_no_other_has() -> None:
    """Writes that had not arrived anywhere: w L of them."""
    lost = []
    for seed in seeds(30):
        run = after(5.0, seed)
        run.edit(RemoveNode(node="db-1"))
        lost.append(run.summary()["ledger"]["lost"])
    must_average(lost, RATE * LAG_S, math.sqrt(RATE * LAG_S))


def test_every_acknowledged_write_at_several_primaries_is_in_one_state() -> None:
    run = after(20.0, 2)
    ledger = run.summary()["ledger"]
    assert ledger["conflicted"] == figures(run)["dropped"] > 0
    assert ledger["at_risk"] == pytest.approx(2 * RATE * LAG_S, abs=4 * (2 * RATE * LAG_S) ** 0.5)
    parts = ("safe", "at_risk", "lost", "recovered", "conflicted")
    assert sum(ledger[name] for name in parts) == ledger["acknowledged"]
    quiet(run)
    assert run.summary()["ledger"]["at_risk"] == 0


@pytest.mark.parametrize("routing", ["round_robin", "home", "nearest"])
def test_the_write_routing_decides_the_rate_of_conflicts(routing: str) -> None:
    """In turn: as if users were spread evenly. Each key at its home: no two write it at once."""
    drawn = edited(
        with_all(primaries(2, RATE, LAG_S * 1000.0, keys=KEYS)),
        *(SetNode(node=name, parameters={"write_routing": routing}) for name in ("web-1", "web-2")),
        *(
            SetLink(link=far, parameters={"latency_ms": 9.0})
            for far in ("web-1_db-2", "web-2_db-1")
        ),
    )
    conflicts, crossing = [], 0.0
    for seed in seeds(4):
        run = Run(drawn, seed)
        window = run.watch(40.0)
        crossing += window.link_rps("web-1_db-2")
        conflicts.append(figures(run)["conflicts"])
    expected = 2 * LAG_S * RATE**2 / KEYS * 40.0
    if routing == "home":
        assert conflicts == [0] * 4
        assert crossing / 4 == pytest.approx(RATE / 2, rel=0.1)
    else:
        must_be_poisson(conflicts, expected)
        assert crossing / 4 == pytest.approx(0.0 if routing == "nearest" else RATE / 2, rel=0.1)


def test_keys_whose_home_member_is_down_are_written_elsewhere() -> None:
    drawn = with_all(primaries(2, RATE, 5.0))
    drawn = edited(drawn, SetNode(node="web-2", parameters={"write_routing": "home"}))
    run = Run(drawn).to(5.0).crash("db-1")
    window = run.on(4.0).watch(5.0)
    assert window.link_rps("web-2_db-2") == pytest.approx(RATE, rel=0.2)
    assert window.failures.keys() <= {"no_database"}


def test_reads_can_stay_at_the_nearest_member() -> None:
    drawn = edited(
        with_all(primaries(2, RATE, 5.0)),
        SetNode(node="users-1", parameters={"write_share": 0.0}),
        SetLink(link="web-1_db-2", parameters={"latency_ms": 89.0}),
    )
    far = Run(drawn).watch(10.0)
    near = edited(drawn, SetNode(node="web-1", parameters={"read_routing": "nearest"}))
    close = Run(near).watch(10.0)
    assert far.link_rps("web-1_db-2") == pytest.approx(RATE / 2, rel=0.2)
    assert close.link_rps("web-1_db-2") == 0.0


def test_a_member_added_during_a_run_starts_with_a_copy() -> None:
    run = Run(primaries(2, 30.0, 5.0)).to(5.0)
    inverses = run.edit(RemoveNode(node="db-2"))
    run.on(5.0).edit(*inverses)
    quiet(run.on(5.0))
    assert versions(run)[0] == versions(run)[1]
    assert run.node("db-2")["lag_s"] == 0.0


def test_a_group_can_change_to_several_primaries_and_back() -> None:
    run = Run(with_all(primaries(3, 30.0, 5.0, replication="primary_replica"))).to(5.0)
    assert "several_primaries" not in run.summary()
    every = members(3)
    run.edit(*(SetNode(node=name, parameters={"replication": "ring"}) for name in every))
    window = run.on(5.0).watch(5.0)
    assert window.node("db-3")["writes"] > 10
    run.edit(*(SetNode(node=name, parameters={"replication": "primary_replica"}) for name in every))
    window = run.on(5.0).watch(5.0)
    assert [window.node(name)["role"] for name in every] == ["primary", "replica", "replica"]
    assert window.node("db-3")["writes"] == 0.0
    assert window.failed == 0


def parameters() -> Any:
    return st.fixed_dictionaries(
        {
            "conflicts": st.sampled_from(["last_writer_wins", "merge"]),
            "keys": st.integers(1, 40),
            "apply_ms": st.sampled_from([0.0, 0.1, 3.0]),
        }
    )


@settings(max_examples=40, deadline=None)
@given(
    drawn=st.sampled_from([primaries, ring]),
    count=st.integers(2, 5),
    ms=st.floats(0.0, 200.0),
    seed=st.integers(0, 2**32),
    given=parameters(),
    cut=st.booleans(),
)
def test_all_members_end_with_equal_versions_once_the_load_stops(
    drawn: Any, count: int, ms: float, seed: int, given: dict[str, Value], cut: bool
) -> None:
    """Without faults, or after one that is over, once the users have stopped."""
    run = Run(drawn(count, 40.0, ms, **given), seed).to(1.0)
    if cut:
        run.fault(CutLink(link="db-1_db-2")).on(1.0).fault(HealLink(link="db-1_db-2"))
    run.on(1.0).engine.set_load(0.0)
    run.on(20.0)
    assert len({tuple(one) for one in versions(run)}) == 1
    assert figures(run)["diverged"] == 0
    assert {run.node(name)["lag_s"] for name in members(count)} == {0.0}


FAULTS: dict[str, Callable[[str, str], AnyFault]] = {
    "crash": lambda name, _: Crash(node=name),
    "silence": lambda name, _: Silence(node=name),
    "cut": lambda _, way: CutLink(link=way),
    "loss": lambda _, way: Degrade(link=way, loss_percent=20.0, extra_ms=15.0),
}


@settings(max_examples=40, deadline=None)
@given(
    drawn=st.sampled_from([primaries, ring]),
    seed=st.integers(0, 2**32),
    given=parameters(),
    faults=st.lists(
        st.tuples(st.sampled_from(sorted(FAULTS)), st.integers(1, 3), st.floats(0.1, 0.9)),
        max_size=5,
    ),
)
def test_all_members_have_equal_versions_once_every_fault_is_healed(
    drawn: Any,
    seed: int,
    given: dict[str, Value],
    faults: list[tuple[str, int, float]],
) -> None:
    """Whatever has died, hung or been cut off meanwhile: nothing that was acknowledged is lost."""
    run = Run(with_all(drawn(3, 40.0, 15.0, **given)), seed).to(1.0)
    ways = [one.id for one in run.engine.topology.links if one.source[:2] == one.target[:2] == "db"]
    for sort, which, wait_s in faults:
        run.fault(FAULTS[sort](f"db-{which}", ways[which - 1])).on(wait_s)
    for number, way in enumerate(ways, 1):
        run.heal(f"db-{number}").fault(HealLink(link=way)).on(0.2)
    run.on(1.0).engine.set_load(0.0)
    run.on(30.0)
    assert len({tuple(one) for one in versions(run)}) == 1
    ledger = run.summary()["ledger"]
    assert ledger["lost"] == ledger["at_risk"] == 0
    assert ledger["safe"] + ledger["conflicted"] == ledger["acknowledged"]
