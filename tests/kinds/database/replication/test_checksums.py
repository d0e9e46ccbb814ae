"""Content checksums of databases: equal after every recovery, and not before."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.actions import AnyFault, Crash, Recover, Silence
from app.kernel.state.codes.nodes import Membership
from app.schema import Value
from app.topology.edits.apply import RemoveNode, SetLink, SetNode
from tests.kinds.database.failover.test_recovery import diverged, slow_link
from tests.kinds.database.failover.test_split_brain import apart, sites, together
from tests.kinds.database.writes.test_ledger import DATABASES, SCRIPTS, WAYS, balances, settle
from tests.support.databases.ledger import Ledger, quiet
from tests.support.databases.multi_primary_groups import figures, primaries, ring
from tests.support.drawings import edited, replica, replicated
from tests.support.runs import Run

WORDS = 1 << 64


def mixed(number: int) -> int:
    """What one write adds: splitmix64 of its request's number."""
    z = number * 0x9E3779B97F4A7C15 % WORDS
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % WORDS
    z = (z ^ z >> 27) * 0x94D049BB133111EB % WORDS
    return z ^ z >> 31


def written(run: Run) -> list[int]:
    """Requests with writes on the current timeline, all of which its log must still hold."""
    group = run.engine.world["groups"][0]
    last, size = int(group["written"]), int(group["log_size"])
    assert last < size
    numbers: list[int] = run.engine.world["log"]["number"][1 : last + 1].tolist()
    return numbers


def checksums(run: Run) -> dict[str, str]:
    """By database."""
    nodes = run.summary()["nodes"]
    return {name: str(one["checksum"]) for name, one in nodes.items() if "checksum" in one}


def all_hold(run: Run) -> str:
    """Fail unless every database has the same checksum, which is that of the log; what it is."""
    expected = f"{sum(map(mixed, written(run))) % WORDS:016x}"
    assert set(checksums(run).values()) == {expected}
    return expected


def outsiders_differ(run: Run) -> int:
    """Fail if a database that waits with writes of its own has what the primary has; how many."""
    reading = run.read()
    sums, found = checksums(run), 0
    group = reading.groups[0]
    lead = reading.node_ids[group["primary"]]
    for database in reading.databases:
        name = reading.node_ids[database["node"]]
        if (
            database["membership"] == Membership.DIVERGED
            and database["applied"] > database["fork_position"]
        ):
            assert sums[name] != sums[lead]
            found += 1
    return found


EPISODES = st.lists(
    st.tuples(
        st.sampled_from(["crash", "silence", "apart"]),
        st.floats(0.3, 3.0),
        st.floats(0.5, 6.0),
        st.sampled_from(["rewind", "rebuild", "merge", ""]),
        st.sampled_from(DATABASES),
    ),
    min_size=1,
    max_size=4,
)
"""What happens to whoever leads, after how long, for how long, and what people do to whom."""
Episode = tuple[str, float, float, str, str]


def lived_through(run: Run, episodes: list[Episode]) -> None:
    """Primaries fail and come back; checksums are looked at whenever something has happened."""
    for what, after_s, for_s, how, whom in episodes:
        run.on(after_s)
        leader = Ledger.of(run).primary
        if what == "apart":
            cut = apart(run, leader.split("-")[1])
            together(run.on(for_s), cut)
        else:
            fault = Crash(node=leader) if what == "crash" else Silence(node=leader)
            run.fault(fault).on(for_s).heal(leader)
        outsiders_differ(run.on(1.5))
        if how:
            run.fault(Recover(node=whom, how=how)).on(0.2)
        outsiders_differ(run)


@example(  # one that waits since before the new primary had its copy
    episodes=[
        ("crash", 1.0, 1.0, "rewind", "db-1"),
        ("crash", 1.0, 1.0, "rewind", "db-1"),
        ("crash", 1.0, 1.0, "rebuild", "db-2"),
        ("crash", 2.0, 1.0, "rewind", "db-1"),
    ],
    ways={"fencing": "off", "quorum": "off", "on_return": "wait"},
    how=["rewind", "rewind", "rewind"],
    seed=1,
)
@settings(max_examples=50, deadline=None)
@given(
    episodes=EPISODES,
    ways=st.fixed_dictionaries(WAYS),
    how=st.lists(st.sampled_from(["rewind", "rebuild", "merge"]), min_size=3, max_size=3),
    seed=st.integers(1, 5),
)
def test_after_every_recovery_all_members_have_equal_checksums(
    episodes: list[Episode], ways: dict[str, Value], how: list[str], seed: int
) -> None:
    drawn = sites(3, lease_s=2.0, data_gb=0.2, heartbeat_s=0.3, promotion_s=0.3, **ways)
    slow = [one.id for one in drawn.links if one.source[:3] == one.target[:3] == "db-"]
    drawn = edited(drawn, *(SetLink(link=one, parameters={"latency_ms": 40.0}) for one in slow))
    run = Run(drawn, seed)
    lived_through(run, episodes)
    run.on(8.0)
    for name, way in zip(DATABASES, how, strict=True):
        run.fault(Recover(node=name, how=way)).on(4.0)
        outsiders_differ(run)
    run.on(10.0)
    assert quiet(run, 60.0).agrees
    all_hold(run)
    balances(run)


@settings(max_examples=25, deadline=None)
@given(script=SCRIPTS, ways=st.fixed_dictionaries(WAYS), seed=st.integers(1, 5))
def test_after_random_faults_are_healed_all_members_have_equal_checksums(
    script: list[tuple[float, AnyFault]], ways: dict[str, Value], seed: int
) -> None:
    run = Run(sites(3, lease_s=2.0, data_gb=0.2, heartbeat_s=0.5, **ways), seed).to(2.0)
    for after_s, fault in script:
        run.on(after_s).fault(fault)
        outsiders_differ(run)
    settle(run)
    run.on(5.0)
    assert quiet(run, 60.0).agrees
    all_hold(run)


@pytest.mark.parametrize("how", ["rewind", "rebuild", "merge"])
def test_the_checksum_of_a_diverged_database_differs_until_it_is_recovered(how: str) -> None:
    run = diverged(1, data_gb=0.5)
    quiet(run, 5.0)
    sums = checksums(run)
    assert sums["db-2"] == sums["db-3"] != sums["db-1"]
    assert outsiders_differ(run) == 1
    run.fault(Recover(node="db-1", how=how)).on(10.0)
    quiet(run, 5.0)
    all_hold(run)


def test_equal_log_positions_on_diverged_databases_have_different_checksums() -> None:
    """Once the new primary has as many writes as the old one, they still differ."""
    run = diverged(2)
    old = int(run.read().databases[0]["applied"])
    run = Run(slow_link(), 2).to(10.0).crash("db-1")
    while max(run.on(0.002).read().databases["applied"][1:].tolist()) < old:
        pass
    applied = run.read().databases["applied"].tolist()
    assert old in applied[1:]
    assert applied[0] == old
    assert len(set(checksums(run).values())) > 1
    new = ("db-2", "db-3")[applied[1:].index(old)]
    assert checksums(run)[new] != checksums(run)["db-1"]


def test_after_a_merge_every_member_has_the_merged_writes() -> None:
    """Those in no conflict, and no others: the checksum is that of the log with them."""
    run = diverged(3)
    divergent_writes = run.engine.world["divergent_writes"][
        : int(run.read().groups[0]["divergent_count"])
    ]
    own = set(divergent_writes["number"].tolist())
    before = set(written(run))
    assert not own & before
    run.fault(Recover(node="db-1", how="merge")).on(10.0)
    quiet(run, 5.0)
    back = own & set(written(run))
    assert len(back) == run.incidents("merged")[0].value > 100
    merged = int(all_hold(run), 16)
    without = sum(mixed(number) for number in written(run) if number not in back) % WORDS
    assert merged != without
    assert (merged - without) % WORDS == sum(map(mixed, back)) % WORDS


def test_a_replica_has_the_checksum_of_what_it_has_applied() -> None:
    """Not of what it has received: a delayed one is behind."""
    late = replica("db-2", apply_delay_s=3.0, max_lag_s=60.0)
    run = Run(replicated(100.0, [late], write_share=100.0, primary={"cores": 16})).to(10.0)
    database = run.read().databases[1]
    assert database["received"] > database["applied"] + 200
    until = int(database["applied"])
    expected = sum(map(mixed, written(run)[:until])) % WORDS
    assert checksums(run)["db-2"] == f"{expected:016x}"
    quiet(run, 5.0)
    all_hold(run)


def test_a_replica_that_missed_more_than_the_log_keeps_reaches_the_same_checksum() -> None:
    """100,000 writes while a replica is away, and one that applies slowly; then all are equal."""
    writes = replicated(
        20_000.0,
        [replica("db-2", apply_ms=0.0), replica("db-3", apply_ms=0.1, distribution="constant")],
        write_share=100.0,
        primary={"write_ms": 0.1},
        server={"service_ms": 0.1},
    )
    run = Run(writes).to(1.0).crash("db-2").to(6.0).heal("db-2").to(7.0)
    behind = run.read().databases
    assert behind["received"][2] - behind["applied"][2] > 40_000
    run.engine.set_load(0.0)
    run.on(10.0)
    assert len(set(checksums(run).values())) == 1
    run.crash("db-1").on(10.0)
    run.engine.set_load(0.01)
    run.on(2.0).heal("db-1").on(2.0)
    run.engine.set_load(0.0)
    run.on(5.0)
    assert len(set(checksums(run).values())) == 1


def test_a_new_member_starts_with_the_checksum_of_its_group_even_if_logs_get_shorter() -> None:
    """So many databases that each log goes back less far."""
    run = Run(replicated(200.0, [replica("db-2")], write_share=100.0)).to(5.0)
    size = int(run.read().databases[0]["log_mask"])
    more = [replica(f"db-{number}") for number in range(3, 40)]
    grown = replicated(200.0, [replica("db-2"), *more], write_share=100.0)
    run.engine.edit(grown)
    assert int(run.read().databases[0]["log_mask"]) < size
    run.on(2.0).crash("db-1").on(8.0).heal("db-1").on(2.0)
    assert quiet(run, 5.0).agrees
    all_hold(run)
    run.edit(RemoveNode(node="db-7"))
    run.on(1.0)
    quiet(run, 5.0)
    all_hold(run)


@pytest.mark.parametrize("drawn", [primaries, ring], ids=["all", "ring"])
def test_primaries_with_each_others_writes_have_equal_checksums(drawn: Any) -> None:
    """In another order: of two new rows, or two keys, each has its own first."""
    run = Run(drawn(3, 50.0, 50.0, keys=200, insert_percent=30.0, row_step=3)).to(2.0)
    for number in range(1, 4):
        run.edit(SetNode(node=f"db-{number}", parameters={"row_offset": number}))
    assert len(set(checksums(run).values())) == 3
    run.engine.set_load(0.0)
    run.on(3.0)
    sums = set(checksums(run).values())
    assert (len(sums) == 1) == (figures(run)["collisions"] == 0)


@pytest.mark.parametrize("policy", ["last_writer_wins", "merge", "reject"])
def test_conflicts_leave_members_equal_or_are_reported_as_differences(policy: str) -> None:
    run = Run(primaries(2, 50.0, 50.0, keys=50, conflicts=policy)).to(10.0)
    run.engine.set_load(0.0)
    run.on(3.0)
    sums = set(checksums(run).values())
    assert figures(run)["conflicts"] > 10 or policy == "reject"
    assert (len(sums) == 1) == (figures(run)["diverged"] == 0) == (policy != "reject")


def test_changing_the_way_of_replication_starts_with_equal_members() -> None:
    drawn = primaries(2, 20.0, 50.0, keys=300)
    run = Run(drawn).to(2.0)
    few = [SetNode(node=f"db-{number}", parameters={"keys": 20}) for number in (1, 2)]
    run.engine.edit(edited(run.engine.topology, *few))
    run.on(2.0)
    run.engine.set_load(0.0)
    run.on(3.0)
    assert len(set(checksums(run).values())) == 1
    run.engine.set_load(1.0)
    run.on(1.0)
    for way in ("primary_replica", "multi_primary"):
        run.engine.edit(
            edited(
                run.engine.topology,
                *(
                    SetNode(node=f"db-{number}", parameters={"replication": way})
                    for number in (1, 2)
                ),
            )
        )
        assert len(set(checksums(run).values())) == 1
        run.on(2.0)
        run.engine.set_load(0.0)
        run.on(3.0)
        assert len(set(checksums(run).values())) == 1
        run.engine.set_load(1.0)
