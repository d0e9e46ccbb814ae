"""Servers that an autoscaler has started count: seven of them saturate at seven times 16.64/s."""

from __future__ import annotations

import json

import pytest

from app.scenarios.document import scenario_from_json
from app.theory.analysis import Theory, analyse
from tests.support.programs.process import ROOT, loadground

CASE = "tests/cases/24-pods-at-70-percent.json"
ONE_RPS = 1000.0 / 60.09615384615385
OFFERED_RPS = 55.0


def saturations(theory: Theory) -> tuple[float, float]:
    """With the servers that there are, and with every one."""
    assert theory.saturation
    assert theory.scaled_out
    return theory.saturation.rps, theory.scaled_out.rps


def test_a_run_s_theory_counts_the_servers_that_it_has_by_then() -> None:
    answer = loadground("run", CASE, "--json").json
    servers = [name for name in answer["nodes"] if name.partition("~")[0] == "web-1"]
    theory = answer["theory"]
    counted = [name for name in theory["nodes"] if name.partition("~")[0] == "web-1"]
    assert counted == servers
    assert 5 <= len(servers) <= 8, "70 % of 16.64 requests a second each, for 55"
    assert theory["saturation"]["rps"] == pytest.approx(len(servers) * ONE_RPS)
    assert theory["saturation"]["rps"] > OFFERED_RPS
    used = OFFERED_RPS / (len(servers) * ONE_RPS)
    assert theory["bottleneck"]["utilisation"] == pytest.approx(used)
    assert theory["scaled_out"]["rps"] == pytest.approx(8 * ONE_RPS)


def test_before_a_run_theory_says_what_there_is_and_what_there_may_be() -> None:
    drawn = scenario_from_json(json.loads((ROOT / CASE).read_text("utf-8"))).topology
    assert saturations(analyse(drawn)) == pytest.approx((ONE_RPS, 8 * ONE_RPS))
    assert saturations(analyse(drawn, 1.0, {"web-1": 7})) == pytest.approx(
        (7 * ONE_RPS, 8 * ONE_RPS)
    )
    beyond = analyse(drawn, 1.0, {"web-1": 99})
    assert saturations(beyond) == pytest.approx((8 * ONE_RPS, 8 * ONE_RPS))
