"""The texts that the browser fills in itself; placeholders in braces are filled there too."""

from app.engine.invariants import BREACHES, CONTRADICTION
from app.schema import Text

LIVE: dict[str, Text] = {
    # states: always a glyph and a word
    "js.state.idle": Text("Idle", "유휴"),
    "js.state.healthy": Text("Healthy", "정상"),
    "js.state.busy": Text("Busy", "바쁨"),
    "js.state.saturated": Text("Saturated", "포화"),
    "js.state.down": Text("Down", "중단"),
    "js.state.recovering": Text("Recovering", "복구 중"),
    "js.state.neutral": Text("Note", "알림"),
    "js.state.problem": Text("Problem", "문제"),
    # node cards
    "js.public": Text("Public", "공인"),
    "js.role.primary": Text("Primary", "주 서버"),
    "js.role.replica": Text("Replica", "부 서버"),
    "js.role.active": Text("Active", "활성"),
    "js.role.standby": Text("Standby", "대기"),
    "js.queue": Text("queue", "대기"),
    "js.rate": Text("{rate}/s", "{rate}/초"),
    "js.sent": Text("{rate} req/s", "{rate} 요청/초"),
    "js.reads_writes": Text("{reads} r/s · {writes} w/s", "읽기 {reads} · 쓰기 {writes}"),
    "js.cached": Text("{share} cached", "캐시 {share}"),
    "js.failing": Text("{rate}/s failed", "실패 {rate}/초"),
    "js.lag": Text("lag {seconds} s", "지연 {seconds}초"),
    "js.refused_since": Text("Refused since {at} s", "{at}초부터 거절"),
    "js.catching_up": Text("catching up, {seconds} s behind", "따라잡는 중, {seconds}초 뒤"),
    "js.out.diverged": Text("stays out, {count} own writes", "분리됨, 혼자 가진 쓰기 {count}건"),
    "js.out.repaired": Text("recovering, {count} own writes", "복구 중, 혼자 가진 쓰기 {count}건"),
    "js.starting": Text("starting", "시작하는 중"),
    "js.node_label": Text(
        "{name}, {kind}. {state}. {details}", "{name}, {kind}. {state}. {details}"
    ),
    "js.node_util": Text("utilisation {util} %, queue {queue}", "사용률 {util} %, 대기 {queue}"),
    "js.selected": Text("selected", "선택됨"),
    "js.crash": Text("Crash", "중단"),
    "js.silent_since": Text("no answer since {at} s", "{at}초부터 응답 없음"),
    "js.booting_since": Text("starting, down since {at} s", "{at}초부터 중단, 부팅 중"),
    "js.usd_month": Text("{usd} USD a month", "월 {usd}달러"),
    "js.servers": Text("{up} of {count} servers up", "서버 {count}대 중 {up}대 동작"),
    "js.slower": Text("{factor}× slower", "{factor}배 느림"),
    "js.cut.both": Text("cut", "끊김"),
    "js.cut.forth": Text("requests cut", "요청 끊김"),
    "js.cut.back": Text("answers cut", "응답 끊김"),
    "js.degraded": Text("degraded", "품질 저하"),
    "js.loses": Text("{percent} % lost", "손실 {percent} %"),
    "js.extra": Text("+{ms} ms", "+{ms} ms"),
    "js.toast.fault.crash": Text("{name} crashed", "{name} 중단"),
    "js.toast.fault.silence": Text("{name} hangs", "{name} 응답 없음"),
    "js.toast.fault.slow": Text("{name} slowed down", "{name} 느려짐"),
    "js.toast.fault.flush": Text("{name} flushed", "{name} 비움"),
    "js.toast.fault.rewind": Text("{name} drops its own writes", "{name}: 혼자 가진 쓰기를 버림"),
    "js.toast.fault.rebuild": Text("{name} is being copied anew", "{name}: 전체를 다시 복사"),
    "js.toast.fault.merge": Text(
        "{name}: its own writes are being replayed", "{name}: 혼자 가진 쓰기를 다시 반영"
    ),
    "js.toast.fault.restore": Text("{name}: rows are being restored", "{name}: 행 복원 시작"),
    "js.toast.fault.skip": Text("{name} leaves the duplicates out", "{name}: 중복된 행 건너뜀"),
    "js.toast.fault.stop": Text("{name}: recovery stopped", "{name}: 복구 중지"),
    "js.toast.fault.destroy": Text("{name}: rows deleted", "{name} 행 삭제"),
    "js.ledger.acknowledged": Text("acknowledged", "승인됨"),
    "js.ledger.safe": Text("safe", "안전"),
    "js.ledger.at_risk": Text("not on every copy yet", "아직 일부에만"),
    "js.ledger.lost": Text("lost", "유실"),
    "js.ledger.recovered": Text("lost, then recovered", "유실 뒤 복구"),
    "js.ledger.conflicted": Text("in conflict", "충돌"),
    "js.ledger.destroyed": Text("destroyed", "파괴됨"),
    "js.ledger.unknown": Text("there, though the client saw a failure", "실패로 보였지만 남음"),
    "js.ledger.divergent": Text("taken by a second primary", "두 번째 주 서버가 받음"),
    "js.ledger.two_primaries_s": Text("seconds with two primaries", "주 서버가 둘이던 초"),
    "js.toast.fault.cut_link": Text("{name} cut", "{name} 끊김"),
    "js.toast.fault.degrade": Text("{name} degraded", "{name} 품질 저하"),
    "js.heal": Text("Heal", "복구"),
    "js.crash_node": Text("Crash {name}", "{name} 중단"),
    "js.heal_node": Text("Heal {name}", "{name} 복구"),
    # links
    "js.link.traffic": Text("Requests", "요청"),
    "js.link.lookup": Text("Name lookups", "이름 조회"),
    "js.link.replication": Text("Replication", "복제"),
    "js.link_label": Text(
        "Link from {source} to {target}. {kind}, {rate} per second",
        "{source}에서 {target}로 가는 연결. {kind}, 초당 {rate}",
    ),
    "js.link_failing": Text("{failed} of them fail", "그중 {failed}건 실패"),
    "js.problem.private_address": Text("private address", "사설 주소"),
    "js.problem.other_network": Text("other network", "다른 사설망"),
    "js.problem.two_masters": Text("two masters", "마스터가 둘"),
    "js.problem.no_way_out": Text("no way out", "나갈 길 없음"),
    "js.problem.no_endpoint": Text("nothing to connect to", "접속 대상 없음"),
    "js.problem.no_server": Text("no server behind", "뒤에 서버 없음"),
    "js.problem.no_primary": Text("no primary", "주 서버 없음"),
    "js.problem.two_primaries": Text("second primary", "주 서버가 둘"),
    # clock, transport, load
    "js.live": Text("Live", "실행 중"),
    "js.paused": Text("Paused", "일시정지"),
    "js.past": Text("Viewing the past", "과거를 보는 중"),
    "js.replaying": Text("Replaying", "다시 재생 중"),
    "js.seeking": Text("Going there", "이동하는 중"),
    "js.seconds": Text("{seconds} s", "{seconds}초"),
    "js.scrub.value": Text("{at} s of {head} s", "{head}초 중 {at}초"),
    "js.scrub.past": Text(
        "{at} s of {head} s, viewing the past", "{head}초 중 {at}초, 과거를 보는 중"
    ),
    "js.scrub.went": Text("Viewing {at} s", "{at}초를 보는 중"),
    "js.pause": Text("Pause", "일시정지"),
    "js.resume": Text("Resume", "재개"),
    "js.running_at": Text("running at {rate}×", "{rate}× 로 실행 중"),
    "js.load_users": Text("{users} users", "사용자 {users}명"),
    "js.load_rps": Text("{rps} req/s", "초당 요청 {rps}건"),
    "js.load_text": Text(
        "{users} users, {rps} requests per second, {factor} times the drawing",
        "사용자 {users}명, 초당 요청 {rps}건, 설계의 {factor}배",
    ),
    "js.not_yet": Text(
        "not yet: too few requests in this second", "아직 없음: 이 1초 동안의 요청이 너무 적음"
    ),
    "js.total": Text("{count} in all", "모두 {count}건"),
    "js.dot": Text("one dot = {count} requests", "점 하나 = 요청 {count}건"),
    "js.dot_one": Text("one dot = 1 request", "점 하나 = 요청 1건"),
    "js.faults_one": Text("1 fault active", "고장 1개"),
    "js.faults": Text("{count} faults active", "고장 {count}개"),
    # banners
    "js.warming": Text("The engine is compiling.", "엔진을 컴파일하고 있습니다."),
    "js.warming_at": Text(
        "The engine is compiling ({percent} %).", "엔진을 컴파일하고 있습니다 ({percent} %)."
    ),
    "js.warming_more": Text("You can already edit.", "편집은 지금도 할 수 있습니다."),
    "js.engine_failed": Text("The engine could not start.", "엔진을 시작하지 못했습니다."),
    "js.engine_failed_more": Text(
        "Editing works; the server's log says why it does not run.",
        "편집은 됩니다. 실행되지 않는 이유는 서버 로그에 있습니다.",
    ),
    "js.breached": CONTRADICTION,
    "js.breached_more": Text(
        "That is an error in the program: do not trust this run's numbers.",
        "프로그램 오류이니 이 실행의 수치를 믿지 마십시오.",
    ),
    **{f"js.breach.{name}": text for name, text in BREACHES.items()},
    "js.reconnecting": Text("Reconnecting.", "다시 연결하고 있습니다."),
    "js.reconnecting_more": Text(
        "The run goes on at the server; you will catch up.",
        "실행은 서버에서 계속됩니다. 연결되면 따라잡습니다.",
    ),
    "js.gone": Text("This sandbox has ended.", "이 샌드박스는 끝났습니다."),
    "js.gone_more": Text(
        "Unused sandboxes are removed after a while.",
        "쓰지 않는 샌드박스는 시간이 지나면 지워집니다.",
    ),
    "js.gone_new": Text("Start a new one", "새로 시작"),
    # toasts
    "js.undo": Text("Undo", "실행 취소"),
    "js.dismiss": Text("Dismiss", "닫기"),
    "js.toast.crashed": Text("{name} crashed", "{name} 중단"),
    "js.toast.healed": Text("{name} healed", "{name} 복구"),
    "js.toast.healed_all": Text("Everything healed", "모두 복구했습니다"),
    "js.toast.deleted": Text("{name} deleted", "{name} 삭제"),
    "js.toast.deleted_many": Text("{count} items deleted", "{count}개 삭제"),
    "js.toast.undone": Text("Undone: {what}", "실행 취소: {what}"),
    "js.toast.redone": Text("Done again: {what}", "다시 실행: {what}"),
    "js.toast.nothing_to_undo": Text("Nothing to undo", "실행 취소할 것이 없습니다"),
    "js.toast.nothing_to_redo": Text("Nothing to redo", "다시 실행할 것이 없습니다"),
    "js.toast.copied": Text("Link copied, {count} characters", "링크 복사, {count}자"),
    "js.toast.copy_by_hand": Text(
        "Press Ctrl+C to copy the selected link", "선택된 링크를 Ctrl+C로 복사하세요"
    ),
    "js.toast.offline": Text("The server does not answer", "서버가 응답하지 않습니다"),
    "js.toast.refused": Text("The server refused: {why}", "서버가 거절했습니다: {why}"),
    "js.toast.not_saved": Text(
        "Not saved: a value was out of range", "저장하지 않음: 범위를 벗어난 값이 있습니다"
    ),
    "js.toast.seed": Text("Run restarted with seed {seed}", "시드 {seed}로 다시 시작했습니다"),
    # connecting
    "js.connect.from": Text(
        "Connecting from {name}: choose where to.", "{name}에서 연결: 대상을 고르세요."
    ),
    "js.connect.pick": Text("Choose where the link starts.", "연결이 시작될 노드를 고르세요."),
    "js.connect.done": Text("{source} linked to {target}", "{source}에서 {target}로 연결"),
    "js.connect.targets": Text(
        "{source} links to: {kinds}.", "{source}에서 이을 수 있는 대상: {kinds}."
    ),
    "js.connect.no_targets": Text(
        "{source} sends nothing on; draw the link towards it.",
        "{source}에서 나가는 연결은 없습니다. 반대로 이으세요.",
    ),
    "js.connect.linked": Text("They are linked already.", "이미 연결되어 있습니다."),
    "js.connect.nothing_fits": Text(
        "There is nothing here that {name} can link to.", "{name}에서 이을 수 있는 대상이 없습니다."
    ),
    "js.move.mode": Text(
        "Moving {name}: arrows move, Enter drops.", "{name} 이동: 화살표로 옮기고 Enter로 놓습니다."
    ),
    "js.added": Text("{name} added", "{name} 추가"),
    # charts
    "js.series.offered": Text("offered", "들어옴"),
    "js.series.completed": Text("completed", "완료"),
    "js.series.failed": Text("failed", "실패"),
    # why requests failed
    "js.failure.refused": Text("Connection refused", "연결 거절"),
    "js.failure.lost_in_crash": Text("Lost in a crash", "중단으로 유실"),
    "js.failure.queue_full": Text("Queue full", "대기열 가득 참"),
    "js.failure.unreachable": Text("Unreachable address", "닿지 않는 주소"),
    "js.failure.no_server": Text("No healthy server", "정상 서버 없음"),
    "js.failure.no_quorum": Text("Too few copies answered", "응답한 복제본 부족"),
    "js.failure.no_database": Text("No healthy database", "정상 데이터베이스 없음"),
    "js.failure.not_primary": Text("Not the primary", "주 서버가 아님"),
    "js.failure.lookup_failed": Text("Name lookup failed", "이름 조회 실패"),
    "js.failure.connect_timeout": Text("Connect timeout", "연결 시간 초과"),
    "js.failure.gateway_timeout": Text("Server took too long", "서버 응답 시간 초과"),
    "js.failure.queue_timeout": Text("Waited too long", "대기 시간 초과"),
    "js.failure.expired": Text("Deadline had passed", "기한이 지남"),
    "js.failure.at_capacity": Text("All workers busy", "작업자가 모두 사용 중"),
    "js.failure.circuit_open": Text("Circuit open", "회로 차단"),
    "js.failure.pool_timeout": Text("No free connection", "빈 연결 없음"),
    "js.failure.too_many_connections": Text("Too many connections", "연결 한도 초과"),
    "js.failure.timed_out": Text("User gave up", "사용자가 포기"),
}
