"""Documents and links: every kind, preset, parameter value and allowed link survives both.

These tests run over the registry, so a new kind is under them without being named here.
"""

from typing import Any

import pytest

from app.kinds import KINDS, targets_of
from app.scenarios import share
from app.scenarios.document import DocumentError, scenario_from_json, scenario_to_json
from app.schema import LINK_PARAMETERS, Kind, Parameter, Preset, Value

PRESETS = [(kind, preset) for kind in KINDS for preset in kind.presets]
PARAMETERS = [(kind, parameter) for kind in KINDS for parameter in kind.parameters]
LINKABLE = [(kind, target.name) for kind in KINDS for target in targets_of(kind)]


def label(value: object) -> str:
    return value if isinstance(value, str) else str(getattr(value, "name", value))


def document(*nodes: dict[str, Any], links: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "format": "loadground",
        "version": 1,
        "name": "Contract",
        "nodes": list(nodes),
        "links": links or [],
    }


def node(kind: Kind, **fields: Any) -> dict[str, Any]:
    return {"id": f"{kind.prefix}-1", "kind": kind.name, **fields}


def extremes(parameter: Parameter) -> list[Value]:
    if parameter.choices:
        return [choice.name for choice in parameter.choices]
    if parameter.columns:
        row = ",".join("1" for _ in parameter.columns)
        return ["", row, f"{row}\n{row},0.25"]
    return [parameter.low, parameter.default, parameter.high]


def refused_field(data: dict[str, Any]) -> str:
    with pytest.raises(DocumentError) as caught:
        scenario_from_json(data)
    return caught.value.field


@pytest.mark.parametrize(("kind", "preset"), PRESETS, ids=label)
def test_a_preset_is_its_kind_with_some_parameters_set(kind: Kind, preset: Preset) -> None:
    scenario = scenario_from_json(document(node(kind, preset=preset.name)))
    (only,) = scenario.topology.nodes
    assert only.parameters == {**kind.defaults(), **preset.parameters}
    assert only.preset == preset.name


@pytest.mark.parametrize(("kind", "preset"), PRESETS, ids=label)
def test_a_share_link_leaves_out_defaults_and_values_of_the_preset(
    kind: Kind, preset: Preset
) -> None:
    plain = scenario_from_json(document(node(kind, preset=preset.name)))
    numeric = next(one for one in kind.parameters if not one.choices)
    assert numeric.high not in {numeric.default, preset.parameters.get(numeric.name)}
    changed = scenario_from_json(
        document(node(kind, preset=preset.name, parameters={numeric.name: numeric.high}))
    )
    for scenario in (plain, changed):
        read = share.decode(share.encode(scenario))
        assert scenario_to_json(read) == scenario_to_json(scenario)
    assert len(share.encode(plain)) < len(share.encode(changed))


@pytest.mark.parametrize(("kind", "parameter"), PARAMETERS, ids=label)
def test_every_value_of_a_parameter_survives_a_document_and_a_share_link(
    kind: Kind, parameter: Parameter
) -> None:
    for value in extremes(parameter):
        scenario = scenario_from_json(document(node(kind, parameters={parameter.name: value})))
        assert scenario.topology.nodes[0].parameters[parameter.name] == value
        for again in (
            scenario_from_json(scenario_to_json(scenario)),
            share.decode(share.encode(scenario)),
        ):
            assert again.topology.nodes == scenario.topology.nodes


@pytest.mark.parametrize(("kind", "parameter"), PARAMETERS, ids=label)
def test_a_value_that_a_parameter_does_not_take_is_refused_by_field(
    kind: Kind, parameter: Parameter
) -> None:
    wrong: list[object] = [None, True, [], {}, "", "surely not"]
    if parameter.choices:
        wrong += [0, 1.5]
    elif parameter.columns:
        wrong.remove("")  # an empty table is one
        wrong += ["1", "2,1,1\n1,1,1", "-1,1,1", "nan,1,1", 7.0, "1,1,1\n" * 10_001]
    else:
        wrong += [parameter.low - 1, parameter.high * 2, float("nan"), float("inf")]
    if parameter.whole:
        wrong.append(parameter.low + 0.5)
    for value in wrong:
        data = document(node(kind, parameters={parameter.name: value}))
        assert refused_field(data) == f"nodes[0].parameters.{parameter.name}", value


@pytest.mark.parametrize(("kind", "target"), LINKABLE, ids=label)
def test_every_allowed_link_of_a_drawing_survives_a_document_and_a_share_link(
    kind: Kind, target: str
) -> None:
    (latency,) = LINK_PARAMETERS
    for given in ({}, {"latency_ms": latency.low}, {"latency_ms": latency.high}):
        scenario = scenario_from_json(
            document(
                {"id": "a", "kind": kind.name},
                {"id": "b", "kind": target},
                links=[{"id": "link-1", "source": "a", "target": "b", "parameters": given}],
            )
        )
        (link,) = scenario.topology.links
        assert link.latency_ms == given.get("latency_ms", kind.port.latency_ms)
        assert share.decode(share.encode(scenario)).topology.links == (link,)


@pytest.mark.parametrize("kind", KINDS, ids=label)
def test_every_link_between_kinds_that_may_not_be_linked_is_refused(kind: Kind) -> None:
    for target in {one.name for one in KINDS if not kind.may_link_to(one)}:
        data = document(
            {"id": "a", "kind": kind.name},
            {"id": "b", "kind": target},
            links=[{"id": "link-1", "source": "a", "target": "b"}],
        )
        assert refused_field(data) == "links[0].target", target
