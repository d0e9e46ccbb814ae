"""Invariants: what holds of every run at every instant, whatever people draw, break and change.

A reading says which do not hold (see `breaches`); that is always an error in the program.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from app.schema import Text


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


BREACHES: Final = {
    Invariant.CONSERVED: Text(
        "Not every request that came in was answered, has failed, or is waited for.",
        "들어온 요청 가운데 완료도 실패도 대기도 아닌 것이 있습니다.",
    ),
    Invariant.COUNTED: Text(
        "Two ways of counting the same requests differ.",
        "같은 요청을 두 방법으로 센 수가 다릅니다.",
    ),
    Invariant.IN_TIME: Text(
        "Something is due at a time that has passed.",
        "이미 지난 시각에 일어나야 할 일이 남아 있습니다.",
    ),
    Invariant.ONWARD: Text(
        "Time or a running total went back.", "시각이나 누적 수가 뒤로 갔습니다."
    ),
    Invariant.DEAD_REST: Text("A node that is down does work.", "중단된 노드가 일하고 있습니다."),
    Invariant.AT_WORK: Text(
        "A node has busy cores without work, or work without a core.",
        "일 없이 바쁜 코어나 코어 없이 진행되는 일이 있습니다.",
    ),
    Invariant.IN_USE: Text(
        "A node has worked for longer than it had cores.",
        "노드가 가진 코어 시간보다 오래 일했습니다.",
    ),
    Invariant.NOT_NEGATIVE: Text(
        "Something was counted below zero.", "0보다 작은 수가 나왔습니다."
    ),
}
"""What it means that one of them does not hold."""
CONTRADICTION: Final = Text("The simulation contradicts itself.", "시뮬레이션이 스스로 모순됩니다.")
