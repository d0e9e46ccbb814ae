"""Records of the tables: hashed and copied whole, so they hold nothing undefined."""

from typing import Any

import numpy as np
import pytest

from app.kernel.state.tables import TABLES
from app.kernel.state.world import World


@pytest.mark.parametrize(("name", "dtype"), [(name, dtype) for name, dtype, _ in TABLES])
def test_no_record_of_a_table_has_padding(name: str, dtype: np.dtype[np.void]) -> None:
    """numpy may leave what lies between fields undefined when it copies a record."""
    fields: Any = dtype.fields or {}
    used = sum({field[1]: field[0].itemsize for field in fields.values()}.values())
    assert not fields or used == dtype.itemsize, f"{name}: spell the padding out as a spare field"


def test_a_fingerprint_does_not_depend_on_who_watched() -> None:
    world = World({"slots": 4})
    before = world.fingerprint()
    world.control["hop_below"] = 12345
    world["slots"]["request_flags"] = 1
    assert world.fingerprint() == before
    world["slots"]["created_at"][2] = 1
    assert world.fingerprint() != before
