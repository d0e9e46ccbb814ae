"""Every acknowledged write is in exactly one state, and a backup has what was there then."""

from __future__ import annotations

import pytest

from tests.support.programs.cases import run

STATES = ("safe", "at_risk", "out_of_reach", "lost", "recovered", "conflicted", "destroyed")


def test_a_conflicted_write_is_not_at_risk_too() -> None:
    ledger = run("60-ring-with-a-cut-link")["ledger"]
    assert min(ledger[name] for name in STATES) >= 0
    assert sum(ledger[name] for name in STATES) == ledger["acknowledged"] == 20128
    assert ledger["conflicted"] == 8509
    assert ledger["at_risk"] > 5000, "d1 gets nothing of three others any more"


def test_a_backup_brings_back_what_was_there_then() -> None:
    """Five writes a second: 108,000 by the backup at 21,600 s, 107,000 more by 43,000 s."""
    ledger = run("40-wiped-primary-old-backup")["ledger"]
    assert ledger["destroyed"] == pytest.approx(21_400 * 5, rel=0.02)
