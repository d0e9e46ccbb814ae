"""The catalogue of machines: what sizes there are, what each can do, and what it costs.

Prices and sizes are teaching values, rounded from on-demand prices of general purpose machines on
AWS (us-east-1) as of 2026, with 4 GB of memory for each vCPU.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.schema import MILLISECONDS, NO_UNIT, Choice, Parameter, Text, Unit, Value

OWN = "own"
GIGABYTES = Unit(Text("GB", "GB"), 1e9)
MEGABYTES = Unit(Text("MB", "MB"), 1e6)

CATALOGUE_DATE = "2026"
USD_PER_CORE = 35.0
"""A month of one core, for a machine with numbers of its own: what the small sizes cost a vCPU."""
MANAGED_USD: Mapping[str, float] = {
    "client": 0.0,
    "dns": 1.0,
    "load_balancer": 25.0,
    "cache": 110.0,
}
"""A month of what is bought as a service, by kind."""


@dataclass(frozen=True, slots=True)
class Size:
    """A machine one can buy: virtual processors, memory, and its price per month."""

    name: str
    label: str
    vcpu: int
    memory_gb: float
    usd: float


SIZES: tuple[Size, ...] = (
    Size("s", "S", 2, 8.0, 70.0),
    Size("m", "M", 4, 16.0, 140.0),
    Size("l", "L", 8, 32.0, 280.0),
    Size("xl", "XL", 16, 64.0, 560.0),
    Size("xxl", "XXL", 96, 384.0, 3400.0),
    Size("xxxl", "3XL", 192, 768.0, 6800.0),
)
BY_NAME = {size.name: size for size in SIZES}
_BOUGHT = (("size", tuple(BY_NAME)),)
_OF_ITS_OWN = (("size", (OWN,)),)


def size_of(parameters: Mapping[str, Value]) -> Size | None:
    """The size that a node's parameters choose; None for numbers of its own."""
    return BY_NAME.get(str(parameters.get("size", OWN)))


def slowdown(cores: int, contention: float, coherency: float) -> float:
    """How many times as long work takes on each of so many cores as on one alone, so that together
    they do C(n) = n / (1 + s (n - 1) + k n (n - 1)) times the work of one: the Universal
    Scalability Law (N. Gunther, Guerrilla Capacity Planning, Springer 2007).
    """
    return 1.0 + contention * (cores - 1) + coherency * cores * (cores - 1)


def sized_cores(cores: Parameter) -> tuple[Parameter, ...]:
    """A size from the catalogue, or a number of `cores` of one's own."""
    return (
        Parameter(
            "size",
            Text("Size", "크기"),
            NO_UNIT,
            OWN,
            Text(
                f"A machine from the catalogue (teaching prices as of {CATALOGUE_DATE}), or "
                "numbers of your own.",
                f"카탈로그의 머신({CATALOGUE_DATE}년 기준 교육용 가격)이나 직접 정한 수치입니다.",
            ),
            choices=(
                Choice(OWN, Text("Own numbers", "직접 정하기")),
                *(Choice(size.name, _label(size)) for size in SIZES),
            ),
        ),
        _when(cores, _OF_ITS_OWN),
        Parameter(
            "contention",
            Text("Contention", "경합"),
            NO_UNIT,
            0.03,
            Text(
                "Share of the work that only one core can do at a time. It bounds what more cores "
                "bring (Universal Scalability Law, sigma).",
                "한 번에 한 코어만 할 수 있는 일의 비율입니다. 코어를 늘려 얻는 것을 제한합니다 "
                "(범용 확장성 법칙의 시그마).",
            ),
            0.0,
            1.0,
            0.01,
            when=_BOUGHT,
        ),
        Parameter(
            "coherency",
            Text("Coherency", "일관성 비용"),
            NO_UNIT,
            0.0001,
            Text(
                "What every two cores cost each other to agree. With it, more cores are slower "
                "beyond a peak (Universal Scalability Law, kappa).",
                "두 코어가 서로 맞추는 데 드는 비용입니다. 정점을 넘으면 코어가 많을수록 "
                "느려집니다 (범용 확장성 법칙의 카파).",
            ),
            0.0,
            0.1,
            0.0001,
            when=_BOUGHT,
        ),
    )


def memory() -> tuple[Parameter, ...]:
    """How much memory a machine has, and what a request takes of it."""
    return (
        Parameter(
            "memory_gb",
            Text("Memory", "메모리"),
            GIGABYTES,
            0.0,
            Text(
                "Memory of the machine; 0 for all it needs.",
                "머신의 메모리입니다. 0이면 늘 충분합니다.",
            ),
            0.0,
            32_768.0,
            1.0,
            group="memory",
            when=_OF_ITS_OWN,
        ),
        Parameter(
            "request_mb",
            Text("Memory per request", "요청당 메모리"),
            MEGABYTES,
            0.0,
            Text(
                "What each request in hand takes. When they take more than there is, the system "
                "kills the service that takes most, and it restarts.",
                "처리 중인 요청 하나가 쓰는 양입니다. 합이 메모리를 넘으면 시스템이 가장 많이 쓰는 "
                "서비스를 강제 종료하고 서비스는 다시 시작합니다.",
            ),
            0.0,
            100_000.0,
            1.0,
            group="memory",
        ),
    )


def data_memory() -> tuple[Parameter, ...]:
    """How much of a database's data must be in memory for it to be quick, and what else costs."""
    return (
        Parameter(
            "working_set_gb",
            Text("Working set", "작업 집합"),
            GIGABYTES,
            0.0,
            Text(
                "Data that reads ask for, all of it alike. What does not fit into memory is read "
                "from disk; 0 for nothing that would not fit.",
                "읽기가 고루 찾는 데이터의 양입니다. 메모리에 들어가지 않는 만큼 디스크에서 "
                "읽습니다. 0이면 모두 들어갑니다.",
            ),
            0.0,
            1_000_000.0,
            1.0,
            group="memory",
        ),
        Parameter(
            "disk_ms",
            Text("Read from disk", "디스크 읽기"),
            MILLISECONDS,
            0.2,
            Text(
                "What a read takes longer when its data is not in memory: about 0.2 ms from an "
                "SSD, 10 ms from a hard disk, times the pages it needs.",
                "데이터가 메모리에 없을 때 읽기가 더 걸리는 시간입니다. 페이지마다 SSD는 약 "
                "0.2 ms, 하드 디스크는 10 ms입니다.",
            ),
            0.0,
            60_000.0,
            0.1,
            group="memory",
        ),
    )


def _label(size: Size) -> Text:
    said = f"{size.label}: {size.vcpu} vCPU, {size.memory_gb:.0f} GB"
    return Text(f"{said}, {size.usd:,.0f} USD a month", f"{said}, 월 {size.usd:,.0f}달러")


def _when(parameter: Parameter, when: tuple[tuple[str, tuple[str, ...]], ...]) -> Parameter:
    return replace(parameter, when=(*parameter.when, *when))
