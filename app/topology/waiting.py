"""Which closed form holds at a station, and in plain words why, or why none does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from app.schema import Text, plain
from app.topology.queueing import (
    Queue,
    allen_cunneen,
    ekmc,
    mg1,
    mixed_scv,
    mmc,
    mmck,
)

Quality = Literal["exact", "approximation"]

NEGLIGIBLE: Final = 1e-9
"""A queue whose bound refuses a smaller share than this counts as unbounded."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How a stream comes: gaps of `shape` exponential parts, so 1 is Poisson; None is not known.

    `doubt` says why the shape is not known, or holds only nearly; None when it is exact.
    """

    shape: int | None = 1
    doubt: Text | None = None

    def every(self, count: int) -> Arrivals:
        """Each of the streams that come of dealing this one out to `count` in turn."""
        shape = None if self.shape is None else self.shape * count
        return Arrivals(shape, self.doubt)


@dataclass(frozen=True, slots=True)
class Station:
    """A node as queueing theory sees it. Rates are per second, work is in ms. `unsettled` says why
    none of the forms here fits it, whatever else it is.

    `works` has the (rate, mean work) of every class of request; `applying` that of the log, whose
    entries a replica applies one at a time; `beside` what others on its machine ask of its cores.
    """

    name: str
    works: tuple[tuple[float, float], ...]
    cores: int
    queue_limit: int
    arrivals: Arrivals
    distribution: str = "exponential"
    scv: float = 1.0
    sharing: bool = False
    applying: tuple[float, float] = (0.0, 0.0)
    unsettled: Text | None = None
    beside: tuple[tuple[float, float], ...] = ()

    @property
    def loads(self) -> tuple[tuple[float, float], ...]:
        """Everything that keeps the cores busy: requests of every class, and the log."""
        return tuple(load for load in (*self.works, self.applying) if load[0] > 0.0)

    @property
    def rate(self) -> float:
        """Everything that asks for a core, per second."""
        return sum(rate for rate, _ in self.loads)

    @property
    def work_ms(self) -> float:
        """Mean work of what asks for a core."""
        return sum(rate * work for rate, work in self.loads) / self.rate if self.rate else 0.0

    @property
    def share(self) -> float:
        """The utilisation law: rate x work / cores, of this node alone."""
        return self.rate * self.work_ms / 1000.0 / self.cores

    @property
    def utilisation(self) -> float:
        """The utilisation of the machine. Above 1 there is more work than can be done."""
        others = sum(rate * work for rate, work in self.beside)
        return self.share + others / 1000.0 / self.cores

    @property
    def log_utilisation(self) -> float:
        """The share of time that the one lane of the log needs at least."""
        return self.applying[0] * self.applying[1] / 1000.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Mean values at a station in steady state, of the requests it accepts.

    `model` is Kendall's name. `wait_ms` is what others add to a request's own work.
    """

    model: str
    quality: Quality
    wait_ms: float
    time_ms: float
    queue_mean: float
    wait_probability: float | None = None
    refused: float = 0.0
    sharing: bool = False

    def time_of(self, work_ms: float) -> float:
        """Mean time at the station of a class with this mean work."""
        if not self.sharing:
            return self.wait_ms + work_ms
        mean = self.time_ms - self.wait_ms
        return work_ms * self.time_ms / mean if mean else 0.0


@dataclass(frozen=True, slots=True)
class Solution:
    """What theory says about a station: figures or None, a statement, and how its output comes."""

    waiting: Waiting | None
    statement: Text
    departures: Arrivals


def solve(station: Station) -> Solution:
    """The closed form that holds at a station, if any; else an approximation, named as one."""
    if station.rate == 0.0:
        return Solution(None, _IDLE, Arrivals())
    if station.work_ms == 0.0:
        quality: Quality = "approximation" if station.arrivals.doubt else "exact"
        return Solution(Waiting("none", quality, 0.0, 0.0, 0.0), _NO_WORK, station.arrivals)
    spoiled = Arrivals(None, _not_poisson_after(station))
    obstacle = _obstacle(station)
    if obstacle is None:
        return _exact(station, spoiled)
    if station.utilisation >= 1.0:
        return Solution(None, _overloaded(station), spoiled)
    named = _AS_POISSON if station.sharing else _ALLEN_CUNNEEN
    return Solution(_approximate(station), _joined(obstacle, named), spoiled)


def _obstacle(station: Station) -> Text | None:
    """Why no closed form holds; None when one does, though perhaps only nearly."""
    arrivals, cores = station.arrivals, station.cores
    if station.unsettled is not None:
        return station.unsettled
    if station.beside:
        return _crowded(station)
    if station.log_utilisation > 0.0:
        return _APPLIES
    if arrivals.shape is None:
        return _joined(_NO_FORM, arrivals.doubt) if arrivals.doubt else _NO_FORM
    if station.sharing:
        return None if arrivals.shape == 1 else _EVEN_SHARING
    if not _one_exponential(station):
        if arrivals.shape > 1:
            return _EVEN_GENERAL
        if cores > 1:
            return _mixed_many(station) if station.distribution == "exponential" else _MANY_GENERAL
        return None if station.utilisation < 1.0 and not _fills(station) else _BOUNDED_GENERAL
    if arrivals.shape > 1 and (station.utilisation >= 1.0 or _refused(station) > NEGLIGIBLE):
        return _EVEN_BOUNDED
    return None


def _exact(station: Station, spoiled: Arrivals) -> Solution:
    arrivals, work_s, cores = station.arrivals, station.work_ms / 1000.0, station.cores
    passed_on = spoiled
    if arrivals.shape is not None and arrivals.shape > 1:
        model = f"E{arrivals.shape}/M/{cores}"
        queue = ekmc(station.rate, work_s, cores, arrivals.shape)
        said = _every_nth(arrivals.shape, model)
    elif station.sharing or _one_exponential(station):
        refused = _refused(station)
        bounded = refused > NEGLIGIBLE
        letter = "G" if station.sharing else "M"
        model = f"M/{letter}/{cores}" + (f"/{cores + station.queue_limit}" if bounded else "")
        model += "-PS" if station.sharing else ""
        if bounded:
            queue = mmck(station.rate, work_s, cores, station.queue_limit)
        else:
            queue = mmc(station.rate, work_s, cores)
            passed_on = arrivals
        said = _insensitive(model) if station.sharing else _all_exponential(model)
        said = _joined(said, _loses(refused)) if bounded else said
    else:
        model = "M/D/1" if station.distribution == "constant" and _one_mean(station) else "M/G/1"
        queue = mg1(station.rate, work_s, mixed_scv(station.loads, station.scv))
        said = _pollaczek(model)
    quality: Quality = "approximation" if arrivals.doubt else "exact"
    said = _joined(said, _NEARLY, arrivals.doubt) if arrivals.doubt else said
    return Solution(_waiting(station, model, quality, queue), said, passed_on)


def _approximate(station: Station) -> Waiting:
    """Nothing exact is known: the log counts as one more class, unknown gaps as exponential."""
    whole = replace(station, works=(*station.works, *station.beside))
    work_s, shape = whole.work_ms / 1000.0, station.arrivals.shape
    if station.sharing:
        queue, model = mmc(whole.rate, work_s, station.cores), f"G/G/{station.cores}-PS"
    else:
        scv = mixed_scv(whole.loads, station.scv)
        queue = allen_cunneen(whole.rate, work_s, station.cores, 1.0 / (shape or 1), scv)
        model = f"G/G/{station.cores}"
    if station.beside:
        queue = replace(queue, length=station.rate * queue.wait_s, wait_probability=None)
    return _waiting(station, model, "approximation", queue, whole.work_ms)


def _waiting(
    station: Station, model: str, quality: Quality, queue: Queue, present_ms: float = 0.0
) -> Waiting:
    """`present_ms` is the mean work of all that is present, where others are."""
    requests = sum(rate for rate, _ in station.works)
    own = sum(rate * work for rate, work in station.works) / requests if requests else 0.0
    wait_ms = 1000.0 * queue.wait_s
    if station.sharing and station.work_ms:  # prolonged in proportion to the work
        wait_ms *= own / (present_ms or station.work_ms)
    return Waiting(
        model,
        quality,
        wait_ms,
        own + wait_ms,
        queue.length,
        queue.wait_probability,
        queue.refused,
        station.sharing,
    )


def _one_mean(station: Station) -> bool:
    return len({work for _, work in station.loads}) == 1


def _one_exponential(station: Station) -> bool:
    return station.distribution == "exponential" and _one_mean(station)


def _refused(station: Station) -> float:
    """The share that the queue's bound refuses, of Poisson arrivals to exponential work."""
    return mmck(station.rate, station.work_ms / 1000.0, station.cores, station.queue_limit).refused


def _fills(station: Station) -> bool:
    """Whether an M/G/1 queue may reach its bound: as if its length, when there is one, were
    geometric with the right mean.
    """
    used = station.utilisation
    length = mg1(station.rate, station.work_ms / 1000.0, mixed_scv(station.loads, station.scv))
    beyond = length.length / used
    return used * (beyond / (1.0 + beyond)) ** station.queue_limit > NEGLIGIBLE


def _joined(*texts: Text) -> Text:
    return Text(" ".join(text.en for text in texts), " ".join(text.ko for text in texts))


_IDLE = Text("No requests come here.", "여기로 오는 요청이 없습니다.")
_NO_WORK = Text("It takes no time here.", "여기서는 시간이 걸리지 않습니다.")
_NO_FORM = Text("No closed form holds here.", "여기에 성립하는 닫힌 공식이 없습니다.")
_NEARLY = Text("It holds only nearly.", "다만 근사로만 성립합니다.")
_ALLEN_CUNNEEN = Text(
    "The figures are Allen and Cunneen's approximation and may be well off.",
    "수치는 앨런-커닌 근사이며 실제와 꽤 다를 수 있습니다.",
)
_AS_POISSON = Text(
    "The figures are an approximation, as if arrivals were Poisson, and may be well off.",
    "수치는 도착을 포아송으로 본 근사이며 실제와 꽤 다를 수 있습니다.",
)
_APPLIES = Text(
    "No closed form holds here: besides its requests it applies the log, one entry at a time, and "
    "an entry waits for the one before it. The log keeps up only while entries come more slowly "
    "than an entry's work and wait together allow.",
    "여기에 성립하는 닫힌 공식이 없습니다. 요청 말고도 로그를 한 번에 하나씩 적용하고, 각 항목은 "
    "앞 항목을 기다리기 때문입니다. 로그는 항목 하나의 처리와 대기에 걸리는 시간보다 뜸하게 "
    "들어올 때만 밀리지 않습니다.",
)
_EVEN_SHARING = Text(
    "No closed form holds here: requests are dealt out in turn, so they come more evenly than "
    "Poisson, and sharing is understood for Poisson arrivals only.",
    "여기에 성립하는 닫힌 공식이 없습니다. 요청이 차례대로 나뉘어 포아송보다 고르게 도착하는데, "
    "공유 방식은 포아송 도착에 대해서만 알려져 있습니다.",
)
_EVEN_GENERAL = Text(
    "No closed form holds here: requests are dealt out in turn, so they come more evenly than "
    "Poisson, and their work is not of one exponential distribution.",
    "여기에 성립하는 닫힌 공식이 없습니다. 요청이 차례대로 나뉘어 포아송보다 고르게 도착하고, "
    "처리 시간도 하나의 지수 분포가 아닙니다.",
)
_EVEN_BOUNDED = Text(
    "No closed form holds here: requests are dealt out in turn, so they come more evenly than "
    "Poisson, and the bound on the queue matters.",
    "여기에 성립하는 닫힌 공식이 없습니다. 요청이 차례대로 나뉘어 포아송보다 고르게 도착하고, "
    "대기열 한도의 영향이 있습니다.",
)
_MANY_GENERAL = Text(
    "No closed form holds here: M/G/c, several cores with work that is not exponential, has none.",
    "여기에 성립하는 닫힌 공식이 없습니다. 코어가 여럿이고 처리 시간이 지수 분포가 아닌 M/G/c에는 "
    "공식이 없습니다.",
)
_BOUNDED_GENERAL = Text(
    "No closed form holds here: the bound on the queue matters, and the work is not of one "
    "exponential distribution.",
    "여기에 성립하는 닫힌 공식이 없습니다. 대기열 한도의 영향이 있고, 처리 시간이 하나의 지수 "
    "분포가 아닙니다.",
)


def _crowded(station: Station) -> Text:
    percent = plain(round(100.0 * station.utilisation, 1))
    return Text(
        f"No closed form holds here: others work on the same machine, and requests go from one to "
        f"the other. Its cores are {percent} % busy in all.",
        f"여기에 성립하는 닫힌 공식이 없습니다. 같은 머신에서 다른 노드도 일하고 요청이 서로 "
        f"오가기 때문입니다. 코어는 모두 합쳐 {percent} % 사용됩니다.",
    )


def _mixed_many(station: Station) -> Text:
    means = " / ".join(f"{plain(work)} ms" for _, work in station.loads)
    return Text(
        f"No closed form holds here: its requests differ in their mean work ({means}), and "
        "several cores with such a mixture are M/G/c, which has none.",
        f"여기에 성립하는 닫힌 공식이 없습니다. 요청마다 평균 처리 시간이 다르고({means}), 코어가 "
        "여럿이면 M/G/c가 되어 공식이 없습니다.",
    )


def _not_poisson_after(station: Station) -> Text:
    return Text(
        f"What leaves {station.name} is not a Poisson stream.",
        f"{station.name}에서 나오는 흐름은 포아송이 아닙니다.",
    )


def _overloaded(station: Station) -> Text:
    percent = plain(round(100.0 * station.utilisation, 1))
    return Text(
        f"No steady state: {percent} % of what its cores can do is asked of it. Its queue grows to "
        "its limit, the rest is refused, and the nodes behind it get less than stated.",
        f"정상 상태가 없습니다. 코어가 할 수 있는 일의 {percent} %가 요구됩니다. 대기열이 한도까지 "
        "차고 나머지는 거절되며, 뒤의 노드들은 여기 적힌 것보다 적게 받습니다.",
    )


def _all_exponential(model: str) -> Text:
    return Text(
        f"{model}: Poisson arrivals, exponential work, first come first served (Erlang C).",
        f"{model}: 포아송 도착, 지수 분포 처리 시간, 선착순입니다 (얼랑 C).",
    )


def _insensitive(model: str) -> Text:
    return Text(
        f"{model}: Poisson arrivals that share the cores; the mean does not depend on how the "
        "work varies, so it is that of M/M/c.",
        f"{model}: 포아송 도착이 코어를 나눠 씁니다. 평균은 처리 시간의 분포와 무관하므로 M/M/c와 "
        "같습니다.",
    )


def _pollaczek(model: str) -> Text:
    return Text(
        f"{model}: Poisson arrivals, one core, first come first served (Pollaczek-Khinchine).",
        f"{model}: 포아송 도착, 코어 하나, 선착순입니다 (폴라체크-힌친).",
    )


def _every_nth(shape: int, model: str) -> Text:
    return Text(
        f"{model}: one request in {shape} of a Poisson stream comes here, in turn, which is more "
        "even than Poisson and waits less than M/M/c; exponential work, first come first served.",
        f"{model}: 포아송 흐름의 요청이 차례대로 나뉘어 {shape}건마다 하나씩 오므로, 포아송보다 "
        "고르고 M/M/c보다 덜 기다립니다. 지수 분포 처리 시간, 선착순입니다.",
    )


def _loses(refused: float) -> Text:
    percent = plain(float(f"{100.0 * refused:.3g}"))
    return Text(
        f"Its queue refuses {percent} % of them; the nodes behind it get that much less than "
        "stated.",
        f"대기열이 그중 {percent} %를 거절하며, 뒤의 노드들은 여기 적힌 것보다 그만큼 적게 "
        "받습니다.",
    )
