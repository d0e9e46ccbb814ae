"""Rows around one of the timeline: what led to it, and what followed until the next act."""

from __future__ import annotations

from app.session.explain.around_row import AroundRow, around_row
from app.session.explain.timeline import Row
from app.texts.text import verbatim


def row(row_id: str, at_s: float, node: str, other: str = "") -> Row:
    text = verbatim(f"{row_id} {node}")
    return Row(row_id, round(at_s * 1e9), "down", node, node, text, other=other)


ROWS = (
    row("e1", 1.0, "cache-1"),
    row("e2", 2.0, "db-1"),
    row("i3", 3.0, "web-1", "db-1"),
    row("i4", 4.0, "db-2", "db-1"),
    row("i5", 4.5, "web-9"),
    row("i6", 5.0, "db-2"),
    row("e7", 9.0, ""),
    row("i8", 9.5, "web-9"),
    row("e9", 20.0, "db-1"),
    row("i10", 21.0, "db-1"),
)


def ids(rows: tuple[Row, ...]) -> list[str]:
    return [one.id for one in rows]


def around(row_id: str) -> AroundRow:
    found = around_row(ROWS, row_id)
    assert found is not None
    return found


def test_an_incident_was_led_to_by_the_last_act_about_its_nodes() -> None:
    assert ids(around("i4").before) == ["e2", "i3"]
    assert ids(around("i6").before) == ["e2", "i3", "i4"]


def test_a_change_of_load_leads_to_anything() -> None:
    assert ids(around("i8").before) == ["e7"]


def test_rows_that_follow_concern_the_same_nodes_and_those_drawn_in() -> None:
    assert ids(around("e2").after) == ["i3", "i4", "i6"]
    assert ids(around("e9").after) == ["i10"]
    assert ids(around("e1").after) == []


def test_an_act_has_no_cause_and_a_row_that_is_gone_no_surroundings() -> None:
    assert around("e2").before == ()
    assert around_row(ROWS, "i99") is None
