"""Keys whose versions a group follows, as parameters."""

from app.schema import NO_UNIT, Parameter, Text

ZIPF_HELP = Text(
    "Zipf's exponent: the k-th most popular key gets a share like 1 / k to this power; 0 makes "
    "them equal.",
    "지프 지수입니다. k번째로 인기 있는 키의 몫은 k의 이 거듭제곱에 반비례하며, 0이면 모두 "
    "같습니다.",
)


def versions() -> tuple[Parameter, ...]:
    """How many keys there are and how unequally they are asked for."""
    return (
        Parameter(
            "followed_keys",
            Text("Keys followed", "따라가는 키"),
            NO_UNIT,
            0,
            Text(
                "Every read and write is about one of so many keys, and a read counts as stale "
                "where an acknowledged write of its key has not been applied. 0: nobody counts. "
                "Set it where the primary is drawn.",
                "읽기와 쓰기가 이만큼의 키 중 하나를 다루며, 그 키의 승인된 쓰기가 아직 적용되지 "
                "않은 곳의 읽기를 오래된 읽기로 셉니다. 0이면 세지 않습니다. 주 서버에서 정합니다.",
            ),
            0,
            100_000,
            1000,
            whole=True,
            group="replication",
        ),
        Parameter(
            "key_skew",
            Text("Skew of the keys", "키의 쏠림"),
            NO_UNIT,
            1.0,
            ZIPF_HELP,
            0.0,
            4.0,
            0.1,
            group="replication",
        ),
    )
