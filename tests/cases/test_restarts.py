"""A balancer that restarts: it knows nothing, and nobody else is blamed for what it has lost."""

from __future__ import annotations

import pytest

from tests.support.programs.cases import run, told


def test_a_restart_of_the_balancer_ejects_no_server() -> None:
    """400 requests a second for one second, and what was in flight: 0.4 s/8 cores."""
    answer = run("15-balancer-restart-ejects-healthy")
    assert told(answer, "ejected", "marked_down") == []
    failures = answer["failures"]
    assert failures["refused"] == pytest.approx(400, abs=100), "three standard deviations and more"
    assert failures["lost_in_crash"] <= 45, "20 are in flight, on average"
    assert (
        answer["nodes"]["lb-1"]["failed"] == answer["requests"]["failed"] == sum(failures.values())
    )


def test_a_restarted_balancer_has_to_find_a_dead_server_again() -> None:
    """Half of 200 requests a second go to it until three checks, 2 s apart, have failed."""
    answer = run("11-lb-restart-dead-backend")
    first, second = (at for at, _ in told(answer, "marked_down"))
    assert 9.0 <= first <= 11.0
    assert 26.0 <= second <= 28.0, "4 to 6 s after it started at 22 s"
    asked = 100.0 * ((first - 5.0) + (second - 22.0))
    assert answer["nodes"]["web-2"]["failed"] == pytest.approx(asked, rel=0.15)
