"""Records are what fingerprints hash and checkpoints copy, so they must hold nothing undefined."""

from typing import Any

import numpy as np
import pytest

from app.engine.tables import TABLES
from app.engine.world import World


@pytest.mark.parametrize(("name", "dtype"), [(name, dtype) for name, dtype, _ in TABLES])
def test_no_record_has_padding(name: str, dtype: np.dtype[np.void]) -> None:
    """numpy may leave what lies between fields undefined when it copies a record."""
    fields: Any = dtype.fields or {}
    used = sum(field[0].itemsize for field in fields.values())
    assert not fields or used == dtype.itemsize, f"{name}: spell the padding out as a spare field"


def test_a_fingerprint_is_of_the_state_not_of_who_watched() -> None:
    world = World({"slots": 4})
    before = world.fingerprint()
    world.control["hop_below"] = 12345
    world["slots"]["traced"] = 1
    assert world.fingerprint() == before
    world["slots"]["born"][2] = 1
    assert world.fingerprint() != before
