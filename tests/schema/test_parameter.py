"""Values of parameters: parsing, ranges, units, printing and refusals."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.kinds import BY_NAME, KINDS
from app.schema import (
    LINK_PARAMETERS,
    MILLISECONDS,
    NO_UNIT,
    PERCENT,
    SECONDS,
    TABLE_LENGTH_MAX,
    USERS,
    Choice,
    Parameter,
    ParameterError,
    plain,
)
from app.texts.languages import LANGUAGES
from app.texts.text import Text

WORD = Text("word")
TIME = Parameter("time_ms", WORD, MILLISECONDS, 1.0, WORD, 0.5, 2000.0)
COUNT = Parameter("count", WORD, NO_UNIT, 1, WORD, 0, 1_000_000, whole=True)
CHOICE = Parameter(
    "choice",
    WORD,
    NO_UNIT,
    "a",
    WORD,
    choices=(Choice("a", Text("Off")), Choice("b", WORD)),
)
TABLE = Parameter(
    "table", WORD, NO_UNIT, "", WORD, 0.0, 1e9, columns=("time_s", "rate"), rows_max=3
)
EVERY = [*LINK_PARAMETERS, *(one for kind in KINDS for one in kind.parameters)]
TABLES = [one for one in EVERY if one.columns]


def refused(parameter: Parameter, raw: object) -> str:
    """What is said about a value that is not taken, in English; it is said in Korean too."""
    with pytest.raises(ParameterError) as caught:
        parameter.parse(raw)
    assert caught.value.parameter == parameter.name
    assert all(caught.value.text.say(language) for language in LANGUAGES)
    return caught.value.text.en


@pytest.mark.parametrize(
    ("raw", "value"), [(1, 1.0), (0.5, 0.5), ("2,000", 2000.0), (" 7 ", 7.0), ("1e2", 100.0)]
)
def test_numbers_are_read_as_people_write_them(raw: object, value: float) -> None:
    assert TIME.parse(raw) == value
    assert isinstance(TIME.parse(raw), float)


@pytest.mark.parametrize(
    "raw",
    [None, True, "", "fast", "1 ms", [], {}, b"1", "nan", "inf", float("nan"), 10**400, "9" * 400],
    ids=lambda raw: repr(raw)[:12],
)
def test_text_that_is_no_number_is_refused(raw: object) -> None:
    assert refused(TIME, raw) == "Use a number."


@pytest.mark.parametrize("raw", [0, 0.499, 2000.1, -1, "-7", 1e300])
def test_a_value_out_of_range_is_refused_with_the_range(raw: object) -> None:
    assert refused(TIME, raw) == "Use 0.5 to 2,000."


def test_a_count_must_be_whole() -> None:
    assert COUNT.parse("3.0") == 3
    assert isinstance(COUNT.parse(3.0), int)
    assert refused(COUNT, 2.5) == "Use a whole number."


def test_a_choice_must_be_one_of_its_names() -> None:
    assert CHOICE.parse("b") == "b"
    for wrong in ("c", "Off", "A", 0, None, ["a"]):
        assert refused(CHOICE, wrong) == "Choose one of a, b."


def test_values_are_converted_to_engine_units() -> None:
    assert TIME.engine_value(2.5) == 2.5e6
    assert Parameter("s", WORD, SECONDS, 1.0, WORD).engine_value(3) == 3e9
    assert Parameter("p", WORD, PERCENT, 1.0, WORD).engine_value(25.0) == 0.25
    assert CHOICE.engine_value("b") == 1.0


def test_values_are_shown_with_their_unit() -> None:
    assert TIME.show(1234.5) == "1,234.5\N{NO-BREAK SPACE}ms"
    assert Parameter("s", WORD, SECONDS, 1.0, WORD).show(2.0, "ko") == "2\N{NO-BREAK SPACE}초"
    assert COUNT.show(1_000_000) == "1,000,000"
    assert CHOICE.show("a") == "Off"
    assert CHOICE.show("a", "ko") == "끔"
    assert CHOICE.show("gone") == "gone"
    assert TABLE.show("0,1\n5,2") == "2 rows"
    assert TABLE.show("", "ko") == "0행"
    assert TABLE.show("0,1") == "1 row"
    users = Parameter("users", WORD, USERS, 1, WORD)
    assert [users.show(one) for one in (1, 2)] == [
        "1\N{NO-BREAK SPACE}user",
        "2\N{NO-BREAK SPACE}users",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (1200, "1,200"), (0.25, "0.25"), (1.0, "1"), (1234567.8, "1.23457e+06"), ("x", "x")],
)
def test_numbers_are_printed_without_needless_digits(value: float | str, shown: str) -> None:
    assert plain(value) == shown


def test_tables_are_normalised() -> None:
    assert TABLE.parse("time_s,rate\n 0 , 1.50 \n\n2e0,3,4\n") == "0,1.5\n2,3,4"
    assert TABLE.rows("0,1.5\n2,3,4") == [[0.0, 1.5], [2.0, 3.0, 4.0]]
    assert TABLE.parse("") == ""
    assert TABLE.rows("") == []
    assert TABLE.parse("1,2\r\n3,4\r\n") == "1,2\n3,4"
    assert TABLE.parse("1,2\r3,4") == "1,2\n3,4"
    assert TABLE.parse('"1",2') == "1,2"


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("0", 1),
        ("0,1\n1,", 2),
        ("0,x", 1),
        ("0,-1", 1),
        ("0,1e10", 1),
        ("0,nan", 1),
        ("0,inf", 1),
        ("5,1\n4,1", 2),
        ("0,1\ntime_s,rate", 2),
        ('0,1\n"1', 2),
        ("0,1\n\x00", 2),
        ("1" * (TABLE_LENGTH_MAX - 10), 1),
    ],
    ids=lambda raw: repr(raw)[:20],
)
def test_a_bad_row_of_a_table_is_named(raw: str, line: int) -> None:
    assert refused(TABLE, raw).startswith(f"Line {line}: use time_s, rate;")


def test_a_table_has_limits_of_rows_and_values() -> None:
    assert refused(TABLE, "0,1\n" * 4) == "Use at most 3 rows."
    assert refused(TABLE, " " * (TABLE_LENGTH_MAX + 1)) == "Use at most 200,000 characters."
    assert refused(TABLE, 5) == "Use CSV text."


@given(st.text(max_size=60) | st.text("0123456789.,eE-+\"'\n\r \t", max_size=60))
@example('"')
@example("\r")
@example("1_000,2")
def test_any_text_is_parsed_as_a_table_or_refused(raw: str) -> None:
    for table in (TABLE, *TABLES):
        try:
            value = table.parse(raw)
        except ParameterError:
            continue
        assert table.parse(value) == value
        rows = table.rows(value)
        assert all(len(row) >= len(table.columns) for row in rows)
        assert [row[0] for row in rows] == sorted(row[0] for row in rows)
        assert all(table.low <= cell <= table.high for row in rows for cell in row)


@given(st.data(), st.sampled_from([one for one in EVERY if not one.columns]))
def test_a_parsed_value_is_parsed_to_itself(data: st.DataObject, parameter: Parameter) -> None:
    raw = data.draw(st.integers() | st.floats() | st.text(max_size=12) | st.booleans())
    try:
        value = parameter.parse(raw)
    except ParameterError:
        return
    assert parameter.parse(value) == value
    assert parameter.parse(str(value)) == value
    assert parameter.show(value)
    assert parameter.engine_value(value) >= 0.0


def test_a_kind_knows_its_parameters() -> None:
    kind = BY_NAME["client"]
    assert kind.parameter("users").whole
    with pytest.raises(KeyError):
        kind.parameter("ttl_s")
    assert kind.preset("mobile_users").parameters["users"] == 4000
    assert kind.preset("nonsense") is kind.presets[0]


def test_a_parameter_is_in_use_only_under_its_conditions() -> None:
    kind = BY_NAME["client"]
    values = kind.defaults()
    assert not kind.in_use(kind.parameter("think_s"), values)
    assert kind.in_use(kind.parameter("think_s"), {**values, "arrivals": "closed"})
    peak = kind.parameter("shape_factor")
    assert not kind.in_use(peak, values)
    assert kind.in_use(peak, {**values, "shape": "ramp"})
    assert not kind.in_use(peak, {**values, "shape": "ramp", "arrivals": "closed"})
