"""Sweeps: equal results wherever they run, gone on with after a kill, on a cluster as well."""

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

import app as loadground
from app.cli import main
from tests.support.programs.process import ROOT

ASKED = ["--vary", "load=0.5..2/4", "--vary", "web-1.cores=1,2", "--seeds", "3", "--until", "2"]
RUNS = 4 * 2 * 3


def sweep(*arguments: str) -> int:
    return main(["sweep", "split-database", *ASKED, *arguments], serve=lambda _: None)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The results of a sweep that nothing disturbs."""
    path = tmp_path_factory.mktemp("sweep") / "all.csv"
    assert sweep("--out", str(path), "--jobs", "1") == 0
    return path.read_bytes()


def test_every_point_is_run_with_the_same_seeds(expected: bytes) -> None:
    found = list(csv.DictReader(expected.decode().splitlines()))
    assert list(found[0]) == [
        *("load", "web-1.cores", "seed", "goodput_per_s", "p99_ms", "fingerprint")
    ]
    assert len(found) == RUNS == len({one["fingerprint"] for one in found})
    by_point: dict[tuple[str, str], list[str]] = {}
    for one in found:
        by_point.setdefault((one["load"], one["web-1.cores"]), []).append(one["seed"])
    assert len(by_point) == 8
    assert len({tuple(seeds) for seeds in by_point.values()}) == 1


def test_more_processes_give_the_same_results(expected: bytes, tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    assert sweep("--out", str(path), "--jobs", "2") == 0
    assert path.read_bytes() == expected


def test_a_killed_sweep_goes_on_where_it_was(expected: bytes, tmp_path: Path) -> None:
    path = tmp_path / "killed.csv"
    command = [sys.executable, "-m", "app", "sweep", "split-database", *ASKED, "--jobs", "1"]
    with subprocess.Popen([*command, "--out", str(path)], cwd=ROOT, start_new_session=True) as one:
        while one.poll() is None and not (path.exists() and path.read_bytes().count(b"\n") > 2):
            pass
        os.killpg(one.pid, signal.SIGKILL)
    there = path.read_bytes()
    path.write_bytes(there + b"0.5,1,7,12")  # half of a row
    assert sweep("--out", str(path)) == 0
    assert path.read_bytes() == expected


def test_results_of_another_sweep_are_not_written_over(
    expected: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "all.csv"
    assert sweep("--out", str(path)) == 0
    assert sweep("--out", str(path), "--read", "errors") == 2
    assert "holds something else" in capsys.readouterr().err
    assert path.read_bytes() == expected


def test_parquet_has_the_same_columns_with_types(expected: bytes, tmp_path: Path) -> None:
    from pyarrow import parquet

    path = tmp_path / "all.parquet"
    assert sweep("--out", str(path)) == 0
    table = parquet.read_table(path)
    assert table.num_rows == RUNS
    assert str(table.schema.field("p99_ms").type) == "double"
    assert [one.name for one in path.parent.iterdir() if ".part" in one.name] == []


def test_a_chart_has_the_figures_and_a_line_for_each_value(tmp_path: Path) -> None:
    path = tmp_path / "chart.svg"
    assert sweep("--out", str(tmp_path / "all.csv"), "--chart", str(path)) == 0
    drawn = path.read_text()
    for text in ("load", "goodput_per_s", "p99_ms", "web-1.cores=1", "web-1.cores=2"):
        assert text in drawn


def test_a_chart_is_drawn_beside_a_parquet_file(tmp_path: Path) -> None:
    path, chart = tmp_path / "all.parquet", tmp_path / "chart.png"
    assert sweep("--out", str(path), "--chart", str(chart)) == 0
    assert path.exists()
    assert chart.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--chart", "chart.txt"], "a .svg or a .png"),
        (["--vary", "db-1.cores=1,2,3,4,5,6,7"], "at most 12 lines, this one 14"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_refused_before_anything_is_run(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "all.csv"
    assert sweep("--chart", str(tmp_path / "a.svg"), *arguments, "--out", str(path)) == 2
    assert said in capsys.readouterr().err
    assert not path.exists()


@pytest.mark.parametrize(
    ("package", "argument"), [("matplotlib", "--chart=a.svg"), ("pyarrow", "--out=a.parquet")]
)
def test_a_missing_package_is_said_before_anything_is_run(
    package: str,
    argument: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, package, None)
    assert sweep(argument) == 2
    assert package in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--vary", "web-1.wings=1"], "wings"),
        (["--read", "wings"], "no figure"),
        (["--out", "results.txt"], "name a .csv"),
        (["--out", "no-such-folder/a.csv"], "no-such-folder"),
        (["--warmup", "5"], "warm-up"),
        (["--design", "lhs"], "needs a range"),
    ],
)
def test_a_sweep_that_cannot_be_carried_out_says_why_in_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sweep(*arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


@contextmanager
def cluster(scratch: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """A Dask scheduler with two workers, each a process: its address, and the workers."""
    started: list[subprocess.Popen[str]] = []

    def start(*command: str) -> subprocess.Popen[str]:
        one = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + command[0], *command[1:]],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(one)
        return one

    def line(process: subprocess.Popen[str], wanted: str) -> str:
        assert process.stderr is not None
        return next(one for one in process.stderr if wanted in one)

    try:
        scheduler = start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"
        )
        address = "tcp:" + line(scheduler, "Scheduler at").rpartition("tcp:")[2].strip()
        workers = [
            start(
                *("dask_worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard"),
                *("--local-directory", str(scratch / str(number))),
            )
            for number in range(2)
        ]
        for one in workers:
            line(one, "Registered to")
        yield address, workers
    finally:
        for one in started:
            one.kill()
            one.communicate()


def test_a_cluster_that_loses_a_worker_has_every_result_once(
    expected: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "cluster.csv"
    with cluster(tmp_path) as (address, workers):
        command = [sys.executable, "-m", "app", "sweep", "split-database", *ASKED]
        where = ["--dask", address, "--out", str(path)]
        with subprocess.Popen([*command, *where], cwd=ROOT) as running:
            while running.poll() is None and not (
                path.exists() and path.read_bytes().count(b"\n") > 2
            ):
                pass
            workers[0].kill()
            assert running.wait() == 0
    assert path.read_bytes() == expected


def test_a_program_sweeps_on_any_executor() -> None:
    shop = loadground.Scenario.load("split-database")
    with ThreadPoolExecutor(1) as executor:
        found = loadground.sweep(
            shop, {"web-1.cores": [1, 2]}, seeds=2, until_s=2, figures=["p99"], executor=executor
        )
    assert [(one["web-1.cores"], one["seed"]) for one in found] == [(1, 1), (1, 2), (2, 1), (2, 2)]
