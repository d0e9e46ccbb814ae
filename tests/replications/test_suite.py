"""A suite of documents: every run through an executor, and rows that name what is not there."""

from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from app.replications.outcome import RowOutcome
from app.replications.play import problems_of, verdicts
from app.replications.suite import local_processes, outcomes
from app.scenarios.document import Scenario, scenario_from_json

DOCUMENT: dict[str, Any] = {
    "format": "loadground",
    "version": 1,
    "name": "One",
    "seed": 3,
    "until_s": 10,
    "nodes": [
        {"id": "users-1", "kind": "client", "name": "웹 사용자", "parameters": {"users": 200}},
        {"id": "web-1", "kind": "web_server", "parameters": {"exposure": "public"}},
        {"id": "db-1", "kind": "database"},
    ],
    "links": [
        {"id": "link-1", "source": "users-1", "target": "web-1"},
        {"id": "link-2", "source": "web-1", "target": "db-1"},
    ],
    "journal": [{"at_s": 5, "action": {"type": "crash", "node": "web-1", "for_s": 2}}],
}


def scenario(*rows: str) -> Scenario:
    return scenario_from_json({**DOCUMENT, "expect": list(rows)})


def test_processes_give_the_verdicts_of_this_one_in_order() -> None:
    told: list[str] = []

    def tell(name: str, _rows: list[RowOutcome]) -> None:
        told.append(name)

    first = scenario("errors = 0 % until crash web-1", "errors > 99 % between 5 s and 7 s")
    second = scenario("p99(웹 사용자) < 1 s until 5 s")
    with local_processes(2) as executor:
        assert isinstance(executor, ProcessPoolExecutor)
        found = outcomes({"first": first, "second": second}, 2, executor, tell)
    assert told == ["first", "second"]
    assert [one.row for one in found["first"]] == list(first.topology.rows["expect"])
    assert [one.verdicts[4] for one in found["first"]] == verdicts(first, 4)
    assert all(one.holds for rows in found.values() for one in rows)


def test_a_span_ends_before_what_people_do_at_its_end() -> None:
    before, after = verdicts(scenario("errors = 0 % until 5 s", "errors = 0 % until 6 s"), 3)
    assert before.holds
    assert not after.holds


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("p99(webb-1) < 1 s", "There is no node “webb-1”. Did you mean web-1?"),
        ("p99(web-1) < 1 s", "web-1 sends no requests: name users."),
        ("utilisation(웹 사용자) < 80 %", "웹 사용자 are users: name a node that serves."),
        ("lag(web-1) < 1 s", "web-1 is no database."),
    ],
)
def test_a_row_that_cannot_be_judged_says_why(row: str, said: str) -> None:
    assert [
        (number, text.en) for number, text in problems_of(scenario("lost writes = 0", row))
    ] == [(1, said)]


def test_utilisation_lag_and_cost_are_measured() -> None:
    rows = ("utilisation(web-1) > 0 %", "cost > 1 USD", "lag(db-1) < 1 s", "mean > 1 ms")
    assert [one.holds for one in verdicts(scenario(*rows), 3)] == [True] * 4
