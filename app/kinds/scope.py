"""Rows of the model's scope: a feature, its model, what the model leaves out, and the source."""

from __future__ import annotations

from dataclasses import dataclass

from app.texts.text import Text


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """One feature of the model. `source` is what the model follows, "" where it is our own.

    `parameters` are the kind's parameters that set it: each parameter of a kind is in exactly one
    of its rows (a test says so), so that the table cannot fall behind the product.
    """

    feature: Text
    modelled: Text
    not_modelled: Text | None
    source: str
    parameters: tuple[str, ...]
