"""A population of users that sends requests."""

from app.kinds.client.reach import connecting, resolving, subrequests
from app.kinds.client.reading_back import reading_back
from app.kinds.parts import nat
from app.schema import (
    MILLISECONDS,
    NO_UNIT,
    PER_SECOND,
    PERCENT,
    SECONDS,
    TIMES,
    USERS,
    Choice,
    Kind,
    Parameter,
    Port,
    Preset,
    Text,
)

_OPEN = (("arrivals", ("open",)),)
_PEOPLE = (("arrivals", ("open", "closed")),)
_RETRIES = (("retry", ("at_once", "fixed", "exponential", "full_jitter")),)
_DRAWN = (("arrivals", ("open", "closed", "table")),)

_WEB, _MOBILE = Text("Web users", "웹 사용자"), Text("Mobile users", "모바일 사용자")

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
            when=_PEOPLE,
        ),
        Parameter(
            "requests_per_user",
            Text("Requests per user", "사용자당 요청"),
            PER_SECOND,
            0.1,
            Text(
                "Mean rate of one user: Poisson, not waiting for answers.",
                "사용자 한 명의 평균 요청률입니다. 포아송이며 응답을 기다리지 않습니다.",
            ),
            0.0,
            1000.0,
            0.01,
            group="load",
            when=_OPEN,
        ),
        Parameter(
            "arrivals",
            Text("Arrivals", "도착 방식"),
            NO_UNIT,
            "open",
            Text(
                "Open loop: users act at their own moments, at a steady rate or as a table says. "
                "Closed loop: each waits for the answer, then thinks. Recorded: as in a trace.",
                "개방형: 사용자가 저마다의 시각에, 일정하게 또는 표대로 요청합니다. "
                "폐쇄형: 응답을 기다린 뒤 생각합니다. 기록: 트레이스를 그대로 재생합니다.",
            ),
            choices=(
                Choice("open", Text("Open loop", "개방형")),
                Choice("closed", Text("Closed loop", "폐쇄형")),
                Choice("table", Text("Open loop, table of rates", "개방형, 요청률 표")),
                Choice("recorded", Text("Recorded", "기록")),
            ),
            group="load",
        ),
        Parameter(
            "think_s",
            Text("Think time", "생각 시간"),
            SECONDS,
            5.0,
            Text(
                "Mean pause of a user between an answer and the next request.",
                "응답을 받고 다음 요청을 보내기까지의 평균 시간입니다.",
            ),
            0.001,
            86_400.0,
            0.5,
            group="load",
            when=(("arrivals", ("closed",)),),
        ),
        Parameter(
            "shape",
            Text("Shape", "부하 모양"),
            NO_UNIT,
            "constant",
            Text(
                "How the rate changes over time. A daily curve swings once per length.",
                "시간에 따른 요청률의 변화입니다. 일일 곡선은 길이마다 한 번 오르내립니다.",
            ),
            choices=(
                Choice("constant", Text("Constant", "일정")),
                Choice("ramp", Text("Ramp", "점증")),
                Choice("step", Text("Step", "계단")),
                Choice("spike", Text("Spike", "급증")),
                Choice("daily", Text("Daily curve", "일일 곡선")),
            ),
            group="load",
            when=_OPEN,
        ),
        Parameter(
            "shape_factor",
            Text("Peak", "최고점"),
            NO_UNIT,
            3.0,
            Text(
                "The highest rate of a ramp, step, spike or daily curve, in multiples of the base.",
                "점증, 계단, 급증, 일일 곡선의 최고 요청률을 기본값의 배수로 적습니다.",
            ),
            0.0,
            1000.0,
            0.5,
            group="load",
            when=(*_OPEN, ("shape", ("ramp", "step", "spike", "daily"))),
        ),
        Parameter(
            "shape_start_s",
            Text("Change at", "변화 시작"),
            SECONDS,
            20.0,
            Text(
                "When a ramp, step or spike begins.",
                "점증, 계단, 급증이 시작되는 시각입니다.",
            ),
            0.0,
            1_000_000.0,
            5.0,
            group="load",
            when=(*_OPEN, ("shape", ("ramp", "step", "spike"))),
        ),
        Parameter(
            "shape_length_s",
            Text("Length", "길이"),
            SECONDS,
            20.0,
            Text(
                "How long a ramp or spike takes, or one swing of a daily curve.",
                "점증이나 급증이 이어지는 시간, 또는 일일 곡선 한 주기의 길이입니다.",
            ),
            0.001,
            1_000_000.0,
            5.0,
            group="load",
            when=(*_OPEN, ("shape", ("ramp", "spike", "daily"))),
        ),
        Parameter(
            "rates",
            Text("Rates (CSV)", "요청률 표 (CSV)"),
            NO_UNIT,
            "",
            Text(
                "One time_s,requests_per_s per line; straight lines between "
                "them, and the last one holds.",
                "한 줄에 time_s,requests_per_s. 사이는 직선으로 잇고 마지막 값이 유지됩니다.",
            ),
            0.0,
            1e9,
            columns=("time_s", "requests_per_s"),
            rows_max=2000,
            group="load",
            when=(("arrivals", ("table",)),),
        ),
        Parameter(
            "trace",
            Text("Trace (CSV)", "트레이스 (CSV)"),
            NO_UNIT,
            "",
            Text(
                "One arrival_s,writes,work_ms,... per line; one work_ms for "
                "each station visited in turn, writes is 0 or 1.",
                "한 줄에 arrival_s,writes,work_ms,... 거치는 서버마다 work_ms 하나, "
                "writes는 0 또는 1입니다.",
            ),
            0.0,
            1e9,
            columns=("arrival_s", "writes", "work_ms"),
            rows_max=5000,
            group="load",
            when=(("arrivals", ("recorded",)),),
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
            when=_DRAWN,
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
            "retry",
            Text("After a failure", "실패한 뒤"),
            NO_UNIT,
            "never",
            Text(
                "What a user does when an attempt fails or takes longer than the patience. Work on "
                "the attempt before goes on unless the servers cancel it.",
                "시도가 실패하거나 인내 시간을 넘겼을 때의 행동입니다. 서버가 취소하지 않으면 "
                "앞선 시도의 일은 계속됩니다.",
            ),
            choices=(
                Choice("never", Text("Give up", "포기")),
                Choice("at_once", Text("Retry at once", "즉시 재시도")),
                Choice("fixed", Text("Retry after a fixed pause", "일정 시간 뒤 재시도")),
                Choice("exponential", Text("Exponential back-off", "지수 백오프")),
                Choice("full_jitter", Text("Back-off with full jitter", "전체 지터 백오프")),
            ),
            group="retries",
        ),
        Parameter(
            "retries",
            Text("Retries", "재시도 횟수"),
            TIMES,
            3,
            Text("Attempts after the first one.", "첫 시도 다음의 시도 횟수입니다."),
            1,
            20,
            1,
            whole=True,
            group="retries",
            when=_RETRIES,
        ),
        Parameter(
            "backoff_ms",
            Text("Pause", "대기 시간"),
            MILLISECONDS,
            100.0,
            Text(
                "Pause before the first retry; back-off doubles it every time. With full jitter "
                "the pause is uniform between nothing and that.",
                "첫 재시도 전의 대기입니다. 백오프는 매번 두 배로 늘리고, 전체 지터는 0과 그 값 "
                "사이에서 고르게 뽑습니다.",
            ),
            0.0,
            600_000.0,
            50.0,
            group="retries",
            when=(("retry", ("fixed", "exponential", "full_jitter")),),
        ),
        Parameter(
            "backoff_max_s",
            Text("Longest pause", "최대 대기"),
            SECONDS,
            10.0,
            Text("Back-off grows no further than this.", "백오프는 이보다 길어지지 않습니다."),
            0.0,
            3600.0,
            1.0,
            group="retries",
            when=(("retry", ("exponential", "full_jitter")),),
        ),
        Parameter(
            "retry_budget",
            Text("Retry budget", "재시도 예산"),
            PERCENT,
            0.0,
            Text(
                "Retries allowed per hundred requests, saved up to ten; 0 sets no limit.",
                "요청 100건당 허용하는 재시도 수로 10번까지 모읍니다. 0이면 제한이 없습니다.",
            ),
            0.0,
            100.0,
            5.0,
            group="retries",
            when=_RETRIES,
        ),
        nat(),
        subrequests(),
        *reading_back(),
        *resolving(),
        *connecting(),
    ),
    presets=(
        Preset("web_users", _WEB, "users", {}, retired=True),
        Preset(
            "mobile_users", _MOBILE, "mobile", {"users": 4000, "write_share": 20.0}, retired=True
        ),
        Preset(
            "browsers",
            _WEB,
            "users",
            {
                "users": 1600,
                "subrequests": 4,
                "connection_reuse_percent": 80.0,
                "try_next_address": "on",
            },
            help=Text(
                "People with browsers: a page and its parts, over connections that stay open.",
                "브라우저를 쓰는 사람들입니다. 페이지와 그 부분들을 열린 연결로 가져옵니다.",
            ),
        ),
        Preset(
            "apps",
            _MOBILE,
            "mobile",
            {
                "users": 4000,
                "write_share": 20.0,
                "connection_reuse_percent": 50.0,
                "try_next_address": "on",
            },
            help=Text(
                "People with apps: single calls, half of which have to open a connection first.",
                "앱을 쓰는 사람들입니다. 호출 하나씩이며, 그 절반은 먼저 연결을 열어야 합니다.",
            ),
        ),
    ),
    faults=("crash",),
    port=Port(("dns", "load_balancer", "web_server"), 20.0),
)
