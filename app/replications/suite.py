"""Many documents, each with several seeds, through one executor; results in order."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from functools import lru_cache

from app.replications.outcome import RowOutcome, over_seeds
from app.replications.play import seeds_of, verdicts
from app.scenarios.document import Scenario, parse_json, scenario_from_json, scenario_to_json
from app.verdicts.verdict import Verdict

Progress = Callable[[str, list[RowOutcome]], None]
"""Called with a name and its outcomes as soon as they are there."""


def local_processes(workers: int | None = None) -> ProcessPoolExecutor:
    """An executor with a process per core, each with the engine that this one has loaded."""
    known = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if known else "spawn")
    return ProcessPoolExecutor(workers or _cores(), mp_context=context)


def outcomes(
    scenarios: Mapping[str, Scenario], seeds: int, executor: Executor, told: Progress
) -> dict[str, list[RowOutcome]]:
    """Run each scenario with so many seeds; its rows with their outcomes, by name. Raises
    EngineLimit.
    """
    asked: dict[str, dict[int, Future[list[Verdict]]]] = {}
    for name, scenario in scenarios.items():
        text = json.dumps(scenario_to_json(scenario), ensure_ascii=False)
        asked[name] = {
            seed: executor.submit(verdicts_of, text, seed) for seed in seeds_of(scenario, seeds)
        }
    found = {}
    for name, futures in asked.items():
        by_seed = {seed: future.result() for seed, future in futures.items()}
        rows = scenarios[name].topology.rows.get("expect", ())
        found[name] = [
            over_seeds(row, {seed: every[number] for seed, every in by_seed.items()})
            for number, row in enumerate(rows)
        ]
        told(name, found[name])
    return found


def verdicts_of(document: str, seed: int) -> list[Verdict]:
    """The verdicts of one run of a document, given as text: the unit of work of an executor."""
    return verdicts(scenario_of(document), seed)


@lru_cache(maxsize=4)
def scenario_of(document: str) -> Scenario:
    """The scenario of a document given as text, parsed once for the runs that follow each other."""
    return scenario_from_json(parse_json(document.encode()))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
