"""Tables of results on disk: CSV that grows run by run and can be gone on with, or Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from app.sweeps.errors import SweepError
from app.sweeps.plan import Plan

PARQUET: Final = ".parquet"


class Table:
    """The results of a plan in a file, with the plan's digest in a small file beside it.

    Every row is whole or not there: one that a kill has cut in two is removed when the file is
    opened again. Raises SweepError if the file holds the results of another plan, or is a Parquet
    file and there is no pyarrow.
    """

    def __init__(self, plan: Plan, path: Path) -> None:
        if path.suffix == PARQUET and find_spec("pyarrow") is None:
            raise SweepError("Parquet needs pyarrow: pip install 'loadground[parquet]'.")
        self._plan = plan
        self._path = path
        self._csv = path.with_name(path.name + ".part.csv") if path.suffix == PARQUET else path
        self._beside = path.with_name(path.name + ".sweep.json")
        self._known = self._open()

    @property
    def known(self) -> int:
        """The number of runs whose results were there when the table was opened."""
        return self._known

    def write(self, rows: Iterable[list[Any]]) -> None:
        """Append rows, each as soon as it is there."""
        with self._csv.open("a", encoding="utf-8", newline="") as file:
            for row in rows:
                file.write(_line(row))
                file.flush()

    def rows(self) -> list[dict[str, str]]:
        """Every row so far, as text by column."""
        with self._csv.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def finish(self) -> None:
        """Make the file of another format, when every row is there; rows cannot be read then."""
        if self._path.suffix != PARQUET:
            return
        from pyarrow import csv as arrow_csv
        from pyarrow import parquet

        parquet.write_table(arrow_csv.read_csv(self._csv), self._path)
        self._csv.unlink()

    def _open(self) -> int:
        plan = {"plan": self._plan.digest, "runs": self._plan.runs}
        if not self._csv.exists():
            if self._path.exists():
                raise SweepError(f"{self._path} is there already.")
            self._beside.write_text(json.dumps(plan), encoding="utf-8")
            self._csv.write_text(_line(list(self._plan.header)), encoding="utf-8")
            return 0
        if not self._beside.exists() or json.loads(self._beside.read_text("utf-8")) != plan:
            raise SweepError(f"{self._csv} holds something else: choose another file.")
        text = self._csv.read_text("utf-8")
        whole = text[: text.rfind("\n") + 1] or _line(list(self._plan.header))
        if whole != text:
            self._csv.write_text(whole, encoding="utf-8")
        return sum(1 for _ in csv.reader(io.StringIO(whole))) - 1


def _line(row: list[Any]) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerow("" if one is None else one for one in row)
    return made.getvalue()
