"""Replicas behind dead ones, and what a replica has to apply before it takes writes."""

from __future__ import annotations

import pytest

from app.scenarios.document import parse_json, scenario_from_json
from tests.support.programs.cases import run, told
from tests.support.programs.process import ROOT
from tests.support.runs import Run

APPLY_S = 0.03
WRITES_RPS = 100.0


def test_a_replica_behind_a_dead_replica_gets_nothing() -> None:
    case = (ROOT / "tests/cases/21-cascading-replicas.json").read_text("utf-8")
    live = Run(scenario_from_json(parse_json(case)).topology).to(30.0)
    row = live.engine._numbering.databases["db-3"]
    live.crash("db-2").on(1.0)
    stale = int(live.engine._world["databases"]["received"][row])
    live.on(29.0)
    databases = live.engine._world["databases"]
    assert int(databases["received"][row]) == stale
    behind = int(live.engine._world["groups"]["written"][0]) - stale
    assert behind == pytest.approx(30 * WRITES_RPS, rel=0.1)
    live.heal("db-2").on(1.0)
    assert int(databases["received"][row]) > stale + behind, "all that it had missed"


def test_a_replica_is_promoted_when_it_has_applied_what_it_has_received() -> None:
    """6,000 writes by then, of which 2,000 are applied: 4,000 times 30 ms are two minutes."""
    answer = run("22-promotion-with-unapplied-log", "--until", "220")
    ((elected, _),) = told(answer, "elected")
    ((begun, text),) = told(answer, "applying_log")
    ((promoted, _),) = told(answer, "promoted")
    assert begun == pytest.approx(elected + 2.0, abs=0.01)
    left = int("".join(sign for sign in text.split(" writes")[0][-6:] if sign.isdigit()))
    assert left == pytest.approx(60.0 * WRITES_RPS - begun / APPLY_S, rel=0.05)
    assert promoted - begun == pytest.approx(left * APPLY_S, rel=0.1)
    assert answer["ledger"]["lost"] == 0


def test_sentences_about_a_primary_alone_have_a_subject() -> None:
    answer = run("52-primary-without-majority")
    assert [text for _, text in told(answer, "no_quorum", "suspected", "promoted")] == [
        "db-1 follows nobody, and 1 vote is no majority: nobody is elected",
        "db-1 follows nobody: election called",
        "db-1 is the primary again",
    ]
