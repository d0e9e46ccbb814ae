"""A web server: computes the page and asks a database for the data."""

from app.kinds.pages import page_parameters
from app.kinds.parts import (
    checks,
    cores,
    exposure,
    queue_limit,
    restarts,
    variation,
    waiting_rules,
    work_ms,
)
from app.kinds.sizes import memory, sized_cores
from app.kinds.web_server.pooling import pool, routing, writing
from app.kinds.web_server.scaling import SCALING
from app.schema import NO_UNIT, REQUESTS, SECONDS, TIMES, Kind, Parameter, Port, Preset, Text

KIND = Kind(
    name="web_server",
    label=Text("Web server", "웹 서버"),
    help=Text(
        "Works on a request, then sends a write to the primary database or a read to a replica.",
        "요청을 처리한 뒤, 쓰기는 주 데이터베이스로, 읽기는 부 서버로 보냅니다.",
    ),
    category="compute",
    prefix="web",
    subnet=1,
    parameters=(
        exposure("private"),
        work_ms(
            "service_ms",
            Text("Service time", "처리 시간"),
            8.0,
            Text(
                "Mean work per request, before queueing; the core is free while the "
                "database works.",
                "대기를 뺀 요청당 평균 처리 시간입니다. 데이터베이스가 일하는 동안 "
                "코어는 비어 있습니다.",
            ),
        ),
        *sized_cores(
            cores(4, Text("Requests worked on at the same time.", "동시에 처리하는 요청 수입니다."))
        ),
        queue_limit(500),
        Parameter(
            "read_replies",
            Text("Parallel replies", "병렬 응답 수"),
            TIMES,
            0,
            Text(
                "0: a read asks one database. Otherwise it asks all that take reads at once, "
                "and goes on after this many answers.",
                "0이면 읽기는 한 곳에만 묻습니다. 아니면 읽기를 받는 모든 데이터베이스에 "
                "동시에 묻고 이 수만큼 응답을 받으면 계속합니다.",
            ),
            0,
            16,
            1,
            whole=True,
        ),
        Parameter(
            "weight",
            Text("Weight", "가중치"),
            NO_UNIT,
            100,
            Text(
                "Its share of the traffic beside other servers', for balancers that are weighted "
                "or compare connections.",
                "가중 방식이거나 연결 수를 비교하는 로드 밸런서가 다른 서버와 견주어 보내는 "
                "요청의 비율입니다.",
            ),
            1,
            1000,
            10,
            whole=True,
        ),
        *routing(),
        writing(),
        *pool(),
        Parameter(
            "workers",
            Text("Workers", "작업자 수"),
            REQUESTS,
            0,
            Text(
                "Requests in hand at most, waiting for a database included; one more is turned "
                "away. 0 sets no limit.",
                "데이터베이스를 기다리는 것까지 합쳐 동시에 맡는 요청 수입니다. 넘으면 거절하며, "
                "0이면 제한이 없습니다.",
            ),
            0,
            1_000_000,
            10,
            whole=True,
            group="overload",
        ),
        Parameter(
            "data_timeout_s",
            Text("Database timeout", "DB 시간 제한"),
            SECONDS,
            0.0,
            Text(
                "How long it waits for a database before the request fails; 0 sets no limit.",
                "데이터베이스 응답을 기다리는 시간입니다. 지나면 요청이 실패합니다. "
                "0이면 제한이 없습니다.",
            ),
            0.0,
            600.0,
            0.5,
            group="overload",
        ),
        Parameter(
            "breaker_failures",
            Text("Circuit breaker", "회로 차단 기준"),
            TIMES,
            0,
            Text(
                "Failed calls in a row to one database before it is not asked for a while; 0 is "
                "off. Afterwards single calls try whether it is back.",
                "한 데이터베이스 호출이 연속으로 이만큼 실패하면 한동안 묻지 않습니다. 0이면 "
                "끕니다. 그 뒤에는 한 번씩 시험 호출을 보냅니다.",
            ),
            0,
            1000,
            1,
            whole=True,
            group="overload",
        ),
        Parameter(
            "breaker_open_s",
            Text("Open for", "차단 시간"),
            SECONDS,
            5.0,
            Text(
                "How long an open circuit lets nothing through (Hystrix's default).",
                "차단된 회로가 아무것도 보내지 않는 시간입니다 (Hystrix 기본값).",
            ),
            0.1,
            3600.0,
            1.0,
            group="overload",
        ),
        *page_parameters(),
        *variation(),
        *waiting_rules(),
        *checks(1.0, 2, 1, Text("each database", "각 데이터베이스")),
        *SCALING,
        *memory(),
        *restarts(),
    ),
    presets=(Preset("web_server", Text("Web server", "웹 서버"), "web", {}),),
    port=Port(("database", "cache", "store"), 0.25),
)
