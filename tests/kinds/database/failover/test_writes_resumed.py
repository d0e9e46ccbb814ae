"""Writes resume only after an outage: never in a drawing that was made anew."""

from app.scenarios import library
from app.topology.edits.apply import RemoveNode
from app.topology.model import Topology
from tests.support.drawings import edited
from tests.support.runs import Run


def incidents_after(*drawings: Topology) -> list[str]:
    """Codes of the incidents of a run that has each drawing for four seconds."""
    run = Run(drawings[0])
    for number, drawn in enumerate(drawings):
        run.engine.edit(drawn)
        run.to(4.0 * (number + 1))
    return [one.code for one in run.engine.incidents()]


def test_writes_of_a_drawing_made_anew_have_not_resumed() -> None:
    drawn = library.load("split-database").topology
    empty = edited(drawn, *(RemoveNode(node=node.id) for node in drawn.nodes))
    assert incidents_after(drawn, empty, drawn) == []


def test_writes_resume_after_a_primary_was_taken_away_from_its_replica() -> None:
    drawn = library.load("replicated").topology
    gone = edited(drawn, RemoveNode(node="db-1"))
    assert "writes_resumed" in incidents_after(drawn, gone, drawn)
