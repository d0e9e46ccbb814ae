"""A web server: computes the page and asks a database for the data."""

from app.kinds.parts import checks, cores, exposure, queue_limit, variation, work_ms
from app.schema import NO_UNIT, TIMES, Kind, Parameter, Port, Preset, Text

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
        cores(4, Text("Requests worked on at the same time.", "동시에 처리하는 요청 수입니다.")),
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
        *variation(),
        *checks(1.0, 2, 1, Text("each database", "각 데이터베이스")),
    ),
    presets=(Preset("web_server", Text("Web server", "웹 서버"), "web", {}),),
    port=Port(("database",), 0.25),
)
