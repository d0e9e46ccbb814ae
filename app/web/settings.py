"""Settings of the web application, and how many sessions one address may open."""

from __future__ import annotations

from dataclasses import dataclass

from app.session.limits import SESSIONS_MAX

BODY_MAX = 256 * 1024
OPEN_BODY_MAX = 1024 * 1024
"""Bytes of a request's body; a document may be larger than an action."""

CREATE_BURST = 60
CREATE_PER_S = 1.0
"""Sessions that one address may open at once, and per second after that."""

RETRY_AFTER_S = (5, 15)
"""A refused client is told to come back after a random time in this range, not all at once."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between a server and a test of one.

    `database_url` None means the environment's, or the user's own file. Without `warm_up` the
    engine is never prepared: everything but running works. The store and the engine are loaded
    `start_pause_s` after the start.
    """

    database_url: str | None = None
    warm_up: bool = True
    sessions_max: int = SESSIONS_MAX
    create_burst: int = CREATE_BURST
    start_pause_s: float = 0.0
