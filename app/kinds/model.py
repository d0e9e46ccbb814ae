"""The scope of the whole model: every kind's rows, and those beyond single kinds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module

from app.kinds import KINDS
from app.kinds.general_scope import SCOPE as GENERAL
from app.kinds.scope import ScopeRow
from app.texts.text import Text


@dataclass(frozen=True, slots=True)
class ScopeSection:
    """The rows of one kind, or of everything else; `kind` is "" there."""

    kind: str
    title: Text
    rows: tuple[ScopeRow, ...]


@cache
def model_scope() -> tuple[ScopeSection, ...]:
    """The table of what is modelled, kinds in the order of the registry."""
    kinds = (
        ScopeSection(kind.name, kind.label, import_module(f"{__package__}.{kind.name}.scope").SCOPE)
        for kind in KINDS
    )
    return (*kinds, ScopeSection("", Text("Links, faults, time"), GENERAL))
