"""The first node of a shared machine is deleted and comes back: the machine is as it was.

The file's journal deletes web-1, which says how large the machine of web-1 and db-1 is, and puts it
back as an undo did before an edit could say where. Its 2 cores count, not the 8 of db-1.
"""

from __future__ import annotations

import json

import pytest

from app.engine.engine import Engine
from app.scenarios.document import Scenario, parse_json, scenario_from_json, scenario_to_json
from app.session.entry import carry_out
from app.session.situation import Situation
from app.topology.edits.apply import RemoveNode, apply
from app.topology.model import Topology
from app.topology.servers.machines import beside, cores_of
from tests.support.programs.process import ROOT, loadground

CASE = ROOT / "tests/cases/31-undo-changes-order.json"
CORES, USD = 2, 70.0
RATE = 2 / 0.015
"""Requests a second: each needs 10 ms of web-1 and 5 ms of db-1, on two cores."""


@pytest.fixture
def case() -> Scenario:
    return scenario_from_json(parse_json(CASE.read_text()))


def document(topology: Topology) -> str:
    return json.dumps(scenario_to_json(Scenario("", topology)))


def cores(topology: Topology) -> int:
    return cores_of(beside(topology, topology.node("db-1"))[0])


def fingerprint(engine: Engine) -> str:
    engine.advance(2_000_000_000, 10_000_000)
    return engine.fingerprint()


def test_the_run_has_the_same_machine_price_and_rate() -> None:
    answer = loadground("run", str(CASE), "--json").json
    assert answer["cost_usd_per_month"]["total"] == USD
    assert answer["theory"]["saturation"]["rps"] == pytest.approx(RATE)


def test_the_journal_leads_back_to_the_same_document(case: Scenario) -> None:
    situation = Situation(case.topology)
    for timed in case.journal:
        situation = carry_out(situation, timed.action).after
    assert cores(situation.topology) == CORES
    assert document(situation.topology) == document(case.topology)
    # Also when the document is kept in between, with its journal as it was read.
    again = scenario_from_json(json.loads(json.dumps(scenario_to_json(case))))
    assert scenario_to_json(again) == scenario_to_json(case)


def test_undo_leads_back_to_the_same_document_and_run(case: Scenario) -> None:
    after, _, inverse = apply(case.topology, RemoveNode(node="web-1"))
    assert cores(after) == 8
    back, _, _ = apply(after, inverse)
    assert cores(back) == CORES
    assert document(back) == document(case.topology)
    live = Engine(case.topology, seed=1)
    for topology in (after, back):
        live.edit(topology)
    assert fingerprint(live) == fingerprint(Engine(case.topology, seed=1))
