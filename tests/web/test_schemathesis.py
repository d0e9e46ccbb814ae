"""Requests made up from the OpenAPI description get the answers that it describes.

Each operation is asked with random requests that fit its description and with some that do not, in
this process, and always with the same ones.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, Phase, assume, given, seed
from hypothesis import settings as examples
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import APIOperation, Case, CheckFunction, GenerationMode, checks
from schemathesis.core import NOT_SET
from schemathesis.core.result import Ok

from app.settings import Settings
from app.web.app import create_app

EXAMPLES = 8
"""Requests of either sort to an operation."""

BASE_URL = "http://127.0.0.1"
URL_LENGTH_MAX = 60_000
ENDLESS = "events"
"""The operation whose answer has no end; only its head is asked for."""

CHECKS: list[CheckFunction] = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
]
"""Not `positive_data_acceptance`: whether an edit fits a drawing, no description can say."""

EXEMPT: dict[str, CheckFunction] = {
    "readyz": checks.not_a_server_error,  # 503 is what it is there to say
    "paste": checks.negative_data_rejection,  # a clipboard without a drawing is answered in words
}
"""Operations, by id, that a check does not fit."""

EXPECTED = {
    GenerationMode.POSITIVE: {
        "POST /s/{session}/actions 202",
        "POST /s/{session}/control 204",
        "POST /s/{session}/inspector 200",
    },
    GenerationMode.NEGATIVE: {
        "POST /s/{session}/actions 422",
        "POST /s/{session}/control 422",
        "GET /o/{code} 400",
    },
}
"""Some answers that come about if the requests are what they are meant to be."""


@dataclass(frozen=True)
class Served:
    """The application with a session, asked from outside of its event loop."""

    portal: BlockingPortal
    client: httpx.AsyncClient
    session: str
    description: dict[str, object]

    def ask(self, case: Case[Any]) -> httpx.Response:
        """Send a made-up request."""
        made = requests.Request(**case.as_transport_kwargs(base_url=BASE_URL)).prepare()
        # What no server would read is no request.
        assume(len(str(made.url)) < URL_LENGTH_MAX)
        # A form has no way to send an empty object: what was made wrong would not be sent.
        assume(bool(made.body) or case.body in (NOT_SET, None))
        method = "HEAD" if case.operation.definition.raw["operationId"] == ENDLESS else made.method
        assert made.body is None or isinstance(made.body, str | bytes)
        headers = {
            name: value.decode("latin-1") if isinstance(value, bytes) else value
            for name, value in made.headers.items()
        }
        # With a cookie and no origin it would be taken for what another site sends.
        self.client.cookies.clear()
        request = self.client.build_request(
            str(method), str(made.url), content=made.body, headers=headers
        )
        return self.portal.call(self.client.send, request)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    database = tmp_path_factory.mktemp("data") / "sessions.db"
    app = create_app(Settings(database_url=f"sqlite:///{database}", sessions_max=20), warm_up=False)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url=BASE_URL)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(app.router.lifespan_context(app)),
        portal.wrap_async_context_manager(client),
    ):
        session = portal.call(client.post, "/scenarios/replicated").headers["location"]
        description = portal.call(client.get, "/api/openapi.json").json()
        yield Served(portal, client, session.removeprefix("/s/"), description)


def operations(description: dict[str, object]) -> list[APIOperation[Any, Any, Any, Any]]:
    schema = schemathesis.openapi.from_dict(description)
    found = list(schema.get_all_operations())
    usable = [one.ok() for one in found if isinstance(one, Ok)]
    assert len(usable) == len(found) >= 20
    return usable


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=str)
def test_every_operation_answers_as_it_is_described(served: Served, mode: GenerationMode) -> None:
    asked: Counter[str] = Counter()
    failures: list[Exception] = []
    for operation in operations(served.description):
        fixed = {"session": served.session} if "{session}" in operation.path else None
        cases = operation.as_strategy(generation_mode=mode, path_parameters=fixed)
        try:
            try_cases(served, cases, asked)
        except Unsatisfiable:
            # Nothing can be wrong with a request that takes nothing.
            assert mode is GenerationMode.NEGATIVE
        except Exception as error:
            failures.append(error)
    if failures:
        raise ExceptionGroup("answers that are not described", failures)
    assert EXPECTED[mode] <= asked.keys()


def try_cases(served: Served, cases: SearchStrategy[Case[Any]], asked: Counter[str]) -> None:
    """Send some of the cases and check the answers."""

    @seed(1)
    @examples(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def keeps_its_word(case: Case[Any]) -> None:
        response = served.ask(case)
        asked[f"{case.operation.label} {response.status_code}"] += 1
        exempt = EXEMPT.get(case.operation.definition.raw["operationId"])
        case.validate_response(response, checks=[one for one in CHECKS if one is not exempt])

    keeps_its_word()
