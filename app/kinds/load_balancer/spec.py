"""A load balancer: one public address in front of many servers.

Check defaults are HAProxy's (configuration manual: ``inter`` 2 s, ``fall`` 3, ``rise`` 2).
"""

from app.kinds.load_balancer import servers
from app.kinds.load_balancer.presets import PRESETS
from app.kinds.parts import (
    cancels,
    checks,
    cores,
    exposure,
    nat,
    queue_limit,
    restarts,
    variation,
    virtual_ip,
    work_ms,
)
from app.schema import (
    NO_UNIT,
    REQUESTS,
    SECONDS,
    TIMES,
    Choice,
    Kind,
    Parameter,
    Port,
    Text,
)

KIND = Kind(
    name="load_balancer",
    label=Text("Load balancer", "로드 밸런서"),
    help=Text(
        "Spreads requests over the servers that pass its health checks.",
        "상태 점검을 통과한 서버들에 요청을 나눕니다.",
    ),
    category="traffic",
    prefix="lb",
    subnet=0,
    parameters=(
        exposure("public"),
        nat(("exposure", ("private",))),
        Parameter(
            "algorithm",
            Text("Algorithm", "분산 방식"),
            NO_UNIT,
            "round_robin",
            Text(
                "How a server is chosen among those believed up. Connections are the "
                "balancer's own requests that are not answered yet, counted against a server's "
                "weight. A hash keeps a user at one server; when one is added, nearly all users "
                "move, or, if it is consistent, only the new one's share.",
                "살아 있다고 믿는 서버 중에서 고르는 방법입니다. 연결 수는 이 로드 밸런서가 "
                "보내고 아직 응답을 받지 못한 요청의 수이며 서버의 가중치로 나눕니다. 해시는 "
                "사용자를 한 서버에 묶습니다. 서버가 늘면 거의 모두가 옮겨 가지만, 일관된 "
                "해시라면 새 서버의 몫만 옮겨 갑니다.",
            ),
            choices=(
                Choice("round_robin", Text("Round robin", "라운드 로빈")),
                Choice("random", Text("Random", "무작위")),
                Choice("least_connections", Text("Least connections", "최소 연결")),
                Choice("two_choices", Text("Two random choices", "무작위 두 곳 중 하나")),
                Choice("weighted", Text("Weighted round robin", "가중 라운드 로빈")),
                Choice("source_hash", Text("Source address hash", "출발지 주소 해시")),
                Choice("consistent_hash", Text("Consistent hash", "일관된 해시")),
            ),
        ),
        work_ms(
            "forward_ms",
            Text("Forwarding time", "전달 시간"),
            0.1,
            Text("Mean work per request.", "요청 한 건의 평균 처리 시간입니다."),
        ),
        cores(2, Text("Requests forwarded at the same time.", "동시에 전달하는 요청 수입니다.")),
        queue_limit(10_000),
        Parameter(
            "retries",
            Text("Retries", "재시도 횟수"),
            TIMES,
            0,
            Text(
                "Attempts after the first one, when a server fails a request.",
                "서버가 요청에 실패했을 때 첫 시도 다음의 시도 횟수입니다.",
            ),
            0,
            20,
            1,
            whole=True,
            group="attempts",
        ),
        Parameter(
            "retry_on",
            Text("Retried", "재시도 대상"),
            NO_UNIT,
            "connection",
            Text(
                "Connections that fail, or everything that went wrong: a request may then be "
                "worked on twice.",
                "연결 실패만, 또는 모든 실패입니다. 모든 실패를 재시도하면 같은 요청이 "
                "두 번 처리될 수 있습니다.",
            ),
            choices=(
                Choice("connection", Text("Failed connections", "연결 실패")),
                Choice("all", Text("Every failure", "모든 실패")),
            ),
            group="attempts",
        ),
        Parameter(
            "redispatch",
            Text("Retry where", "재시도 위치"),
            NO_UNIT,
            "last",
            Text(
                "The same server after a wait, or a new choice: on the last retry only "
                "(HAProxy), or every time.",
                "기다렸다가 같은 서버로, 또는 새로 골라 보냅니다. 마지막에만(HAProxy) 또는 "
                "매번입니다.",
            ),
            choices=(
                Choice("same", Text("Same server", "같은 서버")),
                Choice("last", Text("New choice at last", "마지막에 새로 선택")),
                Choice("other", Text("New choice", "매번 새로 선택")),
            ),
            group="attempts",
        ),
        Parameter(
            "retry_wait_s",
            Text("Turn-around wait", "재시도 대기"),
            SECONDS,
            1.0,
            Text(
                "Pause before the same server is tried again.",
                "같은 서버에 다시 보내기 전의 대기 시간입니다.",
            ),
            0.0,
            3600.0,
            0.5,
            group="attempts",
        ),
        Parameter(
            "connect_timeout_s",
            Text("Connect timeout", "연결 시간 제한"),
            SECONDS,
            0.0,
            Text(
                "How long a server may take to accept a connection; 0 sets no limit.",
                "서버가 연결을 받아들이기까지의 시간 제한입니다. 0이면 제한이 없습니다.",
            ),
            0.0,
            3600.0,
            0.5,
            group="attempts",
        ),
        Parameter(
            "response_timeout_s",
            Text("Response timeout", "응답 시간 제한"),
            SECONDS,
            0.0,
            Text(
                "How long a server may take to answer; 0 sets no limit. It goes on with its work.",
                "서버 응답의 시간 제한입니다. 0이면 제한이 없으며, 서버는 일을 계속합니다.",
            ),
            0.0,
            3600.0,
            0.5,
            group="attempts",
        ),
        Parameter(
            "max_connections",
            Text("Connections per server", "서버당 연결 수"),
            REQUESTS,
            0,
            Text(
                "Requests at one server at most; the others wait in the balancer, in order. "
                "0: they queue in the servers.",
                "서버 하나에 동시에 보내는 요청 수입니다. 나머지는 로드 밸런서에서 차례로 "
                "기다립니다. 0이면 서버에서 기다립니다.",
            ),
            0,
            1_000_000,
            10,
            whole=True,
            group="attempts",
        ),
        Parameter(
            "queue_max",
            Text("Balancer queue", "로드 밸런서 대기열"),
            REQUESTS,
            0,
            Text(
                "Requests that may wait here for a connection; 0 sets no limit.",
                "연결을 기다릴 수 있는 요청 수입니다. 0이면 제한이 없습니다.",
            ),
            0,
            1_000_000,
            10,
            whole=True,
            group="attempts",
        ),
        Parameter(
            "queue_timeout_s",
            Text("Queue timeout", "대기 시간 제한"),
            SECONDS,
            0.0,
            Text(
                "How long a request may wait here for a connection; 0 sets no limit.",
                "연결을 기다리는 시간 제한입니다. 0이면 제한이 없습니다.",
            ),
            0.0,
            3600.0,
            0.5,
            group="attempts",
        ),
        cancels(),
        *variation(),
        *virtual_ip(),
        servers.depth(),
        *checks(2.0, 3, 2, Text("each server", "각 서버"), servers.CHECKED),
        *servers.passive(),
        *servers.coming_and_going(),
        *restarts(),
    ),
    presets=PRESETS,
    port=Port(("web_server",), 0.25),
)
