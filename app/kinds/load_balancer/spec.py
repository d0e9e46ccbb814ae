"""A load balancer: one public address in front of many servers.

Check defaults are HAProxy's (configuration manual: ``inter`` 2 s, ``fall`` 3, ``rise`` 2).
"""

from app.kinds.parts import checks, cores, exposure, nat, queue_limit, variation, work_ms
from app.schema import NO_UNIT, Choice, Kind, Parameter, Port, Preset, Text

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
        *variation(),
        *checks(2.0, 3, 2, Text("each server", "각 서버")),
    ),
    presets=(Preset("load_balancer", Text("Load balancer", "로드 밸런서"), "lb", {}),),
    port=Port(("web_server",), 0.25),
)
