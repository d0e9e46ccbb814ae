"""The summary of a run for reading in a terminal."""

from __future__ import annotations

from typing import Any

from app.cli.table import printable, table
from app.schema import Language, Text

_UNKNOWN = "-"
_ALWAYS = 2

_REQUESTS = {
    "offered": Text("offered", "요청"),
    "completed": Text("completed", "완료"),
    "failed": Text("failed", "실패"),
    "in_flight": Text("in flight", "처리 중"),
    "retried": Text("retried", "재시도"),
}
_LEDGER = {
    "acknowledged": Text("acknowledged", "확인됨"),
    "lost": Text("lost", "유실"),
    "safe": Text("safe", "안전"),
    "at_risk": Text("at risk", "위험"),
    "recovered": Text("recovered", "복구"),
    "conflicted": Text("in conflict", "충돌"),
    "destroyed": Text("destroyed", "파괴됨"),
    "unknown": Text("unknown", "결과 모름"),
    "divergent": Text("divergent", "갈라짐"),
    "stale_reads": Text("stale reads", "오래된 읽기"),
    "two_primaries_s": Text("two primaries (s)", "주 서버 둘 (초)"),
}
_NODE_COLUMNS = (
    Text("node", "노드"),
    Text("role", "역할"),
    Text("utilisation", "사용률"),
    Text("mean queue", "평균 대기열"),
    Text("served", "처리"),
    Text("failed", "실패"),
    Text("mean", "평균"),
    Text("p99", "p99"),
)
_ROLES = {"primary": Text("primary", "주 서버"), "replica": Text("replica", "부 서버")}
_WHO = {"script": Text("(script)", "(시나리오)"), "system": Text("", "")}


def report_text(name: str, report: dict[str, Any], language: Language) -> str:
    """What `app.cli.play.run` gives, as a short table per subject."""

    def say(en: str, ko: str) -> str:
        return Text(en, ko).say(language)

    seconds = f"{report['sim_seconds']:,.6g}"
    latencies = [(key, _milliseconds(value)) for key, value in report["latency_ms"].items()]
    totals = [
        (say("Requests", "요청"), _figures(_counted(report["requests"], _REQUESTS, language))),
        (say("Latency", "응답 시간"), _figures(latencies)),
        (say("Writes", "쓰기"), _figures(_counted(report["ledger"], _LEDGER, language, _ALWAYS))),
        (say("Cost", "비용"), _cost(report["cost_usd_per_month"]["total"], language)),
    ]
    failures = [(key, f"{count:,}") for key, count in report["failures"].items() if count]
    if failures:
        totals.insert(1, (say("Failures", "실패 원인"), _figures(failures)))
    blocks = [
        f"{printable(name)}: " + say(f"{seconds} simulated seconds", f"모의 시간 {seconds}초"),
        table(totals),
        _nodes(report["nodes"], language),
    ]
    if report["theory"]["bottleneck"]:
        blocks.append(_theory(report["theory"], language))
    if report["timeline"]:
        blocks.append(_timeline(report["timeline"], language))
    return "\n\n".join([*blocks, f"fingerprint {report['fingerprint']}"])


def _nodes(nodes: dict[str, dict[str, Any]], language: Language) -> str:
    rows = [tuple(column.say(language) for column in _NODE_COLUMNS)]
    for node_id, node in nodes.items():
        role = _ROLES.get(node.get("role", ""))
        rows.append(
            (
                node_id,
                role.say(language) if role else "",
                _UNKNOWN if node["utilisation"] is None else f"{100 * node['utilisation']:.1f} %",
                _UNKNOWN if node["queue_mean"] is None else f"{node['queue_mean']:,.2f}",
                f"{node['served']:,}",
                f"{node['failed']:,}",
                _milliseconds(node["latency_ms"]),
                _milliseconds(node.get("latency_ms_p99")),
            )
        )
    return table(rows, right=range(2, len(_NODE_COLUMNS)))


def _theory(theory: dict[str, Any], language: Language) -> str:
    """What the laws say, whatever was measured: the bottleneck, and where it is used up."""
    bottleneck, saturation = theory["bottleneck"], theory["saturation"]
    used, rps = f"{100 * bottleneck['utilisation']:.1f} %", f"{saturation['rps']:,.6g}"
    node, factor = bottleneck["node"], f"{saturation['factor']:,.3g}"
    if bottleneck["resource"] == "log":
        place = Text("applying its log", "로그 적용").say(language)
        node = f"{node} ({place})"
    return Text(
        f"Theory: the bottleneck is {node} at {used}; it is used up at {factor} times this load, "
        f"{rps} requests a second.",
        f"이론: 병목은 {node}, 사용률 {used}입니다. 부하가 지금의 {factor}배, 초당 {rps}건이 되면 "
        "한계에 이릅니다.",
    ).say(language)


def _timeline(timeline: list[dict[str, Any]], language: Language) -> str:
    rows = [
        (f"{row['at_s']:,.3f} s", f"{row['text'] or row['type']} {_WHO[row['who']].say(language)}")
        for row in timeline
    ]
    return table(rows, right=(0,))


def _cost(usd: float, language: Language) -> str:
    text = Text("{usd} USD a month", "월 {usd}달러")
    return text.say(language, usd=f"{usd:,.0f}")


def _counted(
    counts: dict[str, Any], labels: dict[str, Text], language: Language, always: int = 99
) -> list[tuple[str, str]]:
    """Every figure that has a name here; beyond the first `always`, those that are not 0."""
    named = [(key, count) for key, count in counts.items() if key in labels]
    return [
        (labels[key].say(language), f"{count:,.6g}" if isinstance(count, float) else f"{count:,}")
        for place, (key, count) in enumerate(named)
        if place < always or count
    ]


def _figures(figures: list[tuple[str, str]]) -> str:
    return "   ".join(f"{label} {figure}" for label, figure in figures)


def _milliseconds(value: float | None) -> str:
    return _UNKNOWN if value is None else f"{value:,.1f} ms"
