"""Library experiments about lost data and its recovery show their lesson."""

import pytest

from tests.scenarios.test_experiments import Experiment
from tests.support.databases.ledger import quiet
from tests.support.statistics.samples import SIGMAS, seeds


def test_a_rewind_loses_what_a_merge_brings_back() -> None:
    for seed in seeds(4):
        experiment = Experiment("old-primary-returns", seed)
        run = experiment.to(59.0)
        kept_out = {one.node: one.value for one in run.incidents("diverged_writes")}
        assert kept_out.keys() == {"db-1", "db-4"}
        lost = run.read().ledger.lost
        assert lost == sum(kept_out.values()) == pytest.approx(400, abs=SIGMAS * 20)
        run = experiment.to(75.0)
        ledger = run.read().ledger
        assert ledger.lost == kept_out["db-1"]
        assert ledger.recovered + ledger.conflicted == kept_out["db-4"]
        # Some 36 s of 400 writes a second to 40,000 rows: exp(-0.36) of them escape.
        assert ledger.recovered / kept_out["db-4"] == pytest.approx(0.70, abs=0.15)
        quiet(run, 30.0)
        reading = run.read()
        for database in reading.databases:
            assert database["applied"] == reading.groups[database["group"]]["written"]
        sums = {name: one.get("checksum") for name, one in run.summary()["nodes"].items()}
        assert sums["db-1"] == sums["db-2"] == sums["db-3"]
        assert sums["db-4"] == sums["db-5"] == sums["db-6"] != sums["db-1"]
