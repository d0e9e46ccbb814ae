"""The drawer of requests: a list of traced ones, and one of them stage by stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.schema import Role
from app.session.explain.failed_requests import Choice
from app.session.session import Session
from app.texts.languages import Language
from app.texts.numbers import Fixed, number
from app.topology.model import Topology
from app.web.models.requests import JourneyQuery, RequestQuery
from app.web.text.strings import STRINGS
from app.web.views.drawing import icon_of
from app.web.views.failed_requests import CauseView, cause_view

if TYPE_CHECKING:
    from app.engine.observe.traces import Trace
    from app.session.explain.stages import Stage

SHOWN: Final = 60
SLOWER_TIMES: Final = (20, 50, 100, 200, 500, 1000)
"""Times slower than it was, in which a request is followed."""
SLOWER_MS: Final = (10, 50, 100, 500, 1000, 5000)
BAR: Final = 1000
"""Units across a waterfall."""
_BAR_MIN: Final = 3


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request of the list; `at_s` when it ended, `outcome` a word for it."""

    request: int
    at_s: str
    client: str
    writes: bool
    failed: bool
    outcome: str
    took_ms: str


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage of a request: where and when after its start, in ms; its bar from `x`, `width` wide
    out of `BAR`. `link` is what lights up on the drawing ("" for none), `back` against its arrow.
    `begins_ms` and `lasts_ms` are for the clock of whoever follows it.
    """

    sort: str
    icon: str
    node: str
    name: str
    link: str
    back: bool
    at_ms: str
    took_ms: str
    title: str
    text: str
    attempt: int
    x: int
    width: int
    begins_ms: float
    lasts_ms: float


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request in full."""

    row: RequestRow
    began_s: str
    began: str
    stages: list[StageRow]
    causes: list[CauseView]
    axis_ms: list[tuple[int, str]]
    total_ms: float


@dataclass(frozen=True, slots=True)
class RequestsView:
    """The drawer: what is chosen and what could be, the rows up to a pinned moment, how many of the
    same choice are newer or not shown, and the request that is looked at. One in `every` requests
    is traced. `gone` says that the wanted one is not known any more.
    """

    query: RequestQuery
    until_ns: int
    until_s: str
    every: int
    outcomes: list[tuple[str, str]]
    clients: list[tuple[str, str]]
    nodes: list[tuple[str, str]]
    slower_ms: tuple[int, ...]
    rows: list[RequestRow]
    more: int
    newer: int
    one: RequestView | None
    gone: bool


def requests_view(session: Session, query: RequestQuery, language: Language) -> RequestsView:
    """The requests that a query asks for; without a moment in it those up to now."""
    now_ns = session.player.now_ns
    choice = Choice(query.outcome, query.client, query.node, query.sort, query.slower_ms)
    until_ns = now_ns if query.until_ns is None else min(query.until_ns, now_ns)
    found = session.reasons.chosen(choice, -1, until_ns)
    if not found:
        until_ns = now_ns
        found = session.reasons.chosen(choice, -1, until_ns)
    topology = session.topology
    trace = None if query.request is None else session.reasons.find(query.request)
    return RequestsView(
        query,
        until_ns,
        number(Fixed(until_ns / 1e9, 1), language),
        session.player.dot,
        _outcomes(session, language),
        [(node.id, node.name) for node in topology.of_role(Role.SENDS)],
        [(node.id, node.name) for node in topology.nodes if node.spec.role is not Role.SENDS],
        SLOWER_MS,
        [_row(one, topology, language) for one in found[:SHOWN]],
        max(len(found) - SHOWN, 0),
        len(session.reasons.chosen(choice, until_ns, now_ns)),
        request_view(session, trace, language) if trace else None,
        query.request is not None and trace is None,
    )


@dataclass(frozen=True, slots=True)
class JourneyView:
    """One request to be followed step by step; `one` is None while users have sent none, or when it
    is `gone`.
    """

    one: RequestView | None
    gone: bool
    speeds: tuple[int, ...]


def journey_view(session: Session, query: JourneyQuery, language: Language) -> JourneyView:
    """The request of a number, or else the first that users have sent after a moment."""
    trace = None
    if query.request is not None:
        trace = session.reasons.find(query.request)
    elif query.client:
        trace = session.reasons.first_of(query.client, query.after_ns, session.player.now_ns)
    return JourneyView(
        request_view(session, trace, language) if trace else None,
        query.request is not None and trace is None,
        SLOWER_TIMES,
    )


def request_view(session: Session, trace: Trace, language: Language) -> RequestView:
    """One traced request, stage by stage, with the chain of causes when it failed."""
    from app.session.explain.stages import stages

    state_history = session.reasons.state_history()
    topology = session.topology
    found = stages(trace, state_history)
    span_ns = max(trace.end.ends_ns - trace.began_ns, 1)
    return RequestView(
        _row(trace, topology, language),
        number(Fixed(trace.began_ns / 1e9, 3), language),
        f"{trace.began_ns / 1e9:.9f}",
        [_stage(one, trace, topology, span_ns, language) for one in found],
        [cause_view(cause, language) for cause in state_history.causes(trace)],
        [(BAR * part // 4, number(Fixed(span_ns * part / 4e6, 1), language)) for part in range(5)],
        span_ns / 1e6,
    )


def outcome_word(outcome: str, language: Language) -> str:
    """The word for the end of a request; "" is an answer."""
    key = f"js.failure.{outcome}" if outcome else "requests.answered"
    return STRINGS[key].say(language) if key in STRINGS else outcome


def _row(trace: Trace, topology: Topology, language: Language) -> RequestRow:
    first = trace.hops[0].node
    return RequestRow(
        trace.request,
        number(Fixed(trace.end.ends_ns / 1e9, 2), language),
        topology.node(first).name if topology.has_node(first) else "",
        trace.end.writes,
        trace.failed,
        outcome_word(trace.end.outcome, language),
        number(Fixed((trace.end.ends_ns - trace.began_ns) / 1e6, 1), language),
    )


def _outcomes(session: Session, language: Language) -> list[tuple[str, str]]:
    """Answered, failed, and each way in which one of the known requests failed."""
    failed = session.reasons.chosen(Choice("failed"), -1, session.player.now_ns)
    kinds = sorted({trace.end.outcome for trace in failed})
    first = [(one, STRINGS[f"requests.{one}"].say(language)) for one in ("answered", "failed")]
    return first + [(one, outcome_word(one, language)) for one in kinds]


def _stage(
    stage: Stage, trace: Trace, topology: Topology, span_ns: int, language: Language
) -> StageRow:
    known = topology.has_node(stage.node)
    node = topology.node(stage.node) if known else None
    begins, took = stage.begins_ns - trace.began_ns, stage.ends_ns - stage.begins_ns
    x = min(BAR * begins // span_ns, BAR - _BAR_MIN)
    return StageRow(
        stage.sort,
        icon_of(node) if node else "trace",
        stage.node if known else "",
        node.name if node else stage.node,
        stage.link if topology.has_link(stage.link) else "",
        stage.back,
        number(Fixed(begins / 1e6, 1), language),
        number(Fixed(took / 1e6, 1), language),
        stage.title.say(language),
        stage.text.say(language),
        stage.attempt,
        x,
        max(BAR * took // span_ns, _BAR_MIN),
        begins / 1e6,
        took / 1e6,
    )
