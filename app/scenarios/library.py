"""What comes with the product: drawings of a system that grows step by step, and experiments."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from app.scenarios import experiments, families, losses, replication, scaling, several_primaries
from app.scenarios.document import Scenario, parse_json, scenario_from_json
from app.schema import Text

_FOLDER = Path(__file__).with_name("library")

_DRAWINGS: dict[str, tuple[Text, Text]] = {
    "single-server": (
        Text("One server", "서버 한 대"),
        Text(
            "Users, a name server and one web server that does everything: "
            "when it dies, so does the service.",
            "사용자, 네임 서버, 그리고 모든 일을 하는 웹 서버 한 대입니다. "
            "서버가 죽으면 서비스도 멈춥니다.",
        ),
    ),
    "split-database": (
        Text("Database on its own", "데이터베이스 분리"),
        Text(
            "The data moves to a private database of its own, so both can grow apart.",
            "데이터를 사설 주소의 데이터베이스로 옮겨, 둘을 따로 키울 수 있습니다.",
        ),
    ),
    "load-balanced": (
        Text("Load balancer", "로드 밸런서"),
        Text(
            "A public load balancer spreads the users over two private web servers: one may die.",
            "공인 로드 밸런서가 사용자를 사설 웹 서버 두 대로 나눕니다. 한 대는 죽어도 됩니다.",
        ),
    ),
    "replicated": (
        Text("Read replica", "읽기 복제본"),
        Text(
            "A replica follows the primary database, serves the reads and stands by to take over.",
            "부 서버가 주 데이터베이스를 따라가며 읽기를 처리하고, 대신할 준비를 합니다.",
        ),
    ),
    "final-design": (
        Text("Final design", "최종 설계"),
        Text(
            "Web and mobile users, a load balancer, two web servers and a primary database "
            "with two read replicas.",
            "웹과 모바일 사용자, 로드 밸런서, 웹 서버 두 대, 그리고 주 데이터베이스와 "
            "읽기 복제본 두 대입니다.",
        ),
    ),
    "reference-r1": (
        Text("Reference model R1", "기준 모델 R1"),
        Text(
            "The model that the engine is measured on, beside other simulators: a balancer, "
            "four web servers, a primary database and two replicas.",
            "다른 시뮬레이터와 나란히 엔진을 측정하는 모델입니다. 로드 밸런서, 웹 서버 네 대, "
            "주 데이터베이스와 읽기 복제본 두 대입니다.",
        ),
    ),
}


_TITLES = {
    **_DRAWINGS,
    **experiments.TITLES,
    **scaling.TITLES,
    **replication.TITLES,
    **several_primaries.TITLES,
    **losses.TITLES,
    **families.TITLES,
}


def names() -> tuple[str, ...]:
    """The name of every scenario of the library: drawings, simplest first, then experiments."""
    return tuple(_TITLES)


def drawings() -> tuple[str, ...]:
    """The names of those in which nothing happens by itself, simplest first."""
    return tuple(_DRAWINGS)


@cache
def load(name: str) -> Scenario:
    """The library's scenario called `name`. Raises KeyError when there is none."""
    if name not in _TITLES:
        raise KeyError(name)
    return scenario_from_json(parse_json((_FOLDER / f"{name}.json").read_bytes()))


def title(name: str) -> Text:
    """What people call it. Raises KeyError for an unknown name."""
    return _TITLES[name][0]


def about(name: str) -> Text:
    """One sentence on what it shows. Raises KeyError for an unknown name."""
    return _TITLES[name][1]
