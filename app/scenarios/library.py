"""Library of scenarios: drawings of a system that grows step by step, and experiments."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from app.scenarios import share
from app.scenarios.document import Scenario, parse_json, scenario_from_json
from app.texts.text import Text

_FOLDER = Path(__file__).with_name("library")

_DRAWINGS: dict[str, tuple[Text, Text]] = {
    "single-server": (
        Text("One server"),
        Text(
            "Users, a name server and one box on which web server, database and cache share three "
            "cores: when it dies, so does the service."
        ),
    ),
    "split-database": (
        Text("Database on its own"),
        Text("The data moves to a private database of its own, so both can grow apart."),
    ),
    "load-balanced": (
        Text("Load balancer"),
        Text("A public load balancer spreads the users over two private web servers: one may die."),
    ),
    "replicated": (
        Text("Read replica"),
        Text(
            "A replica follows the primary database, serves the reads and stands by to take over."
        ),
    ),
    "final-design": (
        Text("Final design"),
        Text(
            "Web and mobile users, a load balancer, two web servers and a primary database with "
            "two read replicas."
        ),
    ),
    "reference-r1": (
        Text("Reference model R1"),
        Text(
            "The model that the engine is measured on, beside other simulators: a balancer, four "
            "web servers, a primary database and two replicas."
        ),
    ),
}


_EXPERIMENTS: dict[str, tuple[Text, Text]] = {
    "kill-one-of-two": (
        Text("One of two servers dies"),
        Text(
            "Twice the same: two servers at 60 %, one dies at 20 s and is back at 100 s. HAProxy's "
            "checks notice in 5 s, an ALB's in 45 s, and half of the requests fail until then. "
            "Then the survivor has 120 % to do."
        ),
    ),
    "gray-server": (
        Text("A server that is only slow"),
        Text(
            "At 20 s one of three servers is fifty times as slow, and its health page as quick as "
            "ever: a third of the users wait in vain. At 60 s the balancer goes by connections, at "
            "100 s it checks with real work; at 140 s the server is well again."
        ),
    ),
    "silent-server": (
        Text("A server that says nothing"),
        Text(
            "At 20 s a server crashes: whoever meets it is refused at once. At 60 s it hangs: "
            "whoever meets it waits five seconds for nothing, and checks take longer to notice."
        ),
    ),
    "retry-storm": (
        Text("Retry storm"),
        Text(
            "For ten seconds a server is five times as slow. Users who try again at once keep it "
            "down for good, all of its work in vain; at 90 s it drops expired work, and recovers."
        ),
    ),
    "dns-failover": (
        Text("Failover by DNS"),
        Text(
            "Two sites behind one name; one dies at 20 s. The third failed check takes it out of "
            "the record; users follow as their answers run out, but for those who ignore the TTL."
        ),
    ),
    "lb-pair": (
        Text("Balancers with one address"),
        Text(
            "Two load balancers share a virtual IP. One dies at 20 s: for about 3 s nobody "
            "answers, then the other does. It comes back at 40 s and takes the address back."
        ),
    ),
    "zone-loss": (
        Text("Loss of a zone"),
        Text(
            "Servers and databases in two zones. Zone a is lost at 20 s, and the rest has room for "
            "twice its load; after more users have come, it is lost again, and there is none."
        ),
    ),
    "single-box": (
        Text("Everything on one box"),
        Text(
            "A web server and its database share one core: 6 and 4 ms of it for each request, so "
            "it carries 100 a second. At 30 s come 90, at 80 s 120 and it drowns; at 110 s the "
            "database gets a machine of its own, and the two carry 167. At 160 s come 200."
        ),
    ),
    "scale-up": (
        Text("Scale up until it hurts"),
        Text(
            "One server grows with its users, from S to L to XXL, each time with half a minute of "
            "downtime. At 190 s it doubles once more, to 192 cores, and is slower than with 96. At "
            "260 s it dies: however large, it is one."
        ),
    ),
    "autoscale": (
        Text("Autoscaling takes four minutes"),
        Text(
            "Two servers at 50 % get three times the load at 60 s. Three periods of a minute, a "
            "minute to boot and two checks later two more help; after a cooldown of five minutes "
            "another two. At 900 s the spike is over, and they go as slowly as they came."
        ),
    ),
    "only-replica-dies": (
        Text("The only replica dies"),
        Text(
            "70 reads and 20 writes a second on databases that do 100. At 30 s a replica dies. "
            "Where it was the only one, the primary goes from 20 % to 90 % and everybody waits "
            "eight times as long there; where there are two, the other one reads for both. It is "
            "back at 130 s."
        ),
    ),
    "primary-dies": (
        Text("The primary dies"),
        Text(
            "300 reads and 100 writes a second, and a replica 0.4 s behind. The primary dies at 20 "
            "s: for five to six seconds no write is taken, then the replica does, without the some "
            "fifty writes that had not reached it. At 60 s the old primary is back."
        ),
    ),
    "primary-dies-async": (
        Text("The primary dies: the lost writes"),
        Text(
            "200 writes a second, and replicas that are a second behind. The primary dies at 30 s: "
            "within seconds a replica is elected and takes writes, but some 200 that clients were "
            "told are done are gone. At 60 s the old primary is back and drops what only it has."
        ),
    ),
    "primary-dies-sync": (
        Text("The primary dies: sync and semi-sync"),
        Text(
            "Above, each write is on a second disk before anybody is told: the primary dies at 45 "
            "s, and nothing is lost. Below, semi-sync: its replica dies at 20 s, commits hang for "
            "10 s, then nobody waits any more and no client sees an error, until the primary dies "
            "at 45 s and thousands of writes are gone."
        ),
    ),
    "two-primaries": (
        Text("Two primaries"),
        Text(
            "Each side writes to its own primary, 0.1 s from the other: 50 writes a second each to "
            "1,000 keys, and every other second one of them is dropped, silently. At 60 s half of "
            "the writes add rows, whose numbers collide at once: replication stops. At 80 s each "
            "numbers in steps of its own: that ends the collisions, and not the conflicts."
        ),
    ),
    "ring-of-four": (
        Text("A ring of four"),
        Text(
            "Four primaries, each sends to the next. One dies at 30 s: three of the six live pairs "
            "no longer hear of each other, and nobody fails. It is back at 60 s. At 100 s it is "
            "taken out for good, and what was on its way circles for ever, until at 140 s the "
            "others filter what they have had."
        ),
    ),
    "two-regions": (
        Text("Two regions"),
        Text(
            "Seoul and Virginia, 178 ms apart, each with a primary of its own: everybody reads and "
            "writes nearby. At 30 s Seoul is lost, with the writes of its last 89 ms; its users "
            "follow the name to Virginia, far away. At 90 s it is back, with those writes. At 140 "
            "s the link between the regions is cut for 20 s: all go on, and conflicts follow."
        ),
    ),
    "old-primary-returns": (
        Text("The old primary returns"),
        Text(
            "Twice the same: the primary dies at 20 s with half a second of writes of its own, is "
            "back at 40 s and stays out. At 60 s one is rewound, and its writes are lost for good; "
            "the other's are merged, but for those whose row was written meanwhile."
        ),
    ),
    "which-database": (
        Text("Which database?"),
        Text(
            "The same page on five stores: a user and twenty posts. SQL joins, a graph follows "
            "edges, the others take 21 round trips. At 30 s documents and partitions hold the "
            "posts, and of key-values many are fetched at once. At 60 s pages walk three hops, at "
            "90 s they scan. One node of the ring misses 12 s of writes, which it then reads old."
        ),
    ),
    "cache-stampede": (
        Text("Cache stampede"),
        Text(
            "Two caches answer nearly every read. At 60 s both are flushed. Where everybody who "
            "misses a key reads it, the database is asked for each value twice, and some users "
            "wait for four seconds; where one reads and the others wait for it, it is asked once. "
            "At 120 s both caches crash for 20 s: the databases can do a sixth of what comes."
        ),
    ),
}

_TITLES = {**_DRAWINGS, **_EXPERIMENTS}


def names() -> tuple[str, ...]:
    """The name of every scenario of the library: drawings, simplest first, then experiments."""
    return tuple(_TITLES)


def drawings() -> tuple[str, ...]:
    """The names of those in which nothing happens by itself, simplest first."""
    return tuple(_DRAWINGS)


@cache
def load(name: str) -> Scenario:
    """The library's scenario called `name`. Raises KeyError when there is none."""
    if name not in _TITLES:
        raise KeyError(name)
    return scenario_from_json(parse_json((_FOLDER / f"{name}.json").read_bytes()))


def title(name: str) -> Text:
    """Return a scenario's title. Raises KeyError for an unknown name."""
    return _TITLES[name][0]


def about(name: str) -> Text:
    """One sentence on what it shows. Raises KeyError for an unknown name."""
    return _TITLES[name][1]


def named(source: str, read: Callable[[str], bytes]) -> Scenario:
    """The scenario that `source` names: one of the library, a share code, or else a document, of
    which `read` returns the JSON.

    Raises DocumentError, ShareError, and what `read` raises.
    """
    if source in names():
        return load(source)
    if source.startswith(share.PREFIX):
        return share.decode(source)
    return scenario_from_json(parse_json(read(source)))
