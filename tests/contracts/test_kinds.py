"""Contract of every kind with the palette, the forms and the guides; no kind is named here."""

import re
from enum import IntEnum
from pathlib import Path

import pytest

import app.kinds
from app.engine.loop import dispatch
from app.kernel.state.codes import choices as codes
from app.kernel.state.codes.incidents import CODES
from app.kinds import BY_NAME, KINDS, targets_of
from app.schema import LINK_PARAMETERS, Kind, Parameter
from app.session.explain.incident_words import CATALOGUE
from app.texts.languages import LANGUAGES
from app.texts.text import Text

KINDS_FOLDER = Path(app.kinds.__file__).parent
GUIDE_LANGUAGES = sorted({path.suffixes[0][1:] for path in KINDS_FOLDER.glob("*/guide.*.md")})
STATIC = KINDS_FOLDER.parents[1] / "static"
PARAMETERS = [(kind, parameter) for kind in KINDS for parameter in kind.parameters]
HANGUL = re.compile("[\uac00-\ud7a3]")

FIRST_KINDS = (
    *("client", "dns", "load_balancer", "web_server", "database", "cache", "store"),
    "rate_limiter",
)
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
def test_every_text_of_a_kind_exists_in_every_language(what: str, text: Text) -> None:
    for language in LANGUAGES:
        said = text.say(language)
        assert said == said.strip() != "", what


@pytest.mark.parametrize("kind", KINDS, ids=label)
@pytest.mark.parametrize("language", GUIDE_LANGUAGES)
def test_every_kind_has_a_guide_in_each_language_with_guides(kind: Kind, language: str) -> None:
    guide = (KINDS_FOLDER / kind.name / f"guide.{language}.md").read_text("utf-8")
    assert len(guide.split()) >= 20
    assert bool(HANGUL.search(guide)) == (language == "ko")


@pytest.mark.parametrize(("kind", "parameter"), PARAMETERS, ids=label)
def test_every_default_is_a_value_that_its_parameter_takes(
    kind: Kind, parameter: Parameter
) -> None:
    parsed = parameter.parse(parameter.default)
    assert parsed == parameter.default
    assert type(parsed) is type(parameter.default)
    assert parameter.parse(str(parameter.default)) == parameter.default


@pytest.mark.parametrize("parameter", LINK_PARAMETERS, ids=label)
def test_every_default_of_a_link_is_a_value_that_its_parameter_takes(parameter: Parameter) -> None:
    assert parameter.parse(str(parameter.default)) == parameter.default
    for kind in KINDS:
        assert parameter.parse(kind.port.latency_ms) == kind.port.latency_ms


@pytest.mark.parametrize("kind", KINDS, ids=label)
def test_presets_set_existing_parameters_to_values_these_take(kind: Kind) -> None:
    assert kind.presets
    for preset in kind.presets:
        for name, value in preset.parameters.items():
            assert kind.parameter(name).parse(value) == value


@pytest.mark.parametrize("kind", KINDS, ids=label)
def test_every_icon_of_a_preset_is_in_the_sprite(kind: Kind) -> None:
    symbols = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    assert {f"i-{preset.icon}" for preset in kind.presets} <= symbols


@pytest.mark.parametrize("kind", KINDS, ids=label)
def test_a_condition_of_a_parameter_names_choices_that_exist(kind: Kind) -> None:
    for parameter in kind.parameters:
        for name, wanted in parameter.when:
            assert name != parameter.name
            known = {choice.name for choice in kind.parameter(name).choices}
            assert wanted
            assert set(wanted) <= known


def test_names_of_kinds_prefixes_presets_and_parameters_are_unique() -> None:
    for names in (
        [kind.name for kind in KINDS],
        [kind.prefix for kind in KINDS],
        [preset.name for kind in KINDS for preset in kind.presets],
        *([parameter.name for parameter in kind.parameters] for kind in KINDS),
    ):
        assert len(names) == len(set(names))


def test_links_lead_from_users_by_way_of_servers_to_their_data() -> None:
    led = {kind.name: {target.name for target in targets_of(kind)} for kind in KINDS}
    first = {name: led[name] & set(FIRST_KINDS) for name in FIRST_KINDS}
    assert first == {
        "client": {"dns", "rate_limiter", "load_balancer", "web_server"},
        "dns": set(),
        "load_balancer": {"rate_limiter", "web_server"},
        "web_server": {"database", "cache", "store"},
        "database": {"database"},
        "cache": set(),
        "store": {"store"},
        "rate_limiter": {"load_balancer", "web_server"},
    }


@pytest.mark.parametrize("kind", KINDS, ids=label)
def test_facts_name_parameters_that_the_kind_has(kind: Kind) -> None:
    said = str([kind.detail.forms(one) for one in LANGUAGES]) if kind.detail else ""
    named = {*(kind.work or ()), *kind.timeouts, *re.findall(r"{(\w+)}", said)}
    assert named <= {parameter.name for parameter in kind.parameters}
    assert kind.is_station == kind.has("cores") == kind.has("discipline")
    assert kind.is_station or kind.price_usd is not None, "nothing says what it costs"
    assert not kind.port.peers or kind.replication, "links among themselves mean nothing"


def test_kinds_are_only_added_at_the_end() -> None:
    names = tuple(kind.name for kind in KINDS)
    assert names[: len(FIRST_KINDS)] == FIRST_KINDS
    assert len(names) == len(FIRST_KINDS), f"add {names[len(FIRST_KINDS) :]} to FIRST_KINDS"
    codes = [getattr(dispatch, name.upper()) for name in names]
    assert codes == list(range(len(names)))


def choices(kind: str, parameter: str) -> list[str]:
    return [choice.name for choice in BY_NAME[kind].parameter(parameter).choices]


CODED: tuple[tuple[type[IntEnum], str, str], ...] = (
    (codes.Algorithm, "load_balancer", "algorithm"),
    (codes.CommitMode, "database", "commit"),
    (codes.ReadRouting, "web_server", "read_routing"),
    (codes.WriteRouting, "web_server", "write_routing"),
    (codes.Backoff, "client", "retry"),
    (codes.RetryOn, "load_balancer", "retry_on"),
    (codes.Redispatch, "load_balancer", "redispatch"),
    (codes.FailureCount, "load_balancer", "passive_counts"),
    (codes.StoreFamily, "store", "family"),
    (codes.CheckDepth, "load_balancer", "check_type"),
    (codes.AddressOrder, "dns", "answer_order"),
    (codes.ReplicationMode, "database", "replication"),
    (codes.ConflictPolicy, "database", "conflicts"),
    *(
        (codes.Distribution, kind.name, "distribution")
        for kind in KINDS
        if "distribution" in kind.defaults()
    ),
)


@pytest.mark.parametrize(("code", "kind", "parameter"), CODED)
def test_choices_have_the_same_names_and_codes_in_the_kernel(
    code: type[IntEnum], kind: str, parameter: str
) -> None:
    assert choices(kind, parameter) == [one.name.lower() for one in sorted(code)]


def test_every_enum_of_choices_is_compared_with_its_parameter() -> None:
    enums = {
        one
        for one in vars(codes).values()
        if isinstance(one, type) and issubclass(one, IntEnum) and one is not IntEnum
    }
    # A table of rates and a trace are both recorded arrivals to the kernel.
    assert enums - {one for one, _, _ in CODED} == {codes.ArrivalProcess}


@pytest.mark.parametrize("kind", KINDS, ids=label)
def test_every_kind_can_crash(kind: Kind) -> None:
    assert "crash" in kind.faults


def test_incident_words_are_in_the_order_of_the_kernels_codes() -> None:
    assert tuple(CATALOGUE) == CODES
