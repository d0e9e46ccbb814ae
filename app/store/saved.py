"""Sessions, runs and clocks as the store keeps them: plain data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """Clock of a run: its time and the latest it has been at, in simulated ns, and its pace.

    `speed` is in simulated seconds per second; None means as fast as possible.
    """

    now_ns: int
    head_ns: int
    running: bool
    speed: float | None


@dataclass(frozen=True, slots=True)
class SavedRun:
    """A run: its beginning and the entries of its journal as JSON, and its clock."""

    origin: str
    branches: int
    clock: Clock
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SavedSession:
    """The document of a session as JSON, and its run if that was saved, too."""

    document: str
    run: SavedRun | None = None


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A session in the store: when it was saved (seconds since 1970), and how much it takes."""

    id: str
    name: str
    saved_at: float
    entries: int
    bytes: int
