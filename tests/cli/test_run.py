"""`run`: repeatable, exact in time, independent of step sizes; the library runs."""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest

from app import cli
from app.cli import play
from app.engine.engine import Engine, Stop
from app.engine.observe.invariants import BREACHES, Invariant
from app.scenarios import library, share
from app.scenarios.document import scenario_from_json, scenario_to_json
from tests.conftest import Breaches
from tests.support.programs.process import Answer, loadground, refused

STORY = [
    {"at_s": 1.0, "action": {"type": "crash", "node": "web-2"}},
    {"at_s": 6.123456789, "action": {"type": "heal", "node": "web-2"}},
    {"at_s": 7, "action": {"type": "set_load", "factor": 0.5}},
    {
        "at_s": 8,
        "action": {
            "type": "batch",
            "edits": [
                {"type": "add_node", "kind": "web_server", "id": "web-3"},
                {"type": "add_link", "source": "lb-1", "target": "web-3", "id": "link-90"},
                {"type": "add_link", "source": "web-3", "target": "db-1", "id": "link-91"},
            ],
        },
    },
    {"at_s": 9, "action": {"type": "heal", "node": "web-2"}},
    {"at_s": 99, "action": {"type": "crash", "node": "db-1"}},
]


def story() -> dict[str, Any]:
    return {**scenario_to_json(library.load("final-design")), "until_s": 12, "journal": STORY}


@cache
def run(*arguments: str) -> Answer:
    """A run of the story; runs are repeatable, so each is made once."""
    answer = loadground("run", "-", *arguments, stdin=json.dumps(story()).encode())
    assert (answer.code, answer.err) == (0, "")
    return answer


def test_theory_of_a_run_is_of_its_end() -> None:
    """At second 10 the server is down, at second 12 it is not; a table's rate is that of then."""
    journal = [
        {"at_s": 9.0, "action": {"type": "crash", "node": "web-2"}},
        {"at_s": 11.0, "action": {"type": "heal", "node": "web-2"}},
    ]
    document = scenario_to_json(library.load("final-design")) | {"journal": journal}
    table = {"arrivals": "table", "rates": "0,100\n20,500"}
    nodes = cast(list[dict[str, Any]], document["nodes"])
    for node in nodes:
        if node["kind"] == "client":
            node["parameters"] = node["parameters"] | table
    text = json.dumps(document).encode()
    theory = loadground("run", "-", "--until", "10", "--json", stdin=text).json["theory"]
    assert theory["offered_rps"] == pytest.approx(2 * 300.0)
    assert theory["now"]["offered_rps"] == pytest.approx(2 * 300.0)
    assert theory["now"]["nodes"]["web-2"]["arrivals_rps"] == 0.0
    assert theory["now"]["nodes"]["web-1"]["arrivals_rps"] == pytest.approx(2 * 300.0)
    assert theory["now"]["assumptions"][0]["ko"].startswith("멈춘 것을 모두가 알아차렸고")
    assert any("at this moment" in said["en"] for said in theory["assumptions"])
    printed = loadground("run", "-", "--until", "10", "--lang", "ko", stdin=text).out
    assert "지금 살아 있는 것만 보면: " in printed
    assert "Of what is up now: " in loadground("run", "-", "--until", "10", stdin=text).out
    theory = loadground("run", "-", "--until", "20", "--json", stdin=text).json["theory"]
    assert theory["now"] is None
    assert theory["offered_rps"] == pytest.approx(2 * 500.0)


def test_run_json_is_one_object_with_every_part() -> None:
    report = run("--json").json
    assert len(report["fingerprint"]) >= 16
    assert report["sim_seconds"] == 12
    requests = report["requests"]
    assert requests["offered"] == sum(
        requests[outcome] for outcome in ("completed", "failed", "in_flight")
    )
    assert requests["completed"] > 5_000
    assert requests["failed"] == sum(report["failures"].values()) > 0
    latency = report["latency_ms"]
    assert 0 < latency["p50"] < latency["p95"] < latency["p99"]
    assert set(report["nodes"]) == {node["id"] for node in story()["nodes"]} | {"web-3"}
    assert report["nodes"]["web-3"]["served"] > 0
    assert report["ledger"]["acknowledged"] > 500
    assert report["ledger"]["lost"] == 0


def test_run_gives_the_same_json_again() -> None:
    again = loadground("run", "-", "--json", stdin=json.dumps(story()).encode())
    assert again.out == run("--json").out


@pytest.mark.parametrize("steps", ["2", "7", "1000"])
def test_run_gives_the_same_json_in_any_number_of_steps(steps: str) -> None:
    assert run("--json", "--steps", steps).out == run("--json").out


def test_run_with_another_seed_gives_other_json() -> None:
    assert run("--json", "--seed", "2").json["fingerprint"] != run("--json").json["fingerprint"]
    assert run("--json", "--seed", "1").out == run("--json").out


def test_run_plays_the_journal_at_its_exact_times() -> None:
    rows = run("--json").json["timeline"]
    script = [(row["at_s"], row["type"], row["node"]) for row in rows if row["who"] == "script"]
    assert script == [
        (1, "crash", "web-2"),
        (6.123456789, "heal", "web-2"),
        (7, "set_load", ""),
        (8, "batch", "web-3"),
        (9, "heal", "web-2"),
    ]
    skipped = next(row for row in rows if row["at_s"] == 9)
    assert "skipped" in skipped["text"], "web-2 was up already"


def test_run_reports_health_check_reactions_at_their_own_times() -> None:
    rows = run("--json").json["timeline"]
    assert [row["at_s"] for row in rows] == sorted(row["at_s"] for row in rows)
    marked = {
        row["type"]: row
        for row in rows
        if row["who"] == "system" and row["type"] in ("marked_down", "marked_up")
    }
    down, up = marked["marked_down"], marked["marked_up"]
    assert down["node"] == "lb-1"
    assert "web-2" in down["text"]
    # Checks come every 2 s: 3 must fail before a server is out, 2 pass before it is in again.
    assert 1 + 4 <= down["at_s"] <= 1 + 6
    assert 6.123456789 + 2 <= up["at_s"] <= 6.123456789 + 4


def test_until_and_load_come_from_the_scenario_unless_given_as_options() -> None:
    half = run("--json", "--until", "6").json
    assert half["sim_seconds"] == 6
    assert [row["at_s"] for row in half["timeline"] if row["who"] == "script"] == [1]
    loaded = {**story(), "journal": [], "until_s": 3, "load": 0.1}
    report = loadground("run", "-", "--json", stdin=json.dumps(loaded).encode()).json
    assert report["sim_seconds"] == 3
    assert report["requests"]["offered"] == pytest.approx(0.1 * 1100 * 3, rel=0.25)


def test_a_file_and_a_link_run_alike(tmp_path: Path) -> None:
    path = tmp_path / "story.json"
    path.write_text(json.dumps(story()))
    code = share.encode(scenario_from_json(story()))
    for source in (str(path), code):
        assert loadground("run", source, "--json").out == run("--json").out


def test_run_prints_tables_in_the_chosen_language() -> None:
    english, korean = run().out, run("--lang", "ko").out
    for out in (english, korean):
        assert run("--json").json["fingerprint"] in out
        assert "web-3" in out
        assert len([line for line in out.splitlines() if " web-1 " in f" {line} "]) >= 1
    assert "Final design: 12 simulated seconds" in english
    assert "web-2 crashed (script)" in english
    assert "모의 시간 12초" in korean
    assert "web-2 중단됨 (시나리오)" in korean


@pytest.mark.parametrize("name", [name for name in library.drawings() if name != "reference-r1"])
def test_every_drawing_of_the_library_runs_without_failures(name: str) -> None:
    report = loadground("run", name, "--json", "--until", "20").json
    assert report["requests"]["failed"] == 0
    assert report["timeline"] == []
    webs = [node for key, node in report["nodes"].items() if key.startswith("web-")]
    # One box for web, database and cache is fuller than servers of their own.
    highest = 0.7 if name == "single-server" else 0.65
    for web in webs:
        assert 0.45 <= web["utilisation"] <= highest
    for node in report["nodes"].values():
        assert (node["utilisation"] or 0) < 0.7


@pytest.mark.parametrize("name", [one for one in library.names() if one not in library.drawings()])
def test_every_experiment_of_the_library_runs_to_its_end(name: str) -> None:
    report = loadground("run", name, "--json").json
    assert report["sim_seconds"] == library.load(name).until_s
    assert {row["who"] for row in report["timeline"]} == {"script", "system"}
    # Users are failed, or their writes drop each other and nobody is told.
    assert report["requests"]["failed"] + report["ledger"]["conflicted"] > 0


def test_run_refuses_a_bad_document() -> None:
    text = json.dumps(story()).replace('"web-2"}', '"web-7"}').encode()
    said = refused("run", "-", stdin=text)
    assert "journal[0].action.node: There is no node “web-7” at that time." in said


def test_warmup_prints_its_progress() -> None:
    answer = loadground("warmup")
    assert answer.code == 0
    assert answer.out.splitlines()[0].startswith("warmup 0 %")
    assert answer.out.splitlines()[-1].startswith("warmup 100 %")


class Damaged(Engine):
    """An engine whose run goes wrong: a request is counted that never came."""

    def advance(self, until_ns: int, events_max: int = 200_000) -> Stop:
        stop = super().advance(until_ns, events_max)
        self.world.control["requests"] += 1
        return stop


@pytest.mark.parametrize("form", [["--json"], []])
def test_a_run_that_breaks_an_invariant_reports_it_and_exits_with_3(
    form: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    breaches: Breaches,
) -> None:
    monkeypatch.setattr(play, "Engine", Damaged)
    arguments = ["run", "single-server", "--until", "1", *form]
    assert cli.main([*arguments, "--lang", "ko"], serve=lambda *_: None) == 3
    said = capsys.readouterr()
    assert BREACHES[Invariant.COUNTED].say("ko") in said.err
    assert all(line.startswith("loadground: ") for line in said.err.splitlines())
    if form:
        assert json.loads(said.out)["breaches"] == ["conserved", "counted"]
    assert len(breaches.expected()) == 2


def test_traces_are_printed_stage_by_stage_with_their_causes_in_the_chosen_language() -> None:
    traces = run("--json", "--traces", "4").json["traces"]
    english, korean = run("--traces", "4").out, run("--traces", "4", "--lang", "ko").out
    for trace in traces:
        assert f"Request {trace['request']}, a " in english
        assert f"요청 {trace['request']} (" in korean
        for stage in trace["stages"]:
            assert stage["text"] in english
            assert trace["began_s"] <= stage["begins_s"] <= stage["ends_s"]
        for cause in trace["causes"]:
            assert f"Why: {cause['text']}" in english
    assert any(trace["causes"] for trace in traces)
    assert "이유: " in korean
