"""Split brain: a primary cut off and not dead, and fencing, leases and quorums against two."""

import pytest

from app.actions import CutLink, HealLink
from app.schema import Value
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.databases.ledger import quiet
from tests.support.drawings import drawing, edited, link, node, replica, users, web
from tests.support.runs import Run
from tests.support.statistics.samples import SIGMAS, seeds

CUT_S, CUT_FOR_S = 20.0, 30.0
RATE = 100.0


def sites(databases: int, **each: Value) -> Topology:
    """A site for each database, with users who write there and a web server that knows all
    databases; every two databases are linked.
    """
    names = [f"db-{number}" for number in range(1, databases + 1)]
    near = range(1, databases + 1)
    return drawing(
        *(users(RATE, f"users-{k}", write_share=100.0) for k in near),
        *(web(f"web-{k}", cores=16) for k in near),
        node("database", names[0], "", cores=16, **each),
        *(replica(name, cores=16, **each) for name in names[1:]),
        *(link(f"users-{k}", f"web-{k}") for k in near),
        *(link(f"web-{k}", name) for k in near for name in names),
        *(link(one, other) for place, one in enumerate(names) for other in names[place + 1 :]),
    )


def apart(run: Run, *near: str) -> list[str]:
    """Cut every link between the sites named and the others; returns them."""
    sort_of = {"users": 0, "web": 1, "db": 2}

    def site(name: str) -> str:
        assert name.split("-")[0] in sort_of
        return name.split("-")[1]

    cut = [
        one.id
        for one in run.engine.topology.links
        if (site(one.source) in near) != (site(one.target) in near)
    ]
    for name in cut:
        run.fault(CutLink(link=name))
    return cut


def together(run: Run, links: list[str]) -> Run:
    for name in links:
        run.fault(HealLink(link=name))
    return run


def split(databases: int, seed: int, **each: Value) -> Run:
    """A run in which the first site was cut off for half a minute, seen some time after that."""
    run = Run(sites(databases, **each), seed).to(CUT_S)
    cut = apart(run, "1")
    run.on(CUT_FOR_S)
    together(run, cut).on(10.0)
    return run


def test_without_fencing_both_sides_take_writes_and_the_old_side_loses_its_own() -> None:
    """Two primaries from the promotion on until the old one hears of the new one; what it took
    meanwhile, and what had not been shipped, is divergent and lost.
    """
    for seed in seeds(8):
        run = split(2, seed, fencing="off")
        (promoted,) = run.incidents("promoted")
        (begun,), (over,) = run.incidents("split_brain"), run.incidents("split_brain_over")
        assert {begun.node, begun.other} == {"db-1", "db-2"}
        assert begun.at_ns == promoted.at_ns
        # A heartbeat that nobody answers is missed when the next one is due.
        assert 3.0 + 2.0 < begun.at_ns / 1e9 - CUT_S < 4.0 + 2.0 + 0.001
        assert 0.0 < over.at_ns / 1e9 - CUT_S - CUT_FOR_S < 1.0
        ledger = run.read().ledger
        assert ledger.two_primaries_s == pytest.approx(over.value)
        assert over.value == pytest.approx((over.at_ns - begun.at_ns) / 1e9)
        expected = RATE * over.value
        assert ledger.divergent == pytest.approx(expected, abs=SIGMAS * expected**0.5 + RATE)
        # What the old one wrote before the promotion, but could not ship, is lost as well.
        unshipped = RATE * (begun.at_ns / 1e9 - CUT_S)
        assert ledger.lost == pytest.approx(
            expected + unshipped, abs=SIGMAS * (expected + unshipped) ** 0.5 + RATE
        )
        (rewound,) = run.incidents("rewound")
        assert (rewound.node, rewound.value) == ("db-1", ledger.lost + unheard(run, rewound.value))
        last = quiet(run, 5.0)
        assert last.agrees
        assert (last.primary, last.written) == (
            "db-2",
            last.acknowledged - last.lost + unknown(run),
        )


def unheard(run: Run, discarded: float) -> float:
    """Writes that were discarded and that no client had been told of."""
    return discarded - run.read().ledger.lost


def unknown(run: Run) -> int:
    return run.read().ledger.unknown


def test_fencing_keeps_the_old_primary_from_taking_writes() -> None:
    for seed in seeds(8):
        run = split(2, seed)
        assert len(run.incidents("promoted")) == 1
        assert run.incidents("split_brain") == []
        ledger = run.read().ledger
        assert (ledger.divergent, ledger.two_primaries_s) == (0, 0.0)
        # Until it is fenced it goes on, and nobody gets what it writes.
        (promoted,) = run.incidents("promoted")
        unshipped = RATE * (promoted.at_ns / 1e9 - CUT_S)
        assert ledger.lost == pytest.approx(unshipped, abs=SIGMAS * unshipped**0.5 + 20)
        assert quiet(run, 30.0).agrees


@pytest.mark.parametrize("databases", [3, 5])
def test_with_a_quorum_and_a_short_lease_there_are_never_two_primaries(databases: int) -> None:
    for seed in seeds(4):
        run = split(databases, seed, fencing="off", quorum="on", lease_s=2.0)
        (stood_down,) = run.incidents("stood_down")
        (promoted,) = run.incidents("promoted")
        assert stood_down.node == "db-1"
        assert 2.0 - 1.0 <= stood_down.at_ns / 1e9 - CUT_S <= 2.0 + 1.0
        assert promoted.at_ns > stood_down.at_ns
        ledger = run.read().ledger
        assert (ledger.divergent, ledger.two_primaries_s) == (0, 0.0)
        assert quiet(run, 30.0).agrees


def test_a_lease_longer_than_the_election_leaves_two_primaries_for_the_difference() -> None:
    run = split(3, 1, fencing="off", quorum="on", lease_s=12.0)
    (over,) = run.incidents("split_brain_over")
    (promoted,), (stood_down,) = run.incidents("promoted"), run.incidents("stood_down")
    assert over.at_ns == stood_down.at_ns
    assert over.value == pytest.approx((stood_down.at_ns - promoted.at_ns) / 1e9)
    assert over.value > 12.0 - 1.0 - 6.0
    assert run.read().ledger.divergent > 0


@pytest.mark.parametrize("first_back", ["db-1", "db-2"])
def test_with_a_quorum_a_primary_that_starts_again_needs_new_votes(first_back: str) -> None:
    """Both have been primary, and both have been down: whoever is back first takes writes when the
    rest has elected it, and the other follows.
    """
    ways: dict[str, Value] = {"fencing": "off", "quorum": "on", "lease_s": 2.0}
    run = Run(sites(3, **ways), 1).to(CUT_S).crash("db-1").on(20.0)
    assert [one.node for one in run.incidents("promoted")] == ["db-2"]
    run = run.crash("db-2").on(10.0).heal(first_back).on(0.1)
    assert run.incidents("stood_down")[-1].node == first_back
    run.on(20.0)
    assert len(run.incidents("promoted")) == 2
    run = run.heal("db-2" if first_back == "db-1" else "db-1").on(10.0)
    ledger = run.read().ledger
    assert (ledger.divergent, ledger.two_primaries_s) == (0, 0.0)
    assert quiet(run, 30.0).agrees


@pytest.mark.parametrize(
    ("databases", "dead", "goes_on"),
    [(2, 1, False), (3, 1, True), (3, 2, False), (4, 2, False), (5, 2, True), (5, 3, False)],
)
def test_a_group_with_a_quorum_survives_the_failure_of_a_minority_only(
    databases: int, dead: int, goes_on: bool
) -> None:
    """A majority of all: two databases survive none, three one, four one, five two."""
    run = Run(sites(databases, quorum="on", lease_s=2.0)).to(5.0)
    for number in range(1, dead + 1):
        run.crash(f"db-{number}")
    window = run.on(12.0).watch(3.0)
    assert (window.completed > 0) is goes_on
    assert bool(run.incidents("promoted")) is goes_on
    assert (len(run.incidents("no_quorum")) > 0) is not goes_on


def test_with_a_quorum_a_replica_that_alone_misses_the_primary_is_outvoted() -> None:
    """Without a quorum it takes over from a primary that lives: too eager."""
    for quorum, elections in (("on", 0), ("off", 1)):
        drawn = edited(
            sites(3, fencing="off", lease_s=2.0),
            *(SetNode(node=f"db-{k}", parameters={"quorum": quorum}) for k in (1, 2, 3)),
        )
        run = Run(drawn).to(5.0).fault(CutLink(link="db-1_db-2")).on(8.0)
        assert len(run.incidents("promoted")) == elections
        run.fault(HealLink(link="db-1_db-2")).on(5.0)
        assert quiet(run, 5.0).agrees
