"""What is measured here is ours: not the collector's way through what other tests have left."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def others_left_nothing() -> Iterator[None]:
    """After thousands of generated examples one collection takes seconds, in whoever comes next."""
    gc.freeze()
    yield
    gc.unfreeze()
