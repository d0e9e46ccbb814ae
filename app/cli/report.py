"""The summary of a run for reading in a terminal."""

from __future__ import annotations

from typing import Any

from app.cli.table import printable, table
from app.cli.trace_text import trace_text
from app.schema import SECONDS
from app.texts.languages import Language
from app.texts.numbers import Fixed, number
from app.texts.text import Text, joined, plural

_UNKNOWN = "-"
_ALWAYS = 2

_REQUESTS = {
    "offered": Text("offered"),
    "completed": Text("completed"),
    "failed": Text("failed"),
    "in_flight": Text("in flight"),
    "retried": Text("retried"),
}
_LEDGER = {
    "acknowledged": Text("acknowledged"),
    "lost": Text("lost"),
    "safe": Text("safe"),
    "at_risk": Text("at risk"),
    "out_of_reach": Text("out of reach"),
    "recovered": Text("recovered"),
    "conflicted": Text("in conflict"),
    "destroyed": Text("destroyed"),
    "unknown": Text("unknown"),
    "divergent": Text("divergent"),
    "stale_reads": Text("stale reads"),
    "two_primaries_s": Text("two primaries (s)"),
}
_NODE_COLUMNS = (
    Text("node"),
    Text("role"),
    Text("utilisation"),
    Text("mean queue"),
    Text("served"),
    Text("failed"),
    Text("mean"),
    Text("p99"),
)
_ROLES = {"primary": Text("primary"), "replica": Text("replica")}
_WHO = {"script": Text("(script)"), "system": Text("")}


def report_text(name: str, report: dict[str, Any], language: Language) -> str:
    """Format a report of `app.cli.play.run` as a short table per subject."""

    simulated = plural(
        "{count} simulated second", "{count} simulated seconds", count=report["sim_seconds"]
    )
    latencies = [
        (key, _milliseconds(value, language)) for key, value in report["latency_ms"].items()
    ]
    totals = [
        (Text("Requests"), _figures(_counted(report["requests"], _REQUESTS, language))),
        (Text("Latency"), _figures(latencies)),
        (Text("Writes"), _figures(_counted(report["ledger"], _LEDGER, language, _ALWAYS))),
        (Text("Cost"), _cost(report["cost_usd_per_month"]["total"], language)),
    ]
    failures = [
        (key, number(count, language)) for key, count in report["failures"].items() if count
    ]
    if failures:
        totals.insert(1, (Text("Failures"), _figures(failures)))
    blocks = [
        f"{printable(name)}: {simulated.say(language)}",
        table([(label.say(language), figures) for label, figures in totals]),
        _nodes(report["nodes"], language),
    ]
    if report["theory"]["bottleneck"]:
        blocks.append(_theory(report["theory"], language))
    now = report["theory"]["now"]
    if now and now["bottleneck"]:
        blocks.append(_UP_NOW.given(theory=_theory(now, language)).say(language))
    if report["timeline"]:
        blocks.append(_timeline(report["timeline"], language))
    blocks += [trace_text(trace, language) for trace in report.get("traces", ())]
    return "\n\n".join([*blocks, f"fingerprint {report['fingerprint']}"])


def _nodes(nodes: dict[str, dict[str, Any]], language: Language) -> str:
    rows = [tuple(column.say(language) for column in _NODE_COLUMNS)]
    for node_id, node in nodes.items():
        role = _ROLES.get(node.get("role", ""))
        rows.append(
            (
                node_id,
                role.say(language) if role else "",
                _fixed(node["utilisation"], 1, language, "%", 100),
                _fixed(node["queue_mean"], 2, language),
                number(node["served"], language),
                number(node["failed"], language),
                _milliseconds(node["latency_ms"], language),
                _milliseconds(node.get("latency_ms_p99"), language),
            )
        )
    return table(rows, right=range(2, len(_NODE_COLUMNS)))


def _theory(theory: dict[str, Any], language: Language) -> str:
    """Return the lines about the bottleneck and saturation, which hold whatever was measured."""
    bottleneck, saturation = theory["bottleneck"], theory["saturation"]
    node: str | Text = bottleneck["node"]
    if bottleneck["resource"] == "log":
        node = Text("{node} (applying its log)", node=bottleneck["node"])
    elif bottleneck["resource"] == "tokens":
        node = Text("{node} (its tokens)", node=bottleneck["node"])
    said = _LAW if saturation["quality"] == "exact" else _ESTIMATE
    lines = [
        said.given(
            node=node,
            used=_fixed(bottleneck["utilisation"], 1, language, "%", 100),
            load=_LOAD.given(count=float(f"{saturation['factor']:.3g}")),
            rate=_RATE.given(count=saturation["rps"]),
        )
    ]
    if theory["scaled_out"]:
        lines.append(_SCALED_OUT.given(rps=theory["scaled_out"]["rps"]))
    return joined(*lines).say(language)


_LOAD = plural("{count} time this load", "{count} times this load")
_RATE = plural("{count} request a second", "{count} requests a second")
_LAW = Text("Theory: the bottleneck is {node} at {used}; it is used up at {load}, {rate}.")
_ESTIMATE = Text(
    "Theory: the bottleneck is {node} at about {used}; it is used up at about {load}, {rate}."
)
_UP_NOW = Text("Of what is up now: {theory}")
_SCALED_OUT = Text("With every server that autoscalers may start it is {rps}.")


def _timeline(timeline: list[dict[str, Any]], language: Language) -> str:
    rows = [
        (
            _fixed(row["at_s"], 3, language, SECONDS.symbol.say(language)),
            f"{row['text'] or row['type']} {_WHO[row['who']].say(language)}",
        )
        for row in timeline
    ]
    return table(rows, right=(0,))


def _cost(usd: float, language: Language) -> str:
    return Text("{usd} USD a month", usd=round(usd)).say(language)


def _counted(
    counts: dict[str, Any], labels: dict[str, Text], language: Language, always: int = 99
) -> list[tuple[str, str]]:
    """Every figure that has a name here; beyond the first `always`, those that are not 0."""
    named = [(key, count) for key, count in counts.items() if key in labels]
    return [
        (labels[key].say(language), number(count, language))
        for place, (key, count) in enumerate(named)
        if place < always or count
    ]


def _figures(figures: list[tuple[str, str]]) -> str:
    return "   ".join(f"{label} {figure}" for label, figure in figures)


def _milliseconds(value: float | None, language: Language) -> str:
    return _fixed(value, 1, language, "ms")


def _fixed(
    value: float | None, places: int, language: Language, unit: str = "", scale: float = 1.0
) -> str:
    """A figure with so many decimal places and its unit, as `scale` times the value."""
    if value is None:
        return _UNKNOWN
    return f"{number(Fixed(scale * value, places), language)} {unit}".rstrip()
