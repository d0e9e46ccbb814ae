"""Rows of the timeline, in both languages and with any names of nodes."""

import pytest

from app.actions import AnyFault, Crash, Heal, Recorded, SetLoad
from app.engine.observe.incident import Incident
from app.scenarios.document import Scenario
from app.session.entry import carry_out
from app.session.explain.incident_words import CATALOGUE
from app.session.explain.timeline import change_words, edit_text, incident_words, skipped_words
from app.session.situation import Situation
from app.texts.languages import LANGUAGES
from app.topology.edits.apply import (
    AddLink,
    AddNode,
    AddPeering,
    Batch,
    Edit,
    EditError,
    MoveNode,
    RemoveLink,
    RemoveNode,
    RenameNode,
    SetGroups,
    SetLink,
    SetNode,
)
from tests.topology.edits.test_undo_identity import EXAMPLES, START


@pytest.mark.parametrize(
    ("action", "english", "korean"),
    [
        (Crash(node="web-1"), "web-1 crashed", "web-1 중단됨"),
        (SetLoad(factor=1.5), "Load ×1 → ×1.5", "부하 ×1 → ×1.5"),
        (AddNode(kind="web_server", name="Edge"), "Edge added", "Edge 추가됨"),
        (RemoveNode(node="web-1"), "web-1 removed", "web-1 삭제됨"),
        (RenameNode(node="web-1", name="A"), "web-1 is now called A", "web-1 → A 이름 변경됨"),
        (AddLink(source="users-1", target="web-1"), "Web users → web-1 linked", None),
        (RemoveLink(link="link-5"), "lb-1 → web-1 unlinked", "lb-1 → web-1 연결 해제됨"),
        (
            SetNode(node="web-1", parameters={"cores": 16, "queue_limit": 500}),
            "web-1: Cores 8\u00a0cores → 16\u00a0cores",
            "web-1: 코어 8\u00a0코어 → 16\u00a0코어",
        ),
        (
            SetLink(link="link-5", parameters={"latency_ms": 5}),
            "lb-1 → web-1: Latency, one way 0.25\u00a0ms → 5\u00a0ms",
            None,
        ),
        (AddPeering(networks=("b", "a")), "a and b peer", "a ↔ b 피어링됨"),
        (
            SetGroups(node="web-1", groups={"zone": "a", "network": ""}),
            "web-1: Zone none → a, Private network none → none",
            "web-1: 영역 없음 → a, 사설망 없음 → 없음",
        ),
        (
            Batch(edits=(RemoveNode(node="web-1"), RemoveNode(node="db-3"))),
            "web-1 removed, and 1 more",
            "web-1 삭제됨 외 1건",
        ),
    ],
    ids=lambda value: value.type if hasattr(value, "type") else "",
)
def test_the_words_of_a_row_for_each_action(
    final_design: Scenario, action: Recorded, english: str, korean: str | None
) -> None:
    words = change_words(carry_out(Situation(final_design.topology), action))
    assert words.text.en == english
    assert korean is None or words.text.say("ko") == korean
    assert not words.quiet


def test_moving_a_node_is_not_marked_as_an_event_of_the_run(final_design: Scenario) -> None:
    change = carry_out(Situation(final_design.topology), MoveNode(node="web-1", x=0, y=0))
    assert change_words(change).quiet


def test_rows_of_faults_have_their_severity(final_design: Scenario) -> None:
    down = carry_out(Situation(final_design.topology), Crash(node="db-1"))
    assert (change_words(down).severity, change_words(down).node) == ("down", "db-1")
    up = carry_out(down.after, Heal(node="db-1"))
    assert (change_words(up).severity, change_words(up).node) == ("recovering", "db-1")


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_incident_has_words_in_a_row(final_design: Scenario, code: str) -> None:
    incident = Incident(1_000, code, "db-2", "db-1", 12.345)
    words = incident_words(incident, final_design.topology)
    for text in (words.text.en, words.text.say("ko")):
        assert text
        assert "{" not in text
    assert words.severity in {"down", "saturated", "busy", "recovering", "healthy", "neutral"}


def test_names_with_braces_are_not_treated_as_placeholders(final_design: Scenario) -> None:
    evil = "{node.__class__} {0} {"
    topology = carry_out(
        Situation(final_design.topology), RenameNode(node="db-2", name=evil)
    ).after.topology
    incident = Incident(1_000, "promoted", "db-2", "gone-1", 0.0)
    assert evil in incident_words(incident, topology).text.say("en")
    words = change_words(carry_out(Situation(topology), Crash(node="db-2")))
    assert words.text.say("ko") == f"{evil} 중단됨"


def test_the_row_of_a_skipped_entry_gives_the_reason(final_design: Scenario) -> None:
    with pytest.raises(EditError) as refused:
        carry_out(Situation(final_design.topology), Crash(node="db-9"))
    words = skipped_words(Crash(node="db-9"), refused.value.text)
    assert "crash" in words.text.en
    assert "db-9" in words.text.say("ko")


@pytest.mark.parametrize("edit", EXAMPLES, ids=lambda edit: edit.type)
def test_every_edit_has_words(edit: Edit) -> None:
    """Also inside a batch: a sentence of its own, not the name of its type."""
    entry = carry_out(Situation(START), edit)
    assert not isinstance(entry.action, AnyFault | SetLoad)
    text = edit_text(entry.action, (entry.before.topology, entry.after.topology))
    for language in LANGUAGES:
        said = text.say(language)
        assert said
        assert edit.type not in said
