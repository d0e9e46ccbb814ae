"""Every text of the pages, in English and Korean: what the server renders.

The texts of the live page, which the browser fills in itself, are in `strings_live`; their keys
begin with ``js.``. ``STRINGS`` holds both.
"""

from app.schema import Text
from app.web.strings_live import LIVE

PAGES: dict[str, Text] = {
    "close": Text("Close", "닫기"),
    "skip": Text("Skip to the canvas", "캔버스로 건너뛰기"),
    "noscript": Text(
        "Loadground draws and runs systems in this page, so it needs JavaScript.",
        "Loadground는 이 페이지에서 시스템을 그리고 실행하므로 JavaScript가 필요합니다.",
    ),
    # units
    "unit.s": Text("s", "초"),
    "unit.per_s": Text("/s", "/초"),
    "unit.req_per_s": Text("req/s", "요청/초"),
    # top bar
    "top.home": Text("Loadground: start a new sandbox", "Loadground: 새 샌드박스 시작"),
    "top.history": Text("History", "실행 취소 기록"),
    "top.undo": Text("Undo", "실행 취소"),
    "top.redo": Text("Redo", "다시 실행"),
    "top.run": Text("Simulation", "시뮬레이션"),
    "top.reset": Text("Back to 0 s", "0초로 되돌리기"),
    "top.step": Text("Step one event", "이벤트 하나 진행"),
    "top.speed": Text("Speed", "속도"),
    "top.max": Text("max", "최대"),
    "top.clock": Text("Simulated time", "시뮬레이션 시각"),
    "top.to_now": Text("Back to now", "현재로 가기"),
    "top.share": Text("Share", "공유"),
    "top.theme": Text("Light or dark", "밝게 또는 어둡게"),
    "top.help": Text("Help and shortcuts", "도움말과 단축키"),
    "top.new_copy": Text(
        "Each opens as a new copy. This one stays at its address.",
        "새 사본으로 열립니다. 지금 것은 이 주소에 남습니다.",
    ),
    # palette
    "palette.title": Text("Components", "구성 요소"),
    "palette.search": Text("Find a component", "구성 요소 찾기"),
    "palette.variants": Text("{kind}: ready-made", "{kind}: 제품별 설정"),
    "palette.none": Text("Nothing by that name.", "그런 이름이 없습니다."),
    "palette.hint": Text("Drag, click or press Enter.", "끌거나, 누르거나, Enter를 치세요."),
    # load and totals
    "strip.title": Text("Offered load and results", "부하와 결과"),
    "strip.load": Text("Load", "부하"),
    "strip.offered": Text("Offered", "들어온 요청"),
    "strip.offered_word": Text("offered", "도착"),
    "strip.offered_help": Text("Requests that users sent", "사용자가 보낸 요청"),
    "strip.completed": Text("Completed", "완료"),
    "strip.completed_help": Text(
        "Requests that were answered, per second", "응답을 받은 초당 요청 수"
    ),
    "strip.failed": Text("Failed", "실패"),
    "strip.failed_help": Text(
        "Requests that failed, per second, and their share of all that ended",
        "실패한 초당 요청 수와, 끝난 요청 가운데 그 비율",
    ),
    "strip.latency_help": Text(
        "Latency: {share} % of requests are answered within this time; shown from 100 requests on",
        "응답 시간: 요청의 {share} %가 이 시간 안에 끝납니다. 요청이 100건 이상일 때 표시합니다",
    ),
    "strip.in_flight": Text("In flight", "처리 중"),
    "strip.in_flight_help": Text(
        "Requests under way now: sent, and neither answered nor failed",
        "보냈지만 아직 응답도 실패도 없는 요청 수",
    ),
    "strip.lost": Text("Lost writes", "유실된 쓰기"),
    "strip.lost_help": Text(
        "Writes that users were told are saved and that no database has any more",
        "저장되었다고 응답했지만 어느 데이터베이스에도 남지 않은 쓰기",
    ),
    # canvas
    "canvas.title": Text("Canvas", "캔버스"),
    "canvas.help": Text(
        "Nodes are focused with the arrow keys. Enter selects, C connects, K crashes or heals, "
        "M moves, Delete removes. Press the question mark for all keys.",
        "화살표 키로 노드를 옮겨 다닙니다. Enter는 선택, C는 연결, K는 중단이나 복구, M은 이동, "
        "Delete는 삭제입니다. 물음표를 누르면 모든 키가 나옵니다.",
    ),
    "canvas.empty": Text(
        "Nothing here yet. Add a component from the left, or open a scenario.",
        "아직 아무것도 없습니다. 왼쪽에서 구성 요소를 더하거나 시나리오를 여세요.",
    ),
    "canvas.zoom": Text("Zoom", "확대와 축소"),
    "canvas.zoom_in": Text("Zoom in", "확대"),
    "canvas.zoom_out": Text("Zoom out", "축소"),
    "canvas.fit": Text("Fit everything", "모두 보기"),
    "canvas.cancel": Text("Cancel", "취소"),
    "canvas.heal_all": Text("Heal all", "모두 복구"),
    "legend.read": Text("read", "읽기"),
    "legend.write": Text("write", "쓰기"),
    "legend.error": Text("error", "오류"),
    "legend.width": Text("width = rate", "굵기 = 요청률"),
    "legend.slowed": Text("slowed down to be visible", "보이도록 느리게 표시"),
    # tabs and timeline
    "tabs.title": Text("Panels", "패널"),
    "tabs.canvas": Text("Canvas", "캔버스"),
    "tabs.add": Text("Add", "추가"),
    "tabs.run": Text("Run", "실행"),
    "tabs.timeline": Text("Timeline", "타임라인"),
    "tabs.inspector": Text("Inspector", "속성"),
    "tabs.collapse": Text("Show or hide the charts", "차트 보이기 또는 숨기기"),
    "timeline.you": Text("you", "나"),
    "timeline.empty": Text(
        "What you do and how the system reacts is listed here.",
        "내가 한 일과 시스템의 반응이 여기에 쌓입니다.",
    ),
    "timeline.go": Text("Go to {at} s", "{at}초로 가기"),
    # scrubber
    "scrub.label": Text("Moment of the run", "실행 시점"),
    "scrub.hint": Text(
        "Drag the marker to go back. Editing the past starts a branch.",
        "표시를 끌면 과거로 갑니다. 과거에서 고치면 분기가 시작됩니다.",
    ),
    # charts
    "chart.throughput": Text("Throughput", "처리량"),
    "chart.latency": Text("Latency", "응답 시간"),
    "chart.utilisation": Text("Utilisation", "사용률"),
    "chart.table": Text("Latest values of the charts", "차트의 최근 값"),
    "chart.series": Text("Series", "계열"),
    "chart.now": Text("Now", "현재"),
    # inspector
    "inspector.title": Text("Inspector", "속성"),
    "inspector.now": Text("Measured now", "지금 측정값"),
    "inspector.show": Text("Show", "보기"),
    "inspector.theory": Text("Theory, everything up", "이론값 (모두 정상일 때)"),
    "inspector.why": Text("Why requests failed", "요청이 실패한 이유"),
    "inspector.why_at": Text("request {request}, at {at} s", "요청 {request}, {at}초"),
    "inspector.why_help": Text(
        "The last of the requests that are traced; the others failed like them.",
        "추적한 요청 중 최근 것입니다. 나머지도 비슷하게 실패합니다.",
    ),
    "inspector.cost": Text("Cost", "비용"),
    "inspector.cost_month": Text("In all", "합계"),
    "inspector.break": Text("Break it", "고장 내기"),
    "inspector.break_help": Text(
        "A crash refuses connections at once and loses the work in memory. A node that hangs takes "
        "connections and never answers; then it works off what it holds.",
        "중단되면 연결을 바로 거절하고 메모리의 작업을 잃습니다. 응답이 멈추면 연결은 받지만 "
        "답하지 않으며, 복구되면 받아 둔 일부터 처리합니다.",
    ),
    "recover.title": Text("Its data", "데이터"),
    "recover.extra": Text("Writes that no other database has:", "혼자 가진 쓰기:"),
    "recover.rewind": Text("Rewind", "되감기"),
    "recover.rebuild": Text("Rebuild", "재구축"),
    "recover.merge": Text("Merge", "병합"),
    "recover.restore": Text("Restore", "복원"),
    "recover.skip": Text("Skip duplicates", "중복 건너뛰기"),
    "recover.stop": Text("Stop", "중지"),
    "recover.destroy": Text("Destructive write", "파괴적인 쓰기"),
    "recover.help": Text(
        "One that stays out with writes of its own can discard them (rewind), be copied anew "
        "(rebuild) or have them replayed at the primary by script (merge). A destructive write "
        "empties every table, and replicates; then a backup or a replica that is behind restores "
        "rows.",
        "혼자 가진 쓰기 때문에 빠져 있으면 그 쓰기를 버리거나(되감기), 전체를 다시 복사하거나"
        "(재구축), 스크립트로 주 서버에 다시 반영할 수 있습니다(병합). 파괴적인 쓰기는 모든 "
        "테이블을 비우고 복제됩니다. 그 뒤 백업이나 뒤처진 부 서버로 행을 복원합니다.",
    ),
    "break.hang": Text("Hang", "응답 없음"),
    "break.slow": Text("Slow", "느리게"),
    "break.flush": Text("Flush", "비우기"),
    "break.partition": Text("Cut off", "고립"),
    "break.scope": Text("What", "대상"),
    "break.factor": Text("Slower", "느려지는 정도"),
    "break.times": Text("times", "배"),
    "break.servers": Text("Servers hit", "고장 낼 서버"),
    "break.of_them": Text("of them", "대"),
    "break.servers_help": Text(
        "It stands for several servers: a fault hits so many of them, the first ones first. Heal "
        "is for all.",
        "이 노드는 서버 여러 대입니다. 고장은 앞에서부터 그만큼만 나고, 복구는 모두에 적용됩니다.",
    ),
    "break.for": Text("Ends after", "지속 시간"),
    "break.until_healed": Text("not by itself", "계속"),
    "break.cut": Text("Cut", "끊기"),
    "break.degrade": Text("Degrade", "품질 저하"),
    "break.direction": Text("Cut", "끊는 방향"),
    "break.both": Text("Both ways", "양방향"),
    "break.forth": Text("Requests only", "요청만"),
    "break.back": Text("Answers only", "응답만"),
    "break.loss": Text("Messages lost", "손실률"),
    "break.extra": Text("Extra latency", "추가 지연"),
    "break.link_help": Text(
        "Over a cut link nothing arrives and nobody is told. TCP sends lost messages again, 0.2 s "
        "later, then 0.4 s, and so on.",
        "끊긴 연결에서는 아무것도 도착하지 않고 누구도 알지 못합니다. 잃은 메시지는 TCP가 0.2초, "
        "0.4초 뒤에 다시 보냅니다.",
    ),
    "inspector.connect": Text("Connect", "연결"),
    "inspector.delete": Text("Delete", "삭제"),
    "inspector.delete_link": Text("Delete link", "연결 삭제"),
    "live.util": Text("Utilisation", "사용률"),
    "live.queue": Text("Queue", "대기열"),
    "live.inst": Text("Servers up", "동작 중인 서버"),
    "live.rps": Text("Requests", "요청"),
    "live.sent": Text("Sent", "보낸 요청"),
    "live.p95": Text("p95 here", "여기 p95"),
    "live.failed": Text("Failed", "실패"),
    "live.reads": Text("Reads", "읽기"),
    "live.writes": Text("Writes", "쓰기"),
    "live.lag": Text("Lag", "지연"),
    "live.behind": Text("Log to apply", "적용할 로그"),
    "live.sum": Text("Checksum of its data", "데이터 체크섬"),
    "live.commit": Text("Commit waits", "커밋 대기"),
    "live.commit_p99": Text("Commit p99", "커밋 p99"),
    "live.used": Text("Connections used", "쓰는 연결"),
    "live.pooled": Text("Wait for one", "연결 대기"),
    "live.stale": Text("Stale reads", "오래된 읽기"),
    "live.stale_hits": Text("Stale hits", "오래된 적중"),
    "live.conflicts": Text("Conflicts", "충돌"),
    "live.dropped": Text("Updates dropped", "버려진 갱신"),
    "live.merged": Text("Merged", "병합"),
    "live.rejected": Text("Rejected", "거부"),
    "live.collisions": Text("Row numbers given twice", "겹친 행 번호"),
    "live.diverged": Text("Keys that differ", "서로 다른 키"),
    "live.stopped": Text("Does not apply", "적용 멈춤"),
    "live.reach": Text("Pairs that reach", "닿는 쌍"),
    "live.circling": Text("Writes circling", "맴도는 쓰기"),
    "live.own": Text("Own writes missed", "쓴 것을 못 봄"),
    "live.since": Text("Down since", "중단 시각"),
    "live.hit": Text("Cached", "캐시 적중"),
    "group.load": Text("Load", "부하"),
    "group.page": Text("Page", "페이지"),
    "group.behaviour": Text("Behaviour", "동작"),
    "group.retries": Text("Retries", "재시도"),
    "group.attempts": Text("Attempts", "시도"),
    "group.overload": Text("Overload", "과부하"),
    "group.service": Text("Service", "처리"),
    "group.network": Text("Network", "네트워크"),
    "group.names": Text("Names", "이름"),
    "group.connections": Text("Connections", "연결 설정"),
    "group.checks": Text("Health checks", "상태 점검"),
    "group.passive": Text("Passive checks", "수동 점검"),
    "group.servers": Text("Servers that come and go", "서버의 드나듦"),
    "group.replication": Text("Replication", "복제"),
    "group.commit": Text("Commit", "커밋"),
    "group.data": Text("Calls to databases", "데이터베이스 호출"),
    "group.variation": Text("Variation", "변동"),
    "group.virtual_ip": Text("Virtual IP", "가상 IP"),
    "group.memory": Text("Memory", "메모리"),
    "group.scaling": Text("Scaling out", "스케일 아웃"),
    "group.restart": Text("Restart", "다시 시작"),
    "group.place": Text("Place", "위치"),
    "group.link": Text("Link", "연결"),
    # overview
    "overview.title": Text("This design", "이 설계"),
    "overview.size": Text("{nodes} nodes, {links} links", "노드 {nodes}개, 연결 {links}개"),
    "overview.problems": Text("Problems", "문제"),
    "overview.no_problems": Text(
        "No problems found in the drawing.", "그림에서 문제를 찾지 못했습니다."
    ),
    "overview.ledger": Text("Acknowledged writes", "승인된 쓰기"),
    "overview.failures": Text("Why requests failed", "요청이 실패한 이유"),
    "overview.seed": Text("Random seed", "난수 시드"),
    "overview.seed_set": Text("Restart with it", "이 시드로 다시 시작"),
    "overview.seed_help": Text(
        "The same seed and the same actions give the same run, to the last request.",
        "시드와 조작이 같으면 마지막 요청까지 똑같이 실행됩니다.",
    ),
    "overview.scenarios": Text("Scenarios", "시나리오"),
    "document.title": Text("Document", "문서"),
    "document.export": Text("Download", "내려받기"),
    "document.import": Text("Open a file", "파일 열기"),
    "document.help": Text(
        "A readable JSON file. Opening one starts a new sandbox.",
        "읽을 수 있는 JSON 파일입니다. 열면 새 샌드박스가 시작됩니다.",
    ),
    # share
    "share.title": Text("Share “{name}”", "“{name}” 공유"),
    "share.link": Text("Link to this design", "이 설계의 링크"),
    "share.copy": Text("Copy", "복사"),
    "share.count": Text("{count} characters.", "{count}자."),
    "share.opens": Text(
        "Opens as a copy: whoever opens it changes their own.",
        "사본으로 열립니다. 연 사람은 자기 사본만 바꿉니다.",
    ),
    "share.file": Text("Or as a file", "파일로 공유"),
    "share.file_help": Text(
        "The whole design is in the link or the file; nothing is stored for it on this server.",
        "설계 전체가 링크나 파일 안에 있습니다. 이 서버에 따로 저장하지 않습니다.",
    ),
    # problem page
    "problem.start": Text("Start from a scenario", "시나리오로 시작하기"),
    # help
    "help.title": Text("Help and shortcuts", "도움말과 단축키"),
    "help.intro": Text(
        "Draw a system, run it, break it. Keys work while the canvas has the focus.",
        "시스템을 그리고, 실행하고, 고장 내 보세요. 단축키는 캔버스에 초점이 있을 때 동작합니다.",
    ),
    "help.run": Text("Run", "실행"),
    "help.nodes": Text("Nodes and links", "노드와 연결"),
    "help.view": Text("View", "보기"),
    "help.mouse": Text("Mouse and touch", "마우스와 터치"),
    "key.pause": Text("Pause or resume", "일시정지 또는 재개"),
    "key.step": Text("Step one event", "이벤트 하나 진행"),
    "key.rewind": Text(
        "On the time marker: 1 s back, with Shift 10", "시점 표시: 1초 뒤로, Shift와 함께 10초"
    ),
    "key.now": Text("On the time marker: back to now", "시점 표시: 현재로"),
    "key.undo": Text("Undo", "실행 취소"),
    "key.redo": Text("Redo", "다시 실행"),
    "key.tab": Text("Go to the canvas", "캔버스로 이동"),
    "key.focus": Text("Next node that way", "그 방향의 다음 노드"),
    "key.select": Text("Select", "선택"),
    "key.move": Text("Move with arrows, Enter drops", "화살표로 옮기고 Enter로 놓기"),
    "key.nudge": Text("Move one step", "한 칸 옮기기"),
    "key.connect": Text("Connect, then arrows and Enter", "연결 시작, 화살표와 Enter로 완료"),
    "key.links": Text("Links of the node", "노드의 연결"),
    "key.crash": Text("Crash or heal; a link: cut or heal", "중단 또는 복구, 연결은 끊기"),
    "key.hang": Text("Hang", "응답 없음"),
    "key.delete": Text("Delete", "삭제"),
    "key.all": Text("Select all", "모두 선택"),
    "key.escape": Text("Cancel, deselect", "취소, 선택 해제"),
    "key.search": Text("Find a component", "구성 요소 찾기"),
    "key.fit": Text("Fit everything", "모두 보기"),
    "key.zoom_in": Text("Zoom in", "확대"),
    "key.zoom_out": Text("Zoom out", "축소"),
    "key.help": Text("This list", "이 목록"),
    "mouse.pan": Text(
        "Drag the ground, or anywhere with Space held, to pan.",
        "빈 곳을 끌거나 Space를 누른 채 끌면 화면이 움직입니다.",
    ),
    "mouse.zoom": Text("Wheel or pinch to zoom.", "휠이나 두 손가락으로 확대하고 축소합니다."),
    "mouse.connect": Text(
        "Drag from the dot on a node's right side to another node to connect.",
        "노드 오른쪽 점에서 다른 노드로 끌면 연결됩니다.",
    ),
    "mouse.multi": Text(
        "Shift-click or Shift-drag to select several.",
        "Shift를 누른 채 누르거나 끌면 여럿을 선택합니다.",
    ),
}

STRINGS: dict[str, Text] = {**PAGES, **LIVE}
