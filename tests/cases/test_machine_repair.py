"""Six users of two cores: the exact time of M/M/2//6, in theory and in the run."""

from __future__ import annotations

import pytest

from tests.support.programs.process import loadground

CASE = "tests/cases/35-machine-repair.json"
RESPONSE_MS = 2283.38
"""By the birth-death chain of how many want a core (`tests.support.formulas.repairs`)."""


def test_theory_is_the_birth_death_chain() -> None:
    answer = loadground("run", CASE, "--json").json
    (client,) = answer["theory"]["clients"].values()
    assert client["latency_ms"] == pytest.approx(RESPONSE_MS, abs=0.01)
    assert client["quality"] == "exact"
    (server,) = answer["theory"]["nodes"].values()
    assert server["waiting"]["model"] == "M/M/2//6"
    assert server["utilisation"] == pytest.approx(6 / 12.28338, abs=1e-5)
    seen = answer["latency_ms"]["mean"]
    assert seen == pytest.approx(RESPONSE_MS, rel=0.02), "98,000 requests of one run"
