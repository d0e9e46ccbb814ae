"""Users who look at what they have just written, as parameters."""

from app.schema import PERCENT, SECONDS, Parameter, Text


def reading_back() -> tuple[Parameter, ...]:
    """How many read their own writes, and after how long."""
    return (
        Parameter(
            "read_back_percent",
            Text("Read own writes", "쓴 것을 다시 읽기"),
            PERCENT,
            0.0,
            Text(
                "Share of answered writes that their user then reads, on top of the requests "
                "stated. A database that has not applied the write shows an old value.",
                "응답을 받은 쓰기 중 사용자가 다시 읽는 비율로, 적힌 요청에 더해집니다. 그 쓰기를 "
                "아직 적용하지 않은 데이터베이스는 옛 값을 보여 줍니다.",
            ),
            0.0,
            100.0,
            10.0,
            group="load",
            when=(("arrivals", ("open", "table")),),
        ),
        Parameter(
            "read_back_s",
            Text("After", "다시 읽기까지"),
            SECONDS,
            1.0,
            Text(
                "Mean time from the answer until the user reads it back.",
                "응답을 받고 다시 읽기까지의 평균 시간입니다.",
            ),
            0.0,
            3600.0,
            0.5,
            group="load",
            when=(("arrivals", ("open", "table")),),
        ),
    )
