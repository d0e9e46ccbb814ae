"""What every kind owes the palette, the forms and the guides; a new kind is under it unnamed."""

import re
from pathlib import Path

import pytest

import app.kinds
from app.engine import incident
from app.engine.kernel import dispatch
from app.engine.records import (
    CONNECT,
    CONSISTENT_HASH,
    CONSTANT,
    DEEP,
    DOCUMENT,
    EXPONENTIAL,
    GRAPH,
    HYPEREXPONENTIAL,
    KEY_VALUE,
    LEAST_CONNECTIONS,
    LOGNORMAL,
    NO_CHECK,
    RANDOM,
    REQUEST,
    ROUND_ROBIN,
    SOURCE_HASH,
    TWO_CHOICES,
    WEIGHTED,
    WIDE_COLUMN,
)
from app.kinds import BY_NAME, KINDS
from app.schema import LANGUAGES, LINK_PARAMETERS, Kind, Parameter, Text

KINDS_FOLDER = Path(app.kinds.__file__).parent
STATIC = KINDS_FOLDER.parents[1] / "static"
PARAMETERS = [(kind, parameter) for kind in KINDS for parameter in kind.parameters]
HANGUL = re.compile("[\uac00-\ud7a3]")

FIRST_KINDS = ("client", "dns", "load_balancer", "web_server", "database", "cache", "store")
"""Kinds in the order in which they joined. A document or a link may hold a kind by its code, so
names are only ever added at the end; a new kind is added here too.
"""

TEXTS = [
    *((kind.name, kind.label) for kind in KINDS),
    *((f"{kind.name} help", kind.help) for kind in KINDS),
    *((f"{kind.name} {preset.name}", preset.label) for kind in KINDS for preset in kind.presets),
    *(
        (f"{owner} {parameter.name} {part}", text)
        for owner, parameters in [
            *((kind.name, kind.parameters) for kind in KINDS),
            ("link", LINK_PARAMETERS),
        ]
        for parameter in parameters
        for part, text in [
            ("label", parameter.label),
            ("help", parameter.help),
            *((choice.name, choice.label) for choice in parameter.choices),
        ]
    ),
]


def label(value: object) -> str:
    return value if isinstance(value, str) else str(getattr(value, "name", "text"))


@pytest.mark.parametrize(("what", "text"), TEXTS, ids=label)
def test_there_are_words_in_every_language(what: str, text: Text) -> None:
    for language in LANGUAGES:
        said = text.say(language)
        assert said == said.strip() != "", what


@pytest.mark.parametrize("kind", KINDS, ids=label)
@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_guide_in_every_language(kind: Kind, language: str) -> None:
    guide = (KINDS_FOLDER / kind.name / f"guide.{language}.md").read_text("utf-8")
    assert len(guide.split()) >= 20
    assert bool(HANGUL.search(guide)) == (language == "ko")


@pytest.mark.parametrize(("kind", "parameter"), PARAMETERS, ids=label)
def test_a_default_is_what_its_own_form_would_take(kind: Kind, parameter: Parameter) -> None:
    parsed = parameter.parse(parameter.default)
    assert parsed == parameter.default
    assert type(parsed) is type(parameter.default)
    assert parameter.parse(str(parameter.default)) == parameter.default


@pytest.mark.parametrize("parameter", LINK_PARAMETERS, ids=label)
def test_so_is_a_link_s(parameter: Parameter) -> None:
    assert parameter.parse(str(parameter.default)) == parameter.default
    for kind in KINDS:
        assert parameter.parse(kind.port.latency_ms) == kind.port.latency_ms


@pytest.mark.parametrize("kind", KINDS, ids=label)
def test_presets_set_parameters_that_exist_to_values_they_take(kind: Kind) -> None:
    assert kind.presets
    for preset in kind.presets:
        for name, value in preset.parameters.items():
            assert kind.parameter(name).parse(value) == value


@pytest.mark.parametrize("kind", KINDS, ids=label)
def test_icons_of_presets_are_drawn(kind: Kind) -> None:
    symbols = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    assert {f"i-{preset.icon}" for preset in kind.presets} <= symbols


@pytest.mark.parametrize("kind", KINDS, ids=label)
def test_a_parameter_depends_on_choices_that_exist(kind: Kind) -> None:
    for parameter in kind.parameters:
        for name, wanted in parameter.when:
            assert name != parameter.name
            known = {choice.name for choice in kind.parameter(name).choices}
            assert wanted
            assert set(wanted) <= known


def test_names_are_unique() -> None:
    for names in (
        [kind.name for kind in KINDS],
        [kind.prefix for kind in KINDS],
        [preset.name for kind in KINDS for preset in kind.presets],
        *([parameter.name for parameter in kind.parameters] for kind in KINDS),
    ):
        assert len(names) == len(set(names))


def test_ports_lead_to_kinds_that_exist() -> None:
    for kind in KINDS:
        assert set(kind.port.targets) <= BY_NAME.keys()


def test_kinds_are_only_added_at_the_end() -> None:
    names = tuple(kind.name for kind in KINDS)
    assert names[: len(FIRST_KINDS)] == FIRST_KINDS
    assert len(names) == len(FIRST_KINDS), f"add {names[len(FIRST_KINDS) :]} to FIRST_KINDS"
    codes = [getattr(dispatch, name.upper()) for name in names]
    assert codes == list(range(len(names)))


def choices(kind: str, parameter: str) -> list[str]:
    return [choice.name for choice in BY_NAME[kind].parameter(parameter).choices]


def test_choices_have_the_codes_that_the_kernel_knows_them_by() -> None:
    stations = [kind for kind in KINDS if "distribution" in kind.defaults()]
    assert len(stations) == 6
    for kind in stations:
        shapes = choices(kind.name, "distribution")
        assert shapes[EXPONENTIAL] == "exponential"
        assert shapes[CONSTANT] == "constant"
        assert shapes[LOGNORMAL] == "lognormal"
        assert shapes[HYPEREXPONENTIAL] == "hyperexponential"
        assert choices(kind.name, "discipline") == ["fifo", "processor_sharing"]
    algorithms = choices("load_balancer", "algorithm")
    assert algorithms[ROUND_ROBIN] == "round_robin"
    assert algorithms[RANDOM] == "random"
    assert algorithms[LEAST_CONNECTIONS] == "least_connections"
    assert algorithms[TWO_CHOICES] == "two_choices"
    assert algorithms[WEIGHTED] == "weighted"
    assert algorithms[SOURCE_HASH] == "source_hash"
    assert algorithms[CONSISTENT_HASH] == "consistent_hash"
    families = choices("store", "family")
    assert families[KEY_VALUE] == "key_value"
    assert families[DOCUMENT] == "document"
    assert families[WIDE_COLUMN] == "wide_column"
    assert families[GRAPH] == "graph"
    asked = choices("load_balancer", "check_type")
    assert asked[REQUEST] == "request"
    assert asked[CONNECT] == "connect"
    assert asked[DEEP] == "deep"
    assert asked[NO_CHECK] == "none"


@pytest.mark.parametrize("kind", KINDS, ids=label)
def test_every_kind_can_crash(kind: Kind) -> None:
    assert "crash" in kind.faults


def test_incidents_have_the_codes_that_the_kernel_writes() -> None:
    for number, code in enumerate(incident.CODES):
        assert int(getattr(incident, code.upper())) == number
