"""Checks of what an edit brings: networks, and rows of expectations."""

from __future__ import annotations

from app.expectations.errors import ExpectationError
from app.expectations.parse import canonical
from app.topology.edits.errors import EditError
from app.topology.edits.shapes import AddPeering, RemovePeering, SetExpectations
from app.topology.groups import GroupError, network_pair


def pair_of(edit: AddPeering | RemovePeering) -> tuple[str, str]:
    """Return the two networks of a peering, in order. Raises EditError."""
    try:
        return network_pair(edit.networks)
    except GroupError as error:
        raise EditError("networks", error.text) from error


def rows_of(edit: SetExpectations) -> tuple[str, ...]:
    """Return rows of expectations as documents keep them. Raises EditError, naming the row."""
    try:
        return canonical(edit.rows)
    except ExpectationError as error:
        raise EditError(f"rows[{error.row}]", error.text) from error
