"""State of the server, for those who start it and those who watch over it."""

from __future__ import annotations

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from app.session.outcome import FieldError
from app.texts.text import Text
from app.web.http.dependencies import Address, Language, TheServices
from app.web.http.refusal import Refusal
from app.web.models.answers import Alive, Health, refusals
from app.web.text.strings import STRINGS

router = APIRouter(tags=["server"])

NO_ENGINE = Text("Runs cannot be simulated now.")
NO_METRICS = Text("LOADGROUND_METRICS_FROM lists the addresses that may read the metrics.")
NO_STORE = Text("Changes cannot be saved now.")


@router.get(
    "/health",
    response_model_exclude_none=True,
    operation_id="health",
    summary=Text("State of the server").en,
    description=Text("How far the engine is, and how many sessions and viewers there are.").en,
)
async def health(services: TheServices, language: Language) -> Health:
    """The server answers; how far the engine is, and how many sessions and viewers there are."""
    registry = services.registry
    warmup = registry.warmup
    reason = warmup.reason
    return Health(
        engine=warmup.status,
        progress=round(warmup.progress, 3),
        sessions=len(registry),
        viewers=registry.viewers,
        reason=reason,
        detail=STRINGS[f"js.engine_failed.{reason}"].say(language) if reason else None,
    )


@router.get(
    "/healthz",
    operation_id="healthz",
    summary=Text("The process answers").en,
    description=Text("For whoever restarts it when it does not.").en,
)
async def healthz() -> Alive:
    """Answer, whatever the state of the engine and the store."""
    return Alive()


@router.get(
    "/readyz",
    operation_id="readyz",
    summary=Text("Everything is fit for use").en,
    description=Text("503 while the engine compiles or the store cannot be used.").en,
    responses=refusals(503),
)
async def readyz(services: TheServices) -> Alive:
    """Tell a balancer if this server should be given new sessions."""
    registry = services.registry
    problems = []
    if not registry.warmup.ready:
        problems.append(FieldError("engine", NO_ENGINE))
    if not registry.saves:
        problems.append(FieldError("saving", NO_STORE))
    if problems:
        raise Refusal(503, problems[0].text, problems)
    return Alive()


@router.get(
    "/metrics",
    response_class=Response,
    operation_id="metrics",
    summary=Text("Metrics for Prometheus").en,
    description=Text("Requests, sessions, event streams and the process, in its text format.").en,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **refusals(403),
    },
)
async def metrics(services: TheServices, address: Address) -> Response:
    """Every metric now, for the addresses that the settings list."""
    if not services.metrics_readers.include(address):
        raise Refusal(403, NO_METRICS)
    return Response(services.metrics.text(), media_type=CONTENT_TYPE_LATEST)
