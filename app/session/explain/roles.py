"""Roles of databases at every instant of a run: who led its group, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.topology.choices import is_primary
from app.topology.replication.replication_groups import LED, mode_of

if TYPE_CHECKING:
    from app.engine.observe.incident import Incident
    from app.topology.model import Topology

_TAKES_OVER: Final = ("promoted", "switched")


@dataclass(frozen=True, slots=True)
class DatabaseRole:
    """The role of a member of a group with one primary; `until_ns` it kept it, None for ever."""

    leads: bool
    until_ns: int | None


class Roles:
    """Changes of primary, in the order in which they happened."""

    def __init__(self) -> None:
        self._changes: list[tuple[int, str]] = []

    def on_incident(self, incident: Incident) -> None:
        """Take in the next incident."""
        if incident.code in _TAKES_OVER:
            self._changes.append((incident.at_ns, incident.node))

    def of(self, topology: Topology, node_id: str, at_ns: int) -> DatabaseRole | None:
        """The role of a database at an instant; None for what has none."""
        group = next(
            (one for one in topology.database_groups() if any(node_id == node.id for node in one)),
            (),
        )
        if not group or mode_of(group) != LED:
            return None
        members = {node.id for node in group}
        first = (one.id for one in group if is_primary(one))
        leaders = [(0, next(first, ""))]
        leaders += [change for change in self._changes if change[1] in members]
        leads = [leader for since, leader in leaders if since <= at_ns][-1] == node_id
        later = (
            since for since, leader in leaders if since > at_ns and (leader == node_id) != leads
        )
        return DatabaseRole(leads, next(later, None))
