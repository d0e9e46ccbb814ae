"""Every field of every action, and of the controls' form, with values that make no sense."""

from collections.abc import Iterator
from typing import Any, get_args

import httpx
import pytest

from app.actions import Action
from tests.web.conftest import act

pytestmark = pytest.mark.anyio

HOSTILE = ["1e999", "-1e999", "NaN", "1e308", "-1e308", "-1", "1" + "0" * 300, '"7"', '"x"', "true"]
HOSTILE += ["null", "[]", "{}", '"\\u202e"', "0.1e-320", "9007199254740993"]
HOSTILE_TEXTS = ["inf", "-inf", "nan", "1e308", "-1e308", "1e999", "", "x", "9" * 400]
SENSIBLE = {"node": "web-1", "link": "link-1", "kind": "web_server", "name": "n", "x": 1, "y": 1}
SENSIBLE |= {"factor": 2, "seed": 1, "speed": 1, "at_s": 0, "events": 1, "how": "stop"}


def models(union: Any) -> Iterator[Any]:
    """The models of a union, however it is nested."""
    parts = get_args(union)
    if not parts:
        if hasattr(union, "model_fields"):
            yield union
        return
    for part in parts:
        yield from models(part)


ACTIONS = {one.model_fields["type"].default: one for one in models(Action)}
CASES = [
    (name, field)
    for name, model in ACTIONS.items()
    for field in model.model_fields
    if field != "type"
]


def test_the_actions_are_found() -> None:
    assert {"seek", "set_speed", "set_load", "crash", "degrade", "move_node"} <= ACTIONS.keys()


@pytest.mark.parametrize(("name", "field"), CASES)
async def test_a_hostile_value_of_a_field_is_an_answer_and_no_error(
    client: httpx.AsyncClient, session: str, name: str, field: str
) -> None:
    given = {key: value for key, value in SENSIBLE.items() if key in ACTIONS[name].model_fields}
    fields = ",".join(
        f'"{key}":"{value}"' if isinstance(value, str) else f'"{key}":{value}'
        for key, value in given.items()
        if key != field
    )
    for value in HOSTILE:
        body = f'{{"type":"{name}",{fields + "," if fields else ""}"{field}":{value}}}'
        answer = await client.post(
            f"{session}/actions",
            content=body.encode(),
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code in (202, 400, 422), (body, answer.text)
        if value in ("1e999", "-1e999", "NaN"):
            assert answer.status_code == 400, body


@pytest.mark.parametrize(
    "value", ["inf", "-inf", "nan", "1e308", "-1e308", "1e999", "", "x", "9" * 400]
)
@pytest.mark.parametrize("field", ["seek", "speed", "load", "factor", "at_s", "events", "seed"])
async def test_a_hostile_value_of_a_control_is_refused(
    client: httpx.AsyncClient, session: str, field: str, value: str
) -> None:
    for control in ("seek", "set_speed", "set_load", "step", "set_seed"):
        form = {"type": control, "control": control, field: value}
        answer = await client.post(f"{session}/control", data=form)
        assert answer.status_code in (204, 400, 422), (form, answer.text)


async def test_a_run_still_answers_after_a_seek_to_the_ends_of_time(
    client: httpx.AsyncClient, session: str
) -> None:
    for at_s in (-9e9, 9e9, -0.0, 5e-324):
        assert (await act(client, session, type="seek", at_s=at_s)).status_code == 202
    assert (await act(client, session, type="seek", at_s=-1e308)).status_code == 422
