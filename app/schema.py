"""What a node kind can say about itself: text, units, parameters, ports, presets.

This is the only place where a parameter's value is parsed, checked and printed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = ("en", "ko")

Value = int | float | str
"""A parameter's value: a number in the parameter's unit, the name of a choice, or CSV text."""

TABLE_LENGTH_MAX = 200_000
"""Characters of a table parameter."""


class ParameterError(ValueError):
    """A value that a parameter does not take. ``text`` says why, in each language."""

    def __init__(self, parameter: str, text: Text) -> None:
        super().__init__(f"{parameter}: {text.en}")
        self.parameter = parameter
        self.text = text


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or name for people, in every language of the product."""

    en: str
    ko: str

    def say(self, language: Language, **values: object) -> str:
        """The text in `language` with ``{placeholders}`` filled from `values`."""
        template = self.ko if language == "ko" else self.en
        return template.format(**values) if values else template


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: its symbol as printed, and how many engine units make one."""

    symbol: Text
    scale: float = 1.0

    def show(self, language: Language) -> str:
        """The symbol as printed behind a number."""
        return self.symbol.say(language)


MILLISECONDS = Unit(Text("ms", "ms"), 1e6)
SECONDS = Unit(Text("s", "초"), 1e9)
PERCENT = Unit(Text("%", "%"), 0.01)
PER_SECOND = Unit(Text("/s", "/초"))
BYTES = Unit(Text("bytes", "바이트"))
CORES = Unit(Text("cores", "코어"))
REQUESTS = Unit(Text("requests", "건"))
USERS = Unit(Text("users", "명"))
TIMES = Unit(Text("times", "회"))
CACHES = Unit(Text("caches", "개"))
NO_UNIT = Unit(Text("", ""))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the named values of a parameter."""

    name: str
    label: Text


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dial of a kind: unit, range, default and help.

    Its value is a number; with `choices`, the name of one; with `columns`, a small table as CSV
    text (``rows`` reads it), whose first column is a time in seconds that never goes back and
    whose last column may be repeated. It matters only `when` every parameter named there has one
    of the values given for it, and, with `placed`, for nodes in a group of that sort.
    """

    name: str
    label: Text
    unit: Unit
    default: Value
    help: Text
    low: float = 0.0
    high: float = math.inf
    step: float = 1.0
    whole: bool = False
    choices: tuple[Choice, ...] = ()
    columns: tuple[str, ...] = ()
    rows_max: int = 0
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    group: str = "service"
    placed: str = ""

    def parse(self, raw: object) -> Value:
        """The value that `raw` (text from a form, or a JSON value) stands for.

        Raises ParameterError for anything that is not a finite number in range, or not a choice.
        """
        if self.choices:
            if isinstance(raw, str) and raw in {choice.name for choice in self.choices}:
                return raw
            names = ", ".join(choice.name for choice in self.choices)
            raise ParameterError(
                self.name, Text(f"Choose one of {names}.", f"{names} 중에서 고르세요.")
            )
        if self.columns:
            return self._table(raw)
        number = self._number(raw)
        if not self.low <= number <= self.high:
            raise ParameterError(self.name, self._range_text())
        if self.whole:
            if number != int(number):
                raise ParameterError(self.name, Text("Use a whole number.", "정수를 입력하세요."))
            return int(number)
        return float(number)

    def engine_value(self, value: Value) -> float:
        """`value` in the engine's own unit (nanoseconds, fractions, or an index of a choice)."""
        if self.choices:
            return float([choice.name for choice in self.choices].index(str(value)))
        return float(value) * self.unit.scale

    def rows(self, value: Value) -> list[list[float]]:
        """The rows of a table parameter's value, as ``parse`` has checked them."""
        return [[float(cell) for cell in line.split(",")] for line in str(value).splitlines()]

    def show(self, value: Value, language: Language = "en") -> str:
        """`value` with its unit as people read it, for example ``1,200 ms``."""
        if self.columns:
            count = len(str(value).splitlines())
            return Text(f"{count:,} rows", f"{count:,}행").say(language)
        if self.choices:
            for choice in self.choices:
                if choice.name == value:
                    return choice.label.say(language)
            return str(value)
        symbol = self.unit.show(language)
        return f"{plain(value)}\N{NO-BREAK SPACE}{symbol}" if symbol else plain(value)

    def _number(self, raw: object) -> float:
        wrong = ParameterError(self.name, Text("Use a number.", "숫자를 입력하세요."))
        if isinstance(raw, bool) or not isinstance(raw, int | float | str):
            raise wrong
        try:
            number = float(raw.replace(",", "").strip()) if isinstance(raw, str) else float(raw)
        except (ValueError, OverflowError):
            raise wrong from None
        if not math.isfinite(number):
            raise wrong
        return number

    def _table(self, raw: object) -> str:
        """CSV text in a normal form: one row a line, plain numbers, no header, no blank lines."""
        if not isinstance(raw, str):
            raise ParameterError(self.name, Text("Use CSV text.", "CSV 텍스트를 입력하세요."))
        if len(raw) > TABLE_LENGTH_MAX:
            raise ParameterError(
                self.name,
                Text(
                    f"Use at most {TABLE_LENGTH_MAX:,} characters.",
                    f"{TABLE_LENGTH_MAX:,}자까지 입력할 수 있습니다.",
                ),
            )
        lines: list[str] = []
        before = 0.0
        for number, line in enumerate(raw.splitlines(), start=1):
            cells = [cell.strip().strip('"') for cell in line.split(",")]
            if not any(cells) or (number == 1 and cells[0] == self.columns[0]):
                continue
            values = [self._cell(number, cell) for cell in cells]
            if len(values) < len(self.columns) or values[0] < before:
                raise self._bad_row(number)
            before = values[0]
            lines.append(",".join(f"{value:.12g}" for value in values))
        if len(lines) > self.rows_max:
            raise ParameterError(
                self.name,
                Text(
                    f"Use at most {self.rows_max:,} rows.",
                    f"{self.rows_max:,}행까지 입력할 수 있습니다.",
                ),
            )
        return "\n".join(lines)

    def _cell(self, number: int, cell: str) -> float:
        try:
            value = float(cell)
        except ValueError:
            raise self._bad_row(number) from None
        if not self.low <= value <= self.high:
            raise self._bad_row(number)
        return value

    def _bad_row(self, number: int) -> ParameterError:
        columns = ", ".join(self.columns)
        low, high = plain(self.low), plain(self.high)
        return ParameterError(
            self.name,
            Text(
                f"Line {number}: use {columns}; numbers from {low} to {high}; "
                "times must not go back.",
                f"{number}번째 줄: {columns} 순서로, {low}에서 {high} 사이의 수를 쓰고, "
                "시각은 뒤로 가지 않아야 합니다.",
            ),
        )

    def _range_text(self) -> Text:
        low, high = plain(self.low), plain(self.high)
        return Text(f"Use {low} to {high}.", f"{low}에서 {high} 사이로 입력하세요.")


def plain(value: Value) -> str:
    """A number without needless digits: ``1,200``, ``0.25``; text unchanged."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}"
    return f"{value:,.6g}"


@dataclass(frozen=True, slots=True)
class Preset:
    """An entry of the palette: a kind with some parameters set, and how it looks.

    `help` says what is special about it, if its kind's help does not; a variant is folded away, and
    one that is retired is there for the links that rely on its parameters, and not in the palette.
    """

    name: str
    label: Text
    icon: str
    parameters: Mapping[str, Value]
    help: Text | None = None
    variant: bool = False
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Port:
    """Where links may lead to from a kind, and the one-way latency a new link starts with."""

    targets: tuple[str, ...]
    latency_ms: float


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of node: everything that the palette, forms, documents and compiler need to know."""

    name: str
    label: Text
    help: Text
    category: Literal["traffic", "compute", "data"]
    prefix: str
    subnet: int
    parameters: tuple[Parameter, ...]
    presets: tuple[Preset, ...]
    port: Port
    faults: tuple[str, ...] = ("crash", "silence", "slow")

    def parameter(self, name: str) -> Parameter:
        """The parameter called `name`. Raises KeyError when the kind has none."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(name)

    def defaults(self) -> dict[str, Value]:
        """Every parameter's name with its default."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    def in_use(self, parameter: Parameter, values: Mapping[str, Value]) -> bool:
        """Whether a parameter matters, given the values of all."""
        return all(values[name] in wanted for name, wanted in parameter.when)

    def preset(self, name: str) -> Preset:
        """The palette entry called `name`, or the first one when there is none."""
        for preset in self.presets:
            if preset.name == name:
                return preset
        return self.presets[0]


LINK_PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "latency_ms",
        Text("Latency, one way", "지연 (편도)"),
        MILLISECONDS,
        0.25,
        Text(
            "Time a message needs from one end to the other.",
            "메시지가 한쪽 끝에서 다른 쪽 끝까지 가는 데 걸리는 시간입니다.",
        ),
        0.0,
        10_000.0,
        0.05,
    ),
)
"""The dials of a link; a kind's Port gives the latency that a new link starts with."""
