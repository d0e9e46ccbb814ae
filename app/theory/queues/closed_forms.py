"""The closed form that holds at a station, if any, and in plain words why, or why none does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from app.texts.text import Text, joined
from app.theory.queues.queueing import (
    Queue,
    allen_cunneen,
    ekmc,
    erlang_b,
    mdc,
    mg1,
    mixed_scv,
    mmc,
    mmck,
    two_choices,
)
from app.theory.queues.stations import NEGLIGIBLE, Quality, Solution, Station, Waiting
from app.theory.queues.streams import Arrivals

_FULL: Final = 1.0 - 1e-12
"""A utilisation from which a queue without a bound has no steady state, rounding included."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A closed form: Kendall's name of it, its figures, its statement, and whether what leaves the
    station comes as what arrives.
    """

    model: str
    queue: Queue
    statement: Text
    keeps_poisson: bool = False


def solve(station: Station) -> Solution:
    """The closed form that holds at a station, if any; else an approximation, named as one."""
    if station.unknown:
        return Solution(None, station.unknown, station.arrivals.spoiled(station.unknown))
    if station.rate == 0.0:
        return Solution(None, _IDLE, Arrivals())
    doubt = station.arrivals.doubt
    quality: Quality = "approximation" if doubt else "exact"
    if station.work_ms == 0.0 and station.unsettled is None:
        return Solution(Waiting("none", quality, 0.0, 0.0, 0.0), _NO_WORK, station.arrivals)
    spoiled = station.arrivals.spoiled(_not_poisson_after(station))
    form = _obstacle(station) or _form(station)
    if isinstance(form, _Form):
        said = joined(form.statement, _NEARLY, doubt) if doubt else form.statement
        passed_on = station.arrivals if form.keeps_poisson else spoiled
        return Solution(_waiting(station, form.model, quality, form.queue), said, passed_on)
    if station.utilisation >= _FULL:
        return Solution(None, _overloaded(station), spoiled)
    waiting, named = _approximate(station)
    return Solution(waiting, joined(form, named), spoiled)


def _obstacle(station: Station) -> Text | None:
    """Return the reason why no closed form holds, whatever the arrivals and the work; None
    without.
    """
    if station.unsettled is not None:
        return station.unsettled
    if station.beside:
        return _crowded(station)
    return _APPLIES if station.log_utilisation > 0.0 else None


def _form(station: Station) -> _Form | Text:
    """The closed form by arrivals, work and discipline, or why there is none."""
    arrivals = station.arrivals
    if arrivals.shape is None:
        return joined(_NO_FORM, arrivals.doubt) if arrivals.doubt else _NO_FORM
    if station.sharing:
        return _shared(station) if arrivals.shape == 1 else _EVEN_SHARING
    if _one_exponential(station):
        return _exponential(station) if arrivals.shape == 1 else _even(station, arrivals.shape)
    if arrivals.shape > 1:
        return _EVEN_GENERAL
    return _RETURNING if arrivals.returning else _general(station)


def _shared(station: Station) -> _Form | Text:
    model, queue = _bounded(station)
    if queue.refused > NEGLIGIBLE:
        said = joined(_insensitive(f"{model}-PS"), _loses(queue.refused))
        return _RETURNING if station.arrivals.returning else _Form(f"{model}-PS", queue, said)
    return _Form(f"{model}-PS", queue, _back(station, _insensitive(f"{model}-PS")), True)


def _exponential(station: Station) -> _Form | Text:
    model, queue = _bounded(station)
    if queue.refused > NEGLIGIBLE:
        said = joined(_all_exponential(model), _loses(queue.refused))
        return _RETURNING if station.arrivals.returning else _Form(model, queue, said)
    return _Form(model, queue, _back(station, _all_exponential(model)), True)


def _bounded(station: Station) -> tuple[str, Queue]:
    """M/M/c, or M/M/c/K where the bound matters; under sharing, insensitive to the work."""
    work_s, cores = station.work_ms / 1000.0, station.cores
    model = f"M/{'G' if station.sharing else 'M'}/{cores}"
    queue = mmck(station.rate, work_s, cores, station.queue_limit)
    if queue.refused > NEGLIGIBLE:
        return f"{model}/{cores + station.queue_limit}", queue
    return model, mmc(station.rate, work_s, cores)


def _back(station: Station, said: Text) -> Text:
    return joined(said, _COMES_BACK) if station.arrivals.returning else said


def _even(station: Station, shape: int) -> _Form | Text:
    if station.utilisation >= _FULL or _bounded(station)[1].refused > NEGLIGIBLE:
        return _EVEN_BOUNDED
    model = f"E{shape}/M/{station.cores}"
    queue = ekmc(station.rate, station.work_ms / 1000.0, station.cores, shape)
    return _Form(model, queue, _every_nth(shape, model))


def _general(station: Station) -> _Form | Text:
    """Poisson arrivals to work that is not of one exponential distribution, first come first
    served.
    """
    work_s, cores = station.work_ms / 1000.0, station.cores
    constant = station.distribution == "constant" and _one_mean(station)
    if station.queue_limit == 0:
        refused = erlang_b(cores, station.rate * work_s)
        model = f"M/G/{cores}/{cores}"
        said = joined(_lossy(model), _loses(refused)) if refused > NEGLIGIBLE else _lossy(model)
        return _Form(model, Queue(0.0, 0.0, 0.0, refused), said)
    if cores > 1 and not constant:
        return _mixed_many(station) if station.distribution == "exponential" else _MANY_GENERAL
    if station.utilisation >= _FULL or _fills(station):
        return _BOUNDED_GENERAL
    if cores > 1:
        return _Form(f"M/D/{cores}", mdc(station.rate, work_s, cores), _roots(f"M/D/{cores}"))
    model = "M/D/1" if constant else "M/G/1"
    queue = mg1(station.rate, work_s, mixed_scv(station.loads, station.scv))
    return _Form(model, queue, _pollaczek(model))


def _approximate(station: Station) -> tuple[Waiting, Text]:
    """Nothing exact is known: the log counts as one more class, unknown gaps as exponential. Where
    a balancer evens out the load of servers that are alike, that is taken into account.
    """
    whole = replace(station, works=(*station.works, *station.beside))
    rate, work_s, cores = whole.rate, whole.work_ms / 1000.0, station.cores
    varies = 1.0 if station.sharing else (1.0 + mixed_scv(whole.loads, station.scv)) / 2.0
    among = station.arrivals.among
    if among > 1 and station.arrivals.doubt and not station.beside:
        one_of_two = station.arrivals.balanced == "two_choices" and among > 2
        if one_of_two:
            queue, model, named = two_choices(rate, work_s, cores), "SQ(2)", _MEAN_FIELD
        else:
            queue, model, named = mmc(among * rate, work_s, among * cores), "JSQ", _ONE_QUEUE
        wait_s = queue.wait_s * varies
        queue = Queue(wait_s, station.rate * wait_s)
        return _waiting(station, model, "approximation", queue, whole.work_ms), named
    if station.sharing:
        queue, model = mmc(rate, work_s, cores), f"G/G/{cores}-PS"
    else:
        gaps = 1.0 / (station.arrivals.shape or 1)
        queue = allen_cunneen(rate, work_s, cores, gaps, 2.0 * varies - 1.0)
        model = f"G/G/{cores}"
    if station.beside:
        queue = replace(queue, length=station.rate * queue.wait_s, wait_probability=None)
    named = _AS_POISSON if station.sharing else _ALLEN_CUNNEEN
    return _waiting(station, model, "approximation", queue, whole.work_ms), named


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


def _fills(station: Station) -> bool:
    """Return whether an M/G/1 or M/D/c queue may reach its bound: as if its length, when there is
    one, were geometric with the right mean; constant work makes it no longer than exponential does.
    """
    if station.cores > 1:
        return _bounded(station)[1].refused > NEGLIGIBLE
    used = station.utilisation
    length = mg1(station.rate, station.work_ms / 1000.0, mixed_scv(station.loads, station.scv))
    beyond = length.length / used
    return used * (beyond / (1.0 + beyond)) ** station.queue_limit > NEGLIGIBLE


_IDLE = Text("No requests come here.")
_NO_WORK = Text("It takes no time here.")
_NO_FORM = Text("No closed form holds here.")
_NEARLY = Text("It holds only nearly.")
_ALLEN_CUNNEEN = Text("The figures are Allen and Cunneen's approximation and may be well off.")
_AS_POISSON = Text(
    "The figures are an approximation, as if arrivals were Poisson, and may be well off."
)
_MEAN_FIELD = Text(
    "The figures are those of very many such servers (Mitzenmacher's mean-field limit) and low for "
    "few."
)
_ONE_QUEUE = Text(
    "The figures are those of one queue for all the servers (Erlang C), which no balancer can "
    "beat: somewhat low."
)
_RETURNING = Text(
    "No closed form holds here: the round trips of one page follow one another, and with work that "
    "is not of one exponential distribution, or a queue that may be full, that matters."
)
_COMES_BACK = Text(
    "The round trips of one page follow one another; the network keeps its product form (Kelly)."
)
_APPLIES = Text(
    "No closed form holds here: besides its requests it applies the log, one entry at a time, and "
    "an entry waits for the one before it. The log keeps up only while entries come more slowly "
    "than an entry's work and wait together allow."
)
_EVEN_SHARING = Text(
    "No closed form holds here: requests are dealt out in turn, so they come more evenly than "
    "Poisson, and sharing is understood for Poisson arrivals only."
)
_EVEN_GENERAL = Text(
    "No closed form holds here: requests are dealt out in turn, so they come more evenly than "
    "Poisson, and their work is not of one exponential distribution."
)
_EVEN_BOUNDED = Text(
    "No closed form holds here: requests are dealt out in turn, so they come more evenly than "
    "Poisson, and the bound on the queue matters."
)
_MANY_GENERAL = Text(
    "No closed form holds here: M/G/c, several cores with work that is not exponential, has none."
)
_BOUNDED_GENERAL = Text(
    "No closed form holds here: the bound on the queue matters, and the work is not of one "
    "exponential distribution."
)


def _crowded(station: Station) -> Text:
    return Text(
        "No closed form holds here: others work on the same machine, and requests go from one to "
        "the other. Its cores are {percent} % busy in all.",
        percent=round(100.0 * station.utilisation, 1),
    )


def _mixed_many(station: Station) -> Text:
    means = [Text("{time} ms", time=work) for _, work in station.loads]
    return Text(
        "No closed form holds here: its requests differ in their mean work ({means}), and several "
        "cores with such a mixture are M/G/c, which has none.",
        means=joined(*means, by=" / "),
    )


def _not_poisson_after(station: Station) -> Text:
    return Text("What leaves {station} is not a Poisson stream.", station=station.name)


def _overloaded(station: Station) -> Text:
    return Text(
        "No steady state: {percent} % of what its cores can do is asked of it. Its queue grows to "
        "its limit, the rest is refused, and the nodes behind it get less than stated.",
        percent=round(100.0 * station.utilisation, 1),
    )


def _all_exponential(model: str) -> Text:
    return Text(
        "{model}: Poisson arrivals, exponential work, first come first served (Erlang C).",
        model=model,
    )


def _insensitive(model: str) -> Text:
    return Text(
        "{model}: Poisson arrivals that share the cores; the mean does not depend on how the work "
        "varies, so it is that of M/M/c.",
        model=model,
    )


def _pollaczek(model: str) -> Text:
    return Text(
        "{model}: Poisson arrivals, one core, first come first served (Pollaczek-Khinchine).",
        model=model,
    )


def _every_nth(shape: int, model: str) -> Text:
    return Text(
        "{model}: one request in {shape} of a Poisson stream comes here, in turn, which is more "
        "even than Poisson and waits less than M/M/c; exponential work, first come first served.",
        model=model,
        shape=shape,
    )


def _loses(refused: float) -> Text:
    return Text(
        "Its queue refuses {percent} % of them; the nodes behind it get that much less than "
        "stated.",
        percent=float(f"{100.0 * refused:.3g}"),
    )


def _lossy(model: str) -> Text:
    return Text(
        "{model}: Poisson arrivals, no queue; how many are refused does not depend on how the work "
        "varies (Erlang B).",
        model=model,
    )


def _roots(model: str) -> Text:
    return Text(
        "{model}: Poisson arrivals, constant work, first come first served (Crommelin).",
        model=model,
    )
