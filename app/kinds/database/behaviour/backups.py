"""Backups of databases: how many rows each has, noted when the first write after it commits."""

from typing import Any

from app.kernel.jit.decorators import cold, int64
from app.kernel.state.constants import NEVER


@cold
def note_backups(w: Any, g: int, t: int) -> None:
    """Note what the backups of a group's members hold that were made since the last write: what
    was there then is there now. A member that is down is not backed up.
    """
    group = w.groups[g]
    rows = group.acknowledged - group.lost - group.recovered - group.conflicted - group.destroyed
    group.backup_due = NEVER
    for place in range(group.member_first, group.member_first + group.member_count):
        database = w.databases[w.members[place]]
        if database.backup == 0:
            continue
        made_at = int64(t // database.backup * database.backup)
        if made_at > database.backed_up_at:
            database.backed_up_at = made_at
            if w.nodes[database.node].up:
                database.backed_up_rows = rows
        group.backup_due = min(int64(group.backup_due), made_at + int64(database.backup))
