"""The catalogue of machines: what sizes there are, what each can do, and what it costs.

Prices and sizes are teaching values, rounded from on-demand prices of general purpose machines on
AWS (us-east-1) as of 2026, with 4 GB of memory for each vCPU.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.schema import MILLISECONDS, NO_UNIT, Choice, Parameter, Unit, Value
from app.texts.text import Text

OWN = "own"
GIGABYTES = Unit(Text("GB"), 1e9)
MEGABYTES = Unit(Text("MB"), 1e6)

CATALOGUE_DATE = "2026"
USD_PER_CORE = 35.0
"""A month of one core, for a machine with numbers of its own: what the small sizes cost a vCPU."""


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
    """Return the factor by which work takes longer on each of `cores` cores than on one alone.

    Together they do C(n) = n / (1 + s (n - 1) + k n (n - 1)) times the work of one: the Universal
    Scalability Law (N. Gunther, Guerrilla Capacity Planning, Springer 2007).
    """
    return 1.0 + contention * (cores - 1) + coherency * cores * (cores - 1)


def sized_cores(cores: Parameter) -> tuple[Parameter, ...]:
    """A size from the catalogue, or a number of `cores` of one's own."""
    return (
        Parameter(
            "size",
            Text("Size"),
            NO_UNIT,
            OWN,
            Text(
                "A machine from the catalogue (teaching prices as of {date}), or numbers "
                "of your own.",
                date=CATALOGUE_DATE,
            ),
            choices=(
                Choice(OWN, Text("Own numbers")),
                *(Choice(size.name, _label(size)) for size in SIZES),
            ),
        ),
        _when(cores, _OF_ITS_OWN),
        Parameter(
            "contention",
            Text("Contention"),
            NO_UNIT,
            0.03,
            Text(
                "Share of the work that only one core can do at a time. It bounds what more cores "
                "bring (Universal Scalability Law, sigma)."
            ),
            0.0,
            1.0,
            0.01,
            when=_BOUGHT,
        ),
        Parameter(
            "coherency",
            Text("Coherency"),
            NO_UNIT,
            0.0001,
            Text(
                "What every two cores cost each other to agree. With it, more cores are slower "
                "beyond a peak (Universal Scalability Law, kappa)."
            ),
            0.0,
            0.1,
            0.0001,
            when=_BOUGHT,
        ),
    )


def memory() -> tuple[Parameter, ...]:
    """Return the parameters of a machine's memory, and of a request's part of it."""
    return (
        Parameter(
            "memory_gb",
            Text("Memory"),
            GIGABYTES,
            0.0,
            Text("Memory of the machine; 0 for all it needs."),
            0.0,
            32_768.0,
            1.0,
            group="memory",
            when=_OF_ITS_OWN,
        ),
        Parameter(
            "request_mb",
            Text("Memory per request"),
            MEGABYTES,
            0.0,
            Text(
                "What each request in hand takes. When they take more than there is, the system "
                "kills the service that takes most, and it restarts."
            ),
            0.0,
            100_000.0,
            1.0,
            group="memory",
        ),
    )


def data_memory() -> tuple[Parameter, ...]:
    """Return the parameters of a database's working set, and of reads from disk."""
    return (
        Parameter(
            "working_set_gb",
            Text("Working set"),
            GIGABYTES,
            0.0,
            Text(
                "Data that reads ask for, all of it alike. What does not fit into memory is read "
                "from disk; 0 for nothing that would not fit."
            ),
            0.0,
            1_000_000.0,
            1.0,
            group="memory",
        ),
        Parameter(
            "disk_ms",
            Text("Read from disk"),
            MILLISECONDS,
            0.2,
            Text(
                "What a read takes longer when its data is not in memory: about 0.2 ms from an "
                "SSD, 10 ms from a hard disk, times the pages it needs."
            ),
            0.0,
            60_000.0,
            0.1,
            group="memory",
        ),
    )


def _label(size: Size) -> Text:
    return Text(
        "{size}: {vcpu} vCPU, {memory} GB, {usd} USD a month",
        size=size.label,
        vcpu=size.vcpu,
        memory=round(size.memory_gb),
        usd=round(size.usd),
    )


def _when(parameter: Parameter, when: tuple[tuple[str, tuple[str, ...]], ...]) -> Parameter:
    return replace(parameter, when=(*parameter.when, *when))
