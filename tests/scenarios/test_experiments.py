"""Library experiments: each has a script that fits its time and shows its lesson."""

import math

import pytest

from app.actions import AnyFault, SetLoad
from app.scenarios import library
from app.theory.analysis import analyse
from app.topology.edits.apply import RemoveNode, SetNode
from app.topology.validation.validation import problems
from tests.support.drawings import edited
from tests.support.runs import Run, Window
from tests.support.statistics.samples import seeds

EXPERIMENTS = [name for name in library.names() if name not in library.drawings()]


class Experiment:
    """A scenario of the library in a run that its journal drives."""

    def __init__(self, name: str, seed: int = 1) -> None:
        scenario = library.load(name)
        self.run = Run(scenario.topology, seed, scenario.load)
        self._journal = list(scenario.journal)

    def to(self, at_s: float) -> Run:
        while self._journal and self._journal[0].at_ns <= at_s * 1e9:
            timed = self._journal.pop(0)
            self.run.to(timed.at_ns / 1e9)
            if isinstance(timed.action, SetLoad):
                self.run.engine.set_load(timed.action.factor)
            elif isinstance(timed.action, AnyFault):
                self.run.fault(timed.action)
            else:
                self.run.edit(timed.action)
        return self.run.to(at_s)

    def watch(self, from_s: float, to_s: float) -> Window:
        before = self.to(from_s).read()
        return Window(before, self.to(to_s).read())


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_has_a_journal_with_time_before_and_after_it(name: str) -> None:
    scenario = library.load(name)
    assert scenario.journal
    assert 10 <= scenario.journal[0].at_ns / 1e9 <= 60, "long enough to see what is normal"
    assert scenario.journal[-1].at_ns / 1e9 + 10 <= scenario.until_s
    assert not problems(scenario.topology)


def test_a_pair_of_balancers_fails_over_in_three_seconds_and_back_without_a_gap() -> None:
    for seed in seeds(5):
        experiment = Experiment("lb-pair", seed)
        assert experiment.to(20.0).read().failed == 0
        run = experiment.to(30.0)
        ((name, at_s),) = [(one.node, one.at_ns / 1e9) for one in run.incidents("took_address")]
        assert name == "lb-2"
        assert 22.5 <= at_s <= 23.5
        lost = 400.0 * (at_s - 20.0)
        assert run.read().failed == pytest.approx(lost, rel=0.15)
        failed = run.read().failed
        run = experiment.to(60.0)
        assert run.incidents("took_address")[1].at_ns / 1e9 == pytest.approx(43.21875)
        assert run.read().failed == failed


def test_servers_that_survive_the_loss_of_a_zone_carry_twice_their_load() -> None:
    """What theory says of the drawing that is left, at both loads."""
    experiment = Experiment("zone-loss")
    scenario = library.load("zone-loss")
    gone = [node.id for node in scenario.topology.in_group("zone", "a")]
    left = edited(
        scenario.topology,
        *(RemoveNode(node=name) for name in gone),
        SetNode(node="db-2", parameters={"role": "primary"}),
    )
    before = experiment.watch(8.0, 20.0)
    after = experiment.watch(35.0, 58.0)
    healthy, survivors = (
        {one.node: one.utilisation for one in analyse(topology).nodes}
        for topology in (scenario.topology, left)
    )
    for name in ("web-3", "web-4"):
        assert survivors[name] == pytest.approx(2 * healthy[name])
        assert before.node(name)["util"] == pytest.approx(healthy[name], rel=0.05)
    for name, expected in survivors.items():
        assert after.node(name)["util"] == pytest.approx(expected, rel=0.05), name
    assert after.failed == 0
    crowded = experiment.watch(100.0, 118.0)
    assert crowded.failed == 0
    assert crowded.node("web-3")["util"] == pytest.approx(1.4 * healthy["web-3"], rel=0.05)
    # 1.4 times the load on half of the servers is more than they can do.
    assert 2 * 1.4 * healthy["web-3"] > 1.0
    too_much = experiment.watch(140.0, 158.0)
    assert too_much.node("web-3")["util"] > 0.99
    served = too_much.completed / too_much.seconds
    assert served == pytest.approx(1000.0, rel=0.03), "two servers of four cores at 8 ms"
    assert too_much.failed > 1000


def test_the_retry_storm_outlasts_its_cause_until_expired_work_is_dropped() -> None:
    for seed in seeds(3):
        experiment = Experiment("retry-storm", seed)
        before = experiment.watch(10.0, 20.0)
        storm = experiment.watch(60.0, 90.0)
        after = experiment.watch(110.0, 140.0)
        assert before.completed / before.offered > 0.95
        assert storm.completed / storm.offered < 0.02
        assert storm.node("web-1")["util"] > 0.99
        assert after.completed / after.offered > 0.9


def test_a_silent_server_costs_more_requests_than_a_crashed_one() -> None:
    """Refused at once and noticed by the third check, or five seconds each for nobody's answer."""
    for seed in seeds(3):
        experiment = Experiment("silent-server", seed)
        crash, silence = experiment.watch(20.0, 40.0), experiment.watch(60.0, 80.0)
        assert crash.failures.keys() <= {"refused", "lost_in_crash"}
        assert silence.failures.keys() == {"gateway_timeout"}
        assert crash.failed == pytest.approx(100.0 * 5.0, rel=0.25)
        assert silence.failed > 1.2 * crash.failed
        after = experiment.watch(95.0, 105.0)
        assert after.failed == 0


def test_users_leave_a_dead_site_after_failed_checks_and_the_ttl() -> None:
    """Half of them until the third check has failed (20 to 30 s), then fewer and fewer for a TTL of
    30 s; those who ignore it stay.
    """
    found: list[float] = []
    for seed in seeds(8):
        experiment = Experiment("dns-failover", seed)
        assert experiment.to(19.9).read().failed == 0
        before = experiment.watch(22.0, 39.0)
        assert before.failures.keys() <= {"refused"}
        assert before.failed / before.offered == pytest.approx(0.5, abs=0.05)
        run = experiment.to(51.0)
        changed = [one.at_ns / 1e9 for one in run.incidents("marked_down") if one.node == "dns-1"]
        assert len(changed) == 1
        assert 40.0 <= changed[0] <= 50.1
        left = experiment.watch(changed[0] + 11.0, changed[0] + 19.0)
        found.append(left.failed / left.offered)
        late = experiment.watch(changed[0] + 31.0, 99.0)
        assert 0.0 < late.failed / late.offered < 0.015
        after = experiment.watch(120.0, 159.0)
        assert after.failed == 0
    assert math.fsum(found) / len(found) == pytest.approx(0.25, abs=0.06)
