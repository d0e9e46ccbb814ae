"""Colours and icons of the page, read from its own static files."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).parents[1]

Theme = Literal["light", "dark"]
Colours = Callable[[str], str]
"""A colour by the name of its token."""

_TOKEN = re.compile(r"--([\w-]+): (?:light-dark\((.+?\)?), (.+)\)|([^;]+));")
_SYMBOL = re.compile(r'<symbol id="([\w-]+)" viewBox="([\d ]+)">(.*?)</symbol>')
_SHAPE = re.compile(r"<(\w+) ([^<>]*?)/>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')

Shape = tuple[str, tuple[tuple[str, str], ...]]
"""An element's name and its attributes."""


def folder(name: str) -> Path:
    """A folder of files that go with the package: inside it where that was installed, beside it in
    a checkout.
    """
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


STATIC = folder("static")


def page_colour(token: str) -> str:
    """A colour as the page around a picture has it, in whichever theme that is."""
    return f"var(--{token})"


def theme_colours(theme: Theme) -> Colours:
    """The colours of a theme, for pictures that stand alone. Unknown tokens raise KeyError."""
    return _tokens()[theme].__getitem__


@cache
def _tokens() -> dict[Theme, dict[str, str]]:
    found: dict[Theme, dict[str, str]] = {"light": {}, "dark": {}}
    text = (STATIC / "css" / "tokens.css").read_text("utf-8")
    for name, light, dark, both in _TOKEN.findall(text):
        found["light"][name] = light or both
        found["dark"][name] = dark or both
    return found


@cache
def icon_shapes() -> dict[str, tuple[Shape, ...]]:
    """The shapes of every symbol of the sprite, by its id."""
    text = (STATIC / "icons.svg").read_text("utf-8")
    return {
        name: tuple((tag, tuple(_ATTRIBUTE.findall(given))) for tag, given in _SHAPE.findall(inner))
        for name, _, inner in _SYMBOL.findall(text)
    }
