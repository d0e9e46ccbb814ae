"""Invariants: what holds of every run at every instant, whatever people draw, break and change.

A reading says which do not hold (see `breaches`); that is always an error in the program.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from app.texts.text import Text


class Invariant(StrEnum):
    """The name of something that holds of every run."""

    CONSERVED = "conserved"
    COUNTED = "counted"
    IN_TIME = "in_time"
    ONWARD = "onward"
    DEAD_REST = "dead_rest"
    AT_WORK = "at_work"
    IN_USE = "in_use"
    NOT_NEGATIVE = "not_negative"
    ONE_STATE = "one_state"


BREACHES: Final = {
    Invariant.CONSERVED: Text(
        "Not every request that came in was answered, has failed, or is waited for."
    ),
    Invariant.COUNTED: Text("Two ways of counting the same requests differ."),
    Invariant.IN_TIME: Text("Something is due at a time that has passed."),
    Invariant.ONWARD: Text("Time or a running total went back."),
    Invariant.DEAD_REST: Text("A node that is down does work."),
    Invariant.AT_WORK: Text("A node has busy cores without work, or work without a core."),
    Invariant.IN_USE: Text("A node has worked for longer than it had cores."),
    Invariant.NOT_NEGATIVE: Text("Something was counted below zero."),
    Invariant.ONE_STATE: Text("An acknowledged write is in no state of the ledger, or in two."),
}
"""Meaning of a breach of each."""
CONTRADICTION: Final = Text("The simulation contradicts itself.")
