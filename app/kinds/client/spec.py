"""A population of users that sends requests."""

from app.schema import (
    CACHES,
    PER_SECOND,
    PERCENT,
    SECONDS,
    USERS,
    Kind,
    Parameter,
    Port,
    Preset,
    Text,
)

KIND = Kind(
    name="client",
    label=Text("Users", "사용자"),
    help=Text(
        "People who send requests, each at their own random moments, however slow the answers are.",
        "응답이 얼마나 느리든 저마다 무작위 시각에 요청을 보내는 사람들입니다.",
    ),
    category="traffic",
    prefix="users",
    subnet=0,
    parameters=(
        Parameter(
            "users",
            Text("Users", "사용자 수"),
            USERS,
            8000,
            Text("How many people are using the system.", "시스템을 쓰는 사람의 수입니다."),
            0,
            10_000_000,
            100,
            whole=True,
            group="load",
        ),
        Parameter(
            "requests_per_user",
            Text("Requests per user", "사용자당 요청"),
            PER_SECOND,
            0.1,
            Text(
                "Mean rate of one user. Arrivals are Poisson and do not wait for answers.",
                "사용자 한 명의 평균 요청률입니다. 도착은 포아송이며 응답을 기다리지 않습니다.",
            ),
            0.0,
            1000.0,
            0.01,
            group="load",
        ),
        Parameter(
            "write_share",
            Text("Writes", "쓰기 비율"),
            PERCENT,
            10.0,
            Text(
                "Share of requests that change data; the rest only read.",
                "데이터를 바꾸는 요청의 비율입니다. 나머지는 읽기입니다.",
            ),
            0.0,
            100.0,
            1.0,
            group="load",
        ),
        Parameter(
            "patience_s",
            Text("Patience", "인내 시간"),
            SECONDS,
            30.0,
            Text(
                "A user gives up after this long; the servers go on with the abandoned work.",
                "이 시간이 지나면 사용자는 포기하지만, 서버는 버려진 일을 계속합니다.",
            ),
            0.01,
            600.0,
            0.5,
            group="behaviour",
        ),
        Parameter(
            "dns_caches",
            Text("DNS caches", "DNS 캐시"),
            CACHES,
            500,
            Text(
                "How many browsers and resolvers the users share. Each keeps an answer "
                "for its TTL.",
                "사용자들이 나눠 쓰는 브라우저와 리졸버의 수입니다. 각각 TTL 동안 답을 보관합니다.",
            ),
            1,
            65_536,
            10,
            whole=True,
            group="behaviour",
        ),
    ),
    presets=(
        Preset("web_users", Text("Web users", "웹 사용자"), "users", {}),
        Preset(
            "mobile_users",
            Text("Mobile users", "모바일 사용자"),
            "mobile",
            {"users": 4000, "write_share": 20.0},
        ),
    ),
    port=Port(("dns", "load_balancer", "web_server"), 20.0),
)
