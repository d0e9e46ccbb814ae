"""Traits: bits that say what a node's requests do besides the usual."""

from __future__ import annotations

from typing import Any


def set_trait(node: Any, trait: int, on: bool) -> None:
    """Let a node's row have a trait, or not."""
    node["traits"] = int(node["traits"]) & ~int(trait) | (int(trait) if on else 0)
