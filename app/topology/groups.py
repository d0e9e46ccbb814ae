"""Groups: what nodes stand in together, and so fail together or reach one another by.

A node is in at most one group of each sort. A group is nothing but its name: it is there as long
as some node is in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.schema import Text

GROUP_NAME_LENGTH_MAX = 60

GROUP_LABELS: dict[str, Text] = {
    "machine": Text("Machine", "머신"),
    "zone": Text("Zone", "영역"),
    "region": Text("Region", "리전"),
    "network": Text("Private network", "사설망"),
    "virtual_ip": Text("Virtual IP", "가상 IP"),
}
"""Every sort of group, in the order in which documents and forms name them."""

GROUP_HELP: dict[str, Text] = {
    "machine": Text(
        "Nodes on one machine share its cores and fail together. Its first node sets its size.",
        "같은 머신의 노드는 코어를 나눠 쓰고 함께 고장 납니다. 크기는 첫 노드가 정합니다.",
    ),
    "zone": Text(
        "A data centre: its nodes share power and cooling, and fail together.",
        "데이터 센터입니다. 전원과 냉각을 나누어 쓰므로 함께 고장 납니다.",
    ),
    "region": Text("A group of zones near each other.", "서로 가까운 영역의 모임입니다."),
    "network": Text(
        "Nodes without one share the default network.",
        "비워 두면 기본 사설망에 속합니다.",
    ),
    "virtual_ip": Text(
        "Balancers that name the same one share an address: one answers, the others stand by.",
        "같은 이름을 적은 로드 밸런서는 주소 하나를 나눕니다. 하나가 응답하고 나머지는 대기합니다.",
    ),
}

_ONLY_FOR = {"virtual_ip": "load_balancer"}

_NO_SORT = Text("There is no such sort of group.", "그런 종류의 그룹은 없습니다.")
_LENGTH = Text(
    f"Use at most {GROUP_NAME_LENGTH_MAX} characters.",
    f"{GROUP_NAME_LENGTH_MAX}자 이하로 입력하세요.",
)
_CHARACTERS = Text("Use visible characters.", "눈에 보이는 문자를 쓰세요.")


class GroupError(ValueError):
    """A group that a node cannot be in. `sort` names it, `text` says why."""

    def __init__(self, sort: str, text: Text) -> None:
        super().__init__(f"{sort}: {text.en}")
        self.sort = sort
        self.text = text


def sorts_for(kind: str) -> tuple[str, ...]:
    """The sorts of group that nodes of a kind may be in."""
    return tuple(sort for sort in GROUP_LABELS if _ONLY_FOR.get(sort, kind) == kind)


def check_groups(raw: Mapping[str, object], kind: str) -> dict[str, str]:
    """The groups that `raw` names for a node of a kind, in a normal form: order of sorts, trimmed,
    no empty names.

    Raises GroupError for the first sort that is not there, or name that is none.
    """
    named: dict[str, str] = {}
    for sort, value in raw.items():
        if sort not in sorts_for(kind):
            raise GroupError(sort, _NO_SORT)
        named[sort] = group_name(sort, value)
    return {sort: named[sort] for sort in GROUP_LABELS if named.get(sort)}


def group_name(sort: str, value: object) -> str:
    """`value` as the name of a group, trimmed; "" for none. Raises GroupError."""
    if not isinstance(value, str):
        raise GroupError(sort, Text("Use text.", "문자열을 입력하세요."))
    name = " ".join(value.split())
    if len(name) > GROUP_NAME_LENGTH_MAX:
        raise GroupError(sort, _LENGTH)
    if not name.isprintable():
        raise GroupError(sort, _CHARACTERS)
    return name
