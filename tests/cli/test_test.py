"""The command `test`: exit codes, reports for people and for CI, and the plug-in of pytest."""

import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml

from app import cli
from tests.replications.test_suite import DOCUMENT

HOLDS, MISSED = "errors = 0 % until 5 s", "errors = 0 %"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, rows in (("good", [HOLDS]), ("bad", [HOLDS, MISSED]), ("none", [])):
        document: dict[str, Any] = {**DOCUMENT, "expect": rows}
        path = tmp_path / f"{name}.loadground.json"
        path.write_text(json.dumps(document), encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> int:
    return cli.main(["test", "--seeds", "2", "--jobs", "1", *arguments], serve=lambda _: None)


def test_a_folder_is_run_and_reported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [f"--junit={folder / 'out.xml'}", f"--badge={folder / 'out.svg'}"]
    assert run(str(folder), *files) == 1
    said = capsys.readouterr().out
    assert "✗ errors = 0 %" in said
    assert "in 0 of 2 seeds; seed" in said
    assert "missed at 6.0 s" in said
    assert "2 documents, 3 rows: 1 is missed" in said
    cases = [case for suite in JUnitXml.fromfile(str(folder / "out.xml")) for case in suite]
    assert [(case.name, bool(case.result)) for case in cases] == [
        (HOLDS, False),
        (MISSED, True),
        (HOLDS, False),
    ]
    assert "wanted = 0 %" in cases[1].result[0].message
    assert "2 of 3 hold" in (folder / "out.svg").read_text(encoding="utf-8")


def test_all_that_hold_exit_with_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(folder / "good.loadground.json"), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["holds"] is True
    [rows] = found["documents"].values()
    assert [(one["row"], one["held"], set(one["seeds"])) for one in rows] == [
        (HOLDS, 2, {"3", "4"})
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["p99 < 3"], "expect[0]: Column 8: The unit is missing."),
        (["lost writes = 0", "p99(nobody) < 3 s"], "expect[1]: There is no node “nobody”."),
        ([], "None of these documents expects anything"),
    ],
)
def test_a_bad_file_exits_with_2_and_one_line(
    rows: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.loadground.json"
    path.write_text(json.dumps({**DOCUMENT, "expect": rows}), encoding="utf-8")
    assert run(str(path)) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_an_empty_folder_exits_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(tmp_path)) == 2
    assert "there is no *.loadground.json" in capsys.readouterr().err


def test_pytest_collects_a_test_for_each_row(folder: Path) -> None:
    known = {one.name for one in entry_points(group="pytest11")}
    plug_in = [] if "loadground" in known else ["-p", "app.replications.pytest_plugin"]
    options = ["--loadground-seeds=2", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    command = [sys.executable, "-m", "pytest", *plug_in, *options, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "1 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert "errors = 0 %: in 0 of 2 seeds" in done.stdout


def test_the_server_loads_nothing_that_only_this_command_needs() -> None:
    code = (
        "import sys, app.web.server\n"
        "found = {'lark', 'rich', 'scipy', 'junitparser'} & set(sys.modules)\n"
        "assert not found, found"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
