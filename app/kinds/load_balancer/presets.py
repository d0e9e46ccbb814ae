"""Load balancers as they come: each preset sets what that product does by default.

Sources: HAProxy's configuration manual; nginx' upstream and proxy modules; Envoy's outlier
detection, panic threshold, circuit breaking and timeouts; AWS' guides to ALB and NLB (2023). What a
product leaves open has a usual value, and what it does not have is off.
"""

from app.schema import Preset, Text

PRESETS = (
    Preset("load_balancer", Text("Load balancer", "로드 밸런서"), "lb", {}),
    Preset(
        "haproxy",
        Text("HAProxy", "HAProxy"),
        "lb",
        {
            "check_interval_s": 2.0,
            "check_fall": 3,
            "check_rise": 2,
            "check_type": "request",
            "retries": 3,
            "retry_on": "connection",
            "redispatch": "last",
            "retry_wait_s": 1.0,
            "connect_timeout_s": 5.0,
            "queue_timeout_s": 5.0,
            "max_connections": 100,
        },
        Text(
            "Checks every 2 s, 3 to fall, 2 to rise; 3 retries of failed connections, the last at "
            "another server; 100 connections per server, the others wait 5 s at most; with no "
            "server left it answers 503.",
            "2초마다 점검하고 3번 실패하면 제외, 2번 성공하면 복귀. 연결 실패는 3번 재시도하며 "
            "마지막은 다른 서버로. 서버당 연결 100개, 나머지는 최대 5초 대기. 서버가 없으면 503.",
        ),
        True,
    ),
    Preset(
        "nginx",
        Text("nginx", "nginx"),
        "lb",
        {
            "algorithm": "weighted",
            "check_type": "none",
            "passive": "on",
            "passive_failures": 1,
            "passive_window_s": 10.0,
            "passive_ejection_s": 10.0,
            "passive_ejection_max_s": 10.0,
            "passive_share_max": 100.0,
            "panic_percent": 1.0,
            "retries": 1,
            "retry_on": "connection",
            "redispatch": "other",
            "connect_timeout_s": 60.0,
            "response_timeout_s": 60.0,
        },
        Text(
            "No checks of its own: one failed request takes a server out for 10 s, and with none "
            "left it tries them all; a failed connection is tried at the next server; timeouts of "
            "60 s.",
            "스스로 점검하지 않고, 요청이 한 번 실패하면 서버를 10초 동안 제외하며 남은 서버가 "
            "없으면 모두 시도. 연결 실패는 다음 서버로. 제한 시간은 60초.",
        ),
        True,
    ),
    Preset(
        "envoy",
        Text("Envoy", "Envoy"),
        "lb",
        {
            "check_interval_s": 2.0,
            "check_fall": 3,
            "check_rise": 2,
            "passive": "on",
            "passive_failures": 5,
            "passive_ejection_s": 30.0,
            "passive_ejection_max_s": 300.0,
            "passive_share_max": 10.0,
            "panic_percent": 50.0,
            "redispatch": "other",
            "connect_timeout_s": 5.0,
            "response_timeout_s": 15.0,
            "max_connections": 1024,
            "queue_max": 1024,
        },
        Text(
            "Ejects a server for 30 s and more after 5 failures in a row, but at most 10 % of "
            "them; with less than half of the servers usable it uses all; timeouts of 5 s to "
            "connect and 15 s to answer; no retries unless asked for.",
            "연속 5번 실패한 서버를 30초 이상 제외하되 최대 10%까지. 쓸 만한 서버가 절반 "
            "미만이면 모두 사용. 연결 5초, 응답 15초 제한. 재시도는 켜야 함.",
        ),
        True,
    ),
    Preset(
        "alb",
        Text("AWS ALB", "AWS ALB"),
        "lb",
        {
            "check_interval_s": 30.0,
            "check_timeout_s": 5.0,
            "check_fall": 2,
            "check_rise": 5,
            "check_type": "request",
            "panic_percent": 1.0,
            "drain_s": 300.0,
            "connect_timeout_s": 10.0,
            "response_timeout_s": 60.0,
        },
        Text(
            "Checks every 30 s with a timeout of 5 s, 2 to fall, 5 to rise; fails open: with no "
            "healthy target all get requests; a removed target has 300 s to finish; 60 s for an "
            "answer; no retries.",
            "30초마다 5초 제한으로 점검하고 2번 실패하면 제외, 5번 성공하면 복귀. 정상 대상이 "
            "없으면 모두에게 보냄. 제거한 대상은 300초 안에 마무리. 응답 60초 제한. 재시도 없음.",
        ),
        True,
    ),
    Preset(
        "nlb",
        Text("AWS NLB", "AWS NLB"),
        "lb",
        {
            "algorithm": "random",
            "check_interval_s": 30.0,
            "check_timeout_s": 10.0,
            "check_fall": 2,
            "check_rise": 5,
            "check_type": "connect",
            "panic_percent": 1.0,
            "drain_s": 300.0,
            "forward_ms": 0.0,
            "response_timeout_s": 350.0,
        },
        Text(
            "Deals out connections by a hash that is as good as random and does not look into "
            "them; checks by connecting, every 30 s, 2 to fall, 5 to rise; fails open; lets "
            "connections idle for 350 s.",
            "무작위나 다름없는 해시로 연결을 나누고 내용은 보지 않음. 30초마다 연결로 점검하고 "
            "2번 실패하면 제외, 5번 성공하면 복귀. 정상 대상이 없으면 모두에게 보냄. 유휴 350초.",
        ),
        True,
    ),
)
