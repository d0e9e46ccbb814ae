"""The ledger of a run's first database group: who has how much of the log, and what was lost."""

from dataclasses import dataclass

from tests.support.runs import Run


@dataclass(frozen=True)
class Ledger:
    """Positions in the log, by database; `written` is the end of the present primary's."""

    written: int
    acknowledged: int
    lost: int
    primary: str
    received: dict[str, int]
    applied: dict[str, int]

    @staticmethod
    def of(run: Run) -> "Ledger":
        """The ledger now."""
        reading = run.read()
        group = reading.groups[0]
        names = [reading.node_ids[one["node"]] for one in reading.databases]
        return Ledger(
            int(group["written"]),
            int(group["acknowledged"]),
            int(group["lost"]),
            reading.node_ids[group["primary"]],
            dict(zip(names, reading.databases["received"].tolist(), strict=True)),
            dict(zip(names, reading.databases["applied"].tolist(), strict=True)),
        )

    @property
    def agrees(self) -> bool:
        """Whether every database has, and has applied, all that the primary has."""
        return {*self.received.values(), *self.applied.values()} == {self.written}


def quiet(run: Run, seconds: float) -> Ledger:
    """The ledger after the users have stopped for some time."""
    run.engine.set_load(0.0)
    ledger = Ledger.of(run.on(seconds))
    run.engine.set_load(1.0)
    return ledger
