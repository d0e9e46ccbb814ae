"""Failures of the process that compiles: reasons, and pauses before it is tried again.

Apart from the compiler, so that whoever starts that process need not import it.
"""

from __future__ import annotations

from typing import Final, Literal

Reason = Literal["killed", "cache", "compiler"]
"""The process was ended from outside, or had no memory; its result could not be kept; the compiler
itself failed.
"""

PAUSES_S: Final = (1.0, 5.0)
"""Before the second and the third attempt. A compiler that failed by itself would do so again."""

EXIT_STATUS: Final[dict[Reason, int]] = {"killed": 71, "cache": 73, "compiler": 70}
"""Of a command that could not compile: EX_OSERR, EX_CANTCREAT, EX_SOFTWARE of BSD's sysexits.h."""


class CompileError(RuntimeError):
    """The kernel could not be compiled. The message may name folders: it is for the log."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason

    @property
    def worth_a_retry(self) -> bool:
        """True if the same attempt may succeed a little later."""
        return self.reason != "compiler"


def failed(status: int, output: str) -> CompileError:
    """The error behind an exit status, negative for a signal, and the last output."""
    said = output.strip() or "it said nothing"
    if status < 0:
        return CompileError("killed", f"the warm-up was ended by signal {-status}: {said}")
    reasons: dict[int, Reason] = {code: reason for reason, code in EXIT_STATUS.items()}
    reason = reasons.get(status, "compiler")
    return CompileError(reason, f"the warm-up ended with code {status}: {said}")
