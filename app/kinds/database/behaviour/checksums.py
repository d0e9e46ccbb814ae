"""Checksums of what databases hold: sums of what tells their writes from each other's.

Each database keeps, for the newest positions of its own log, what all writes up to there come to as
it has them: its own when it takes one, those of whom it follows as it receives them. What it has
applied of that is its content. So databases with the same writes have the same checksum, in
whatever order and at whatever position, and one that has kept, missed or doubled any has another.
"""

from typing import Any

from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.random_draws import GOLDEN, U, mixed


@hot
def identity(number: int) -> Any:
    """Return the term of a request's write in the checksum of every database that has it."""
    return mixed(U(number) * GOLDEN)


@hot
def _sum_at(w: Any, database: Any, position: int) -> Any:
    return w.log_sums[database.log_at + (position & database.log_mask)]


@hot
def _held_from(database: Any) -> int:
    """Return the first position of which a database knows the checksum."""
    return int64(max(database.log_from, database.received - database.log_mask))


@hot
def add_write(w: Any, database: Any, number: int) -> None:
    """Add a write to the checksums of a primary: the one at the end of its log, counted already."""
    position, new = database.received, identity(number)
    place = database.log_at + (position & database.log_mask)
    w.log_sums[place] = _sum_at(w, database, position - 1) + new
    database.content += new


@hot
def copy_log(w: Any, database: Any, sender: Any, until: int) -> None:
    """Copy the checksums of a sender's log up to a position, beyond what a database has
    received.
    """
    past = _sum_at(w, database, int64(database.received)) - database.followed
    first = database.received + 1
    if first < _held_from(sender):
        _copy_sum(w, database, sender, until)
        return
    for position in range(first, until + 1):
        place = database.log_at + (position & database.log_mask)
        w.log_sums[place] = past + _sum_at(w, sender, position)
    database.followed = _sum_at(w, sender, until)


@cold
def _copy_sum(w: Any, database: Any, sender: Any, until: int) -> None:
    """Copy the log of a sender whose sums do not go so far back as one sum. If they do not reach
    `until`, it comes with what is received next.
    """
    had = _sum_at(w, database, int64(database.received))
    past = had - database.followed
    held = _held_from(sender)
    for position in range(max(database.received + 1, until - database.log_mask), until + 1):
        place = database.log_at + (position & database.log_mask)
        w.log_sums[place] = past + _sum_at(w, sender, position) if position >= held else had
    if until >= held:
        database.followed = _sum_at(w, sender, until)


@hot
def move_to(w: Any, database: Any, position: int) -> None:
    """Move a database's data to a position of its log that it has received: writes up to there are
    applied, those beyond it taken back.
    """
    at = _sum_at(w, database, position)
    held = _held_from(database)
    if database.applied >= held:
        database.content += at - _sum_at(w, database, int64(database.applied))
    elif position >= held:
        database.content = at  # it was too far behind to be told write by write
    database.applied = position


@cold
def rejoin(w: Any, database: Any, lead: Any, position: int) -> None:
    """Drop a database's log beyond a position, up to which it is that of `lead`, whom it follows
    from now on. Without a log that goes so far back it takes a copy.
    """
    known, held = U(0), _held_from(database)
    if _held_from(lead) <= position <= lead.received:
        known = _sum_at(w, lead, position)
    elif position >= held:
        known = _sum_at(w, database, position)
    database.log_from = held
    if position >= held:
        if database.applied > position:
            move_to(w, database, position)
    else:
        database.log_from = position
        w.log_sums[database.log_at + (position & database.log_mask)] = known
        database.content = known
        database.applied = position
    database.received = position
    database.followed = known


@cold
def replace_version(database: Any, key: int, before: int, after: int) -> None:
    """Replace a version of a key, or add a new row, in the checksum of a database with several
    primaries: marks tell versions apart, and 0 is none.
    """
    base = U(key) * GOLDEN
    database.content += mixed(base + U(after)) - mixed(base + U(before))
