"""The library's own expectations: its regression suite, and the example to copy."""

import json
from typing import Any

import pytest

from app.expectations.limits import SEEDS
from app.replications.outcome import over_seeds
from app.replications.play import named_in, problems_of, rows_of, seeds_of, verdicts
from app.scenarios import library
from app.scenarios.document import Scenario, scenario_from_json, scenario_to_json
from app.verdicts.verdict import Verdict


def judged(scenario: Scenario, seeds: int = SEEDS) -> dict[str, dict[int, Verdict]]:
    runs = {seed: verdicts(scenario, seed) for seed in seeds_of(scenario, seeds)}
    rows = scenario.topology.rows["expect"]
    return {row: {seed: run[k] for seed, run in runs.items()} for k, row in enumerate(rows)}


def changed(name: str, node: str, **parameters: Any) -> Scenario:
    document: dict[str, Any] = json.loads(json.dumps(scenario_to_json(library.load(name))))
    found = next(one for one in document["nodes"] if one["id"] == node)
    found["parameters"].update(parameters)
    return scenario_from_json(document)


@pytest.mark.parametrize("name", library.names())
def test_a_scenario_of_the_library_keeps_what_it_expects(name: str) -> None:
    scenario = library.load(name)
    assert not problems_of(scenario)
    for row, found in judged(scenario).items():
        outcome = over_seeds(row, found)
        assert outcome.holds, f"{row}: {outcome.said.en}"


def test_a_balancer_that_needs_more_failed_checks_fails_with_the_right_sentence() -> None:
    assert library.load("silent-server").topology.node("lb-1").parameters["check_fall"] == 3
    found = judged(changed("silent-server", "lb-1", check_fall=5), seeds=2)
    row = "errors < 1 % within 8 s after crash web-1"
    outcome = over_seeds(row, found[row])
    assert not outcome.holds
    seed, worst = outcome.worst
    assert worst.measured
    assert 9 <= worst.measured <= 11
    assert outcome.said.en == (
        f"in 0 of 2 seeds; seed {seed}: {worst.measured:.2f} s after crash web-1 at 20.0 s, "
        "wanted within 8 s"
    )


def test_the_same_seed_gives_the_same_verdicts() -> None:
    scenario = library.load("silent-server")
    assert verdicts(scenario, 7) == verdicts(scenario, 7)


def test_a_run_goes_no_further_than_its_rows_look() -> None:
    from app.verdicts.story import story_of

    document = {**scenario_to_json(library.load("autoscale")), "expect": ["errors = 0 % until 9 s"]}
    scenario = scenario_from_json(document)
    rows = rows_of(scenario)
    journal = [(one.at_ns, one.action) for one in scenario.journal]
    story = story_of(rows, journal, named_in(scenario))
    assert story.horizon(rows, 1500 * 10**9) == 9 * 10**9
    assert verdicts(scenario, 1)[0].holds
