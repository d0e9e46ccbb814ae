"""Factors and designs: what is varied, and which points are run."""

import pytest

from app.scenarios import library
from app.scenarios.document import Scenario
from app.sweeps.design import points
from app.sweeps.errors import SweepError
from app.sweeps.factors import factor, varied


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return library.load("final-design")


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("web-1.cores=1,2,4,8", (1, 2, 4, 8)),
        ("load=0.5..2/4", (0.5, 1.0, 1.5, 2.0)),
        ("web-1.cores=1..8/8", tuple(range(1, 9))),
        ("load = 1..2", (1, 2)),
        ("lb-1.algorithm=random,round_robin", ("random", "round_robin")),
    ],
)
def test_a_factor_is_read_as_it_is_written(text: str, levels: tuple[object, ...]) -> None:
    assert factor(text).levels == levels


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("web-1.cores", "varies nothing"),
        ("=1,2", "varies nothing"),
        ("load=2..1/4", "a range is written"),
        ("load=1..2/1", "a range has 2"),
        ("load=1,,2", "missing between"),
        ("load=1,1", "twice"),
        ("load=nan", "no number"),
        ("load=0..inf/3", "no number"),
    ],
)
def test_a_factor_that_says_nothing_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(SweepError, match=said):
        factor(text)


def test_a_value_is_set_on_every_node_of_a_name_and_on_a_link(scenario: Scenario) -> None:
    link = scenario.topology.links[0].id
    changed = varied(scenario, {"web-1.cores": 16, f"{link}.latency_ms": 3.0, "load": 2})
    assert changed.topology.node("web-1").parameters["cores"] == 16
    assert changed.topology.link(link).parameters["latency_ms"] == 3.0
    assert changed.load == 2.0
    assert scenario.topology.node("web-1").parameters["cores"] != 16


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("nobody.cores", 1, "no node or link 'nobody'"),
        ("cores", 1, "neither load nor"),
        ("web-1.wings", 2, "wings"),
        ("web-1.cores", -1, "cores"),
        ("load", -1, "load"),
    ],
)
def test_a_point_that_the_drawing_does_not_take_names_the_factor(
    scenario: Scenario, name: str, value: float, said: str
) -> None:
    with pytest.raises(SweepError, match=said):
        varied(scenario, {name: value})


def test_a_grid_has_every_combination_in_order(scenario: Scenario) -> None:
    factors = [factor("web-1.cores=1,2"), factor("load=1..3/3")]
    found = points(scenario, factors, "grid", 0, 1)
    assert [tuple(one.values()) for one in found] == [(c, x) for c in (1, 2) for x in (1, 2, 3)]


@pytest.mark.parametrize("design", ["lhs", "sobol"])
def test_designs_that_fill_the_space_keep_to_bounds_and_whole_numbers(
    scenario: Scenario, design: str
) -> None:
    factors = [factor("web-1.cores=1..16"), factor("load=0.5..2")]
    found = points(scenario, factors, design, 16, 7)
    assert len(found) == 16
    assert found == points(scenario, factors, design, 16, 7)
    assert found != points(scenario, factors, design, 16, 8)
    assert {type(one["web-1.cores"]) for one in found} == {int}
    # One point in each sixteenth of the load: what both designs promise of a single factor.
    assert sorted(int((float(one["load"]) - 0.5) / 1.5 * 16) for one in found) == list(range(16))


def test_a_design_between_bounds_needs_ranges(scenario: Scenario) -> None:
    with pytest.raises(SweepError, match="needs a range"):
        points(scenario, [factor("load=1,2")], "lhs", 4, 1)
