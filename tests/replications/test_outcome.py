"""Outcomes over seeds: every seed by default, or a stated share with its exact interval."""

import pytest

from app.replications.outcome import clopper_pearson, outcomes_to_json, over_seeds
from app.texts.text import verbatim
from app.verdicts.verdict import Verdict


def verdicts(*measured: float) -> dict[int, Verdict]:
    return {
        seed: Verdict(one < 1, one, 1.0, None, verbatim(f"{one}"))
        for seed, one in enumerate(measured, start=1)
    }


def test_a_row_holds_if_it_holds_in_every_seed() -> None:
    assert over_seeds("p99 < 1 s", verdicts(0.1, 0.2, 0.9)).holds
    missed = over_seeds("p99 < 1 s", verdicts(0.1, 0.2, 1.5, 1.2))
    assert not missed.holds
    assert missed.held == 2
    assert missed.said.en == "in 2 of 4 seeds; seed 3: 1.5"


def test_a_row_that_holds_says_by_how_little() -> None:
    assert over_seeds("p99 < 1 s", verdicts(0.1, 0.8, 0.2)).said.en.endswith("seed 2: 0.8")


def test_a_stated_share_of_seeds_is_enough_and_has_its_interval() -> None:
    held = over_seeds("p99 < 1 s in 80 % of seeds", verdicts(0.1, 0.2, 0.3, 0.4, 2))
    assert held.holds
    assert held.interval == pytest.approx((0.2836, 0.9949), abs=1e-4)  # R: binom.test(4, 5)
    assert "95 % interval 28 to 99 %" in held.said.en
    assert not over_seeds("p99 < 1 s in 81 % of seeds", verdicts(0.1, 0.2, 0.3, 0.4, 2)).holds


def test_intervals_of_none_and_of_all_are_one_sided() -> None:
    assert clopper_pearson(0, 10) == pytest.approx((0.0, 0.3085), abs=1e-4)
    assert clopper_pearson(10, 10) == pytest.approx((0.6915, 1.0), abs=1e-4)


def test_json_has_every_seed_with_its_distance() -> None:
    found = outcomes_to_json([over_seeds("p99 < 1 s", verdicts(0.25, 1.5))])
    assert found[0]["seeds"]["2"]["off_by"] == 0.5
    assert (found[0]["holds"], found[0]["held"], found[0]["interval"]) == (False, 1, None)
