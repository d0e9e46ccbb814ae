"""Whether the server is well, for those who start it and those who watch over it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.web.house import house_of

router = APIRouter()


@router.get("/health")
@router.head("/health")
async def health(request: Request) -> Response:
    """The server answers; how far the engine is, and how many sessions and viewers there are."""
    registry = house_of(request).registry
    warmup = registry.warmup
    body: dict[str, object] = {
        "status": "ok",
        "engine": warmup.status,
        "progress": round(warmup.progress, 3),
        "sessions": len(registry),
        "viewers": registry.viewers,
    }
    if warmup.detail:
        body["detail"] = warmup.detail
    return JSONResponse(body)
