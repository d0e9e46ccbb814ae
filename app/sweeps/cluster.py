"""A Dask cluster as the executor of a sweep."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any, Final

from app.sweeps.errors import SweepError
from app.sweeps.version import version_here

TIMEOUT_S: Final = 30


@contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """An executor on the workers of the scheduler at `address`, all of this very version.

    A batch whose worker dies is given to another one. Raises SweepError.
    """
    try:
        from distributed import Client
    except ImportError:
        raise SweepError("A cluster needs Dask: pip install 'loadground[dask]'.") from None
    try:
        client: Any = Client(address, timeout=TIMEOUT_S)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise SweepError(f"No Dask scheduler answers at {address}: {error}") from None
    with client:
        try:
            versions: dict[str, str] = client.run(version_here)
        except (ImportError, AttributeError) as error:
            raise SweepError(f"Loadground is not installed on every worker: {error}") from None
        if not versions:
            raise SweepError(f"The cluster at {address} has no workers.")
        other = [name for name, version in versions.items() if version != version_here()]
        if other:
            raise SweepError(f"{other[0]} has another version of Loadground than this program.")
        yield client.get_executor()
