"""The example of docs/sweeps.md does what it says."""

import re
import sys
from typing import Any

import pytest

import app
from tests.support.programs.process import ROOT


def test_the_example_runs_as_it_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs/sweeps.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.setitem(sys.modules, "loadground", app)
    names: dict[str, Any] = {}
    exec(compile(example, "docs/sweeps.md", "exec"), names)
    run = names["run"]
    assert run["goodput_per_s"].shape == run.t_s.shape == (10,)
    assert run.totals["p99_ms"] > 0
    assert len(run.fingerprint) == 32
    assert names["loaded"].columns == ("p99_ms", "utilisation_share(db-1)")
    assert len(names["results"]) == 9
    assert names["best"]["web-1.cores"] in (1, 2, 4)
    assert run.to_arrow().num_rows == 10
