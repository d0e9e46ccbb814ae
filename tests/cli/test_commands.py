"""Commands that need no engine, and refusals on the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app import cli
from app.kinds import KINDS
from app.scenarios import library, share
from app.scenarios.document import scenario_to_json
from app.scenarios.json_schema import action_schema, document_schema
from app.settings import Settings
from tests.support.programs.process import ROOT, loadground, program, refused

FINAL = scenario_to_json(library.load("final-design"))


def written(tmp_path: Path, text: str, name: str = "drawing.json") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_check_finds_nothing_wrong_in_the_library() -> None:
    answer = loadground("check", "final-design")
    assert (answer.code, answer.out, answer.err) == (0, "No problems.\n", "")


def test_check_lists_the_problems_of_a_drawing(tmp_path: Path) -> None:
    private = json.loads(json.dumps(FINAL))
    private["nodes"][3]["parameters"]["exposure"] = "private"
    path = written(tmp_path, json.dumps(private))
    english, korean = loadground("check", path), loadground("check", path, "--lang", "ko")
    assert english.code == korean.code == 1
    assert english.out.count("\n") == 2
    assert english.out.startswith("private_address  link-2  Web users cannot reach lb-1")
    assert "닿을 수 없습니다" in korean.out


def test_findings_of_a_drawing_and_of_its_run_come_with_what_mends_them() -> None:
    text = loadground("findings", "load-balanced").out
    assert "lb-1 is a single point of failure (if it dies)" in text
    assert "Mend: Add lb-2" in text
    korean = loadground("findings", "load-balanced", "--lang", "ko").out
    assert "단일 장애점" in korean
    found = loadground("findings", "kill-one-of-two", "--at", "21", "--json").json["findings"]
    healed = [one["fix"]["action"] for one in found if one["fix"] and one["type"] == "single_point"]
    assert {"type": "heal", "node": "web-1"} in healed


def test_a_scenario_comes_from_a_file_from_standard_input_or_from_a_link(tmp_path: Path) -> None:
    text = json.dumps(FINAL)
    for source in (written(tmp_path, text), share.encode(library.load("final-design"))):
        assert loadground("check", source).code == 0
    assert loadground("check", "-", stdin=text.encode()).code == 0


def test_a_bad_document_is_refused_in_one_line_that_names_the_field(tmp_path: Path) -> None:
    text = json.dumps(FINAL).replace('"cores": 8', '"cores": 0', 1)
    path = written(tmp_path, text)
    says = "nodes[4].parameters.cores: Use 1 to 1,024."
    for command in ("check", "run"):
        assert refused(command, path) == f"loadground: {path}: {says}"
        assert refused(command, "-", stdin=text.encode()) == (f"loadground: standard input: {says}")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "This is not JSON (line 1, column 1)."),
        (b"[NaN]", "NaN is not a number in JSON."),
        (b"\xff\xfe", "The document is not valid UTF-8 text."),
        (b" " * (1 << 21), "The document is larger than 1,024 KiB."),
        (b'{"format":"loadground","version":9}', "version: It was made by a newer Loadground"),
    ],
)
def test_input_that_is_no_document_is_refused(content: bytes, says: str) -> None:
    assert says in refused("check", "-", stdin=content)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    missing = refused("check", "no-such-thing")
    assert "There is no file no-such-thing. The library has: single-server, " in missing
    assert "cannot be read" in refused("check", str(tmp_path))
    assert "damaged" in refused("check", "z1.AAAA")


def test_a_message_cannot_steer_the_terminal(tmp_path: Path) -> None:
    assert "\x1b" not in refused("check", "no\x1b[2Jfile\n")
    named = json.loads(json.dumps(FINAL))
    named["nodes"][3]["name"] = "\x1b[2J\nlb"
    named["nodes"][3]["parameters"]["exposure"] = "private"
    answer = loadground("check", written(tmp_path, json.dumps(named)))
    assert "\x1b" not in answer.out
    assert answer.out.count("\n") == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "COMMAND"),
        (("fly",), "invalid choice: 'fly'"),
        (("run",), "SCENARIO"),
        (("run", "final-design", "--until", "0"), "--until: use seconds"),
        (("run", "final-design", "--until", "nan"), "--until: use seconds"),
        (("run", "final-design", "--until", "1e9"), "--until: use seconds"),
        (("run", "final-design", "--seed", "-1"), "--seed"),
        (("run", "final-design", "--seed", "1.5"), "--seed: use a whole number"),
        (("run", "final-design", "--seed", str(2**53)), "--seed: use a whole number"),
        (("run", "final-design", "--seed", "٣"), "--seed: use a whole number"),
        (("run", "final-design", "--steps", "0"), "--steps: use a whole number"),
        (("run", "final-design", "--lang", "fr"), "--lang"),
        (("serve", "--port", "65536"), "--port: use a whole number"),
        (("kinds", "extra"), "unrecognized arguments: extra"),
    ],
)
def test_bad_arguments_are_refused_in_one_line(arguments: tuple[str, ...], says: str) -> None:
    assert says in refused(*arguments)


def test_kinds_lists_every_parameter_in_both_languages() -> None:
    answer = loadground("kinds", "--json")
    assert (answer.code, answer.err) == (0, "")
    listed = {kind["name"]: kind for kind in answer.json["kinds"]}
    assert list(listed) == [kind.name for kind in KINDS]
    for kind in KINDS:
        assert listed[kind.name]["label"] == {"en": kind.label.en, "ko": kind.label.say("ko")}
        shown = {one["name"]: one for one in listed[kind.name]["parameters"]}
        assert list(shown) == [one.name for one in kind.parameters]
        for one in kind.parameters:
            assert shown[one.name]["default"] == one.default
            assert shown[one.name]["help"] == {"en": one.help.en, "ko": one.help.say("ko")}
            assert shown[one.name]["unit"] == {
                "en": one.unit.symbol.en,
                "ko": one.unit.symbol.say("ko"),
            }
            choices = [choice.name for choice in one.choices]
            assert [choice["name"] for choice in shown[one.name]["choices"]] == choices
            limits = (shown[one.name]["low"], shown[one.name]["high"])
            assert limits == ((None, None) if choices else (one.low, one.high))
    assert [one["name"] for one in answer.json["link"]["parameters"]] == ["latency_ms"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_kinds_without_json_prints_a_table(language: str) -> None:
    out = loadground("kinds", "--lang", language).out
    for kind in KINDS:
        assert f"{kind.name}: " in out
        for one in kind.parameters:
            line = next(line for line in out.splitlines() if line.startswith(f"  {one.name} "))
            assert line
        assert (kind.help.say("ko") if language == "ko" else kind.help.en) in out


@pytest.mark.parametrize("arguments", [("kinds",), ("check", "final-design")])
def test_commands_without_a_run_load_neither_compiler_nor_web(
    arguments: tuple[str, ...],
) -> None:
    loaded = program(*arguments, python=("-X", "importtime")).err
    assert "app.cli" in loaded
    for heavy in ("numba", "llvmlite", "fastapi", "uvicorn", "sqlalchemy"):
        assert f" {heavy}" not in loaded


def test_serve_hands_host_and_port_to_the_web() -> None:
    asked: list[tuple[str, int]] = []

    def serve(settings: Settings) -> None:
        asked.append((settings.host, settings.port))

    assert cli.main(["serve"], serve=serve) == 0
    assert cli.main(["serve", "--host", "0.0.0.0", "--port", "0"], serve=serve) == 0
    assert asked == [("127.0.0.1", 8000), ("0.0.0.0", 0)]


def test_a_closed_pipe_ends_a_command_without_a_traceback() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "kinds", "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 1


def test_the_schemas_are_printed_together_or_alone() -> None:
    both = loadground("schema", "--lang", "ko")
    assert both.code == 0
    assert both.json == {"document": document_schema("ko"), "action": action_schema("ko")}
    assert loadground("schema", "document").json == document_schema()
    refused("schema", "drawing")
