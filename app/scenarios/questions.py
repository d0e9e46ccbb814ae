"""Chapters of the library, and the question that each of its scenarios asks, with its answer."""

from __future__ import annotations

from app.scenarios import library
from app.texts.text import Text

NOTES = (
    "single-server",
    "split-database",
    "scale-up",
    "load-balanced",
    "kill-one-of-two",
    "replicated",
    "only-replica-dies",
    "primary-dies",
    "primary-dies-async",
    "old-primary-returns",
    "two-primaries",
    "ring-of-four",
    "two-regions",
    "final-design",
)
"""The study notes from one box to the final design: each mends what broke in the one before."""

_QUESTIONS: dict[str, tuple[Text, Text]] = {
    "single-server": (
        Text("Web, database and cache share one box. What starves first?"),
        Text(
            "Nothing starves alone: they queue for the same three cores, 84 % busy. Crash one and "
            "requests fail; crash the machine and there is nothing left."
        ),
    ),
    "split-database": (
        Text("The data moves to a machine of its own. How much more load fits?"),
        Text(
            "Each has cores of its own now, and grows alone. Web is half busy and fills first, at "
            "twice the load."
        ),
    ),
    "scale-up": (
        Text("One server, each time a bigger one. When does it stop paying?"),
        Text(
            "Cores get in each other's way: 96 do the work of twenty alone, and 192 less than 96. "
            "It stays one server, which ends the service when it dies."
        ),
    ),
    "load-balanced": (
        Text("Two servers behind one address. Is that twice as much?"),
        Text(
            "For the web, yes: each takes half. Both still write to one database, which is the "
            "next to fill and the last that nothing stands in for."
        ),
    ),
    "kill-one-of-two": (
        Text("One of two servers dies. How many users notice, and for how long?"),
        Text(
            "Half of the requests fail until the health checks notice: 5 s with one balancer, 45 s "
            "with the other. After that the survivor has 120 % to do."
        ),
    ),
    "replicated": (
        Text("Reads go to a copy. Do readers see old data?"),
        Text(
            "Only for as long as a write travels, here a fraction of a millisecond. Slow the link "
            "down and stale reads appear, while the primary is relieved of them."
        ),
    ),
    "only-replica-dies": (
        Text("The only replica dies. Can the primary bear its reads?"),
        Text(
            "Just so: it goes from 20 % to 90 %, and everybody waits eight times as long. With two "
            "replicas the other one takes the reads, and the primary notices nothing."
        ),
    ),
    "primary-dies": (
        Text("The primary dies. Who takes over, and how long are writes refused?"),
        Text(
            "The replica is promoted after three missed heartbeats and two more seconds: writes "
            "fail for five to six. Some fifty that were on their way to it are gone."
        ),
    ),
    "primary-dies-async": (
        Text("Acknowledged, then gone. Which writes are lost, and could you have known?"),
        Text(
            "Those of the last second, which no replica had: some 200. The lag says how many it "
            "would be at any moment, before anything dies."
        ),
    ),
    "old-primary-returns": (
        Text("The old primary returns with writes of its own. What can be saved?"),
        Text(
            "A rewind throws them away. A merge keeps seven in ten, and for the rest somebody has "
            "to choose between two values of a row."
        ),
    ),
    "two-primaries": (
        Text("Two primaries accept the same row. Whose write wins?"),
        Text(
            "The later one, by its clock: the other is dropped and nobody is told. Numbering rows "
            "in different steps ends collisions, and not conflicts."
        ),
    ),
    "ring-of-four": (
        Text("One of four stops. Who still hears of a write?"),
        Text(
            "Only those behind it in the ring: three of the six pairs that live are cut off, "
            "though nobody fails. Writes of one that left circle until they are filtered."
        ),
    ),
    "two-regions": (
        Text("A region goes dark. How far is the other?"),
        Text(
            "178 ms there and back, for every request. It takes all users, without the last 89 ms "
            "of writes, which come back with the region."
        ),
    ),
    "final-design": (
        Text("All of it at once. What breaks next?"),
        Text(
            "Lose one web server and the other has 110 % to do. Lose the balancer and all ends: it "
            "is the only one."
        ),
    ),
    "reference-r1": (
        Text("A model that other simulators run as well. Do they agree?"),
        Text(
            "On the mean time, within three in a hundred. They differ in speed, which is what it "
            "is measured for."
        ),
    ),
    "gray-server": (
        Text("Alive and slow. Is that worse than dead?"),
        Text(
            "Yes: a dead server is taken out, a slow one keeps a third of the users. Balancing by "
            "open connections or checking with real work finds it."
        ),
    ),
    "silent-server": (
        Text("One server refuses, one says nothing. Which costs more?"),
        Text(
            "The silent one: each request waits five seconds for nothing. Checks take longer to "
            "notice it, too."
        ),
    ),
    "retry-storm": (
        Text("The fault is gone. Why do errors stay?"),
        Text(
            "Users try again at once, and the server works on requests that nobody waits for any "
            "more. Dropping expired work ends it."
        ),
    ),
    "dns-failover": (
        Text("A site dies and the name moves on. How long do users hold a dead address?"),
        Text(
            "Until the answer that they keep runs out, up to its TTL. Those who ignore the TTL "
            "stay for half an hour."
        ),
    ),
    "lb-pair": (
        Text("Two balancers share one address. How long does nobody answer?"),
        Text(
            "About three seconds, until the other has missed enough signs of life. Going back "
            "costs nothing, since the old one is still there."
        ),
    ),
    "zone-loss": (
        Text("A data centre goes. Is there room for its users?"),
        Text(
            "The first time, yes: half of everything carries twice its load. After growth there is "
            "not, and capacity for a lost zone has to be paid for."
        ),
    ),
    "single-box": (
        Text("A server and its database share one core. Where is the edge?"),
        Text(
            "At 100 requests a second, 6 and 4 ms each. Apart they carry 167, and the web server "
            "decides alone."
        ),
    ),
    "autoscale": (
        Text("The load triples. When does help arrive?"),
        Text(
            "After more than four minutes: three periods of a metric, a boot and two checks. Until "
            "then there is only the room that was kept free."
        ),
    ),
    "primary-dies-sync": (
        Text("Every write waits for a second disk. What does a dead replica cost then?"),
        Text(
            "Sync loses nothing and waits. Semi-sync gives up waiting after ten seconds, and from "
            "then on promises what it cannot keep."
        ),
    ),
    "which-database": (
        Text("Five families, one page. Which is fastest?"),
        Text(
            "It depends on the page: joins favour SQL, hops a graph, a scan columns. Stores "
            "without joins pay a round trip for each reference, unless they hold it or fetch many "
            "at once."
        ),
    ),
    "cache-stampede": (
        Text("Both caches are emptied. Can the database bear it?"),
        Text(
            "Where one reader fetches and the others wait, yes. Where everybody fetches, each "
            "value is asked for twice, and some wait four seconds."
        ),
    ),
}


def experiments() -> tuple[str, ...]:
    """The names of the scenarios beside the notes: one question each, in any order."""
    return tuple(name for name in library.names() if name not in NOTES)


def question(name: str) -> Text:
    """Return the question of a scenario, in two sentences. Raises KeyError for an unknown name."""
    return _QUESTIONS[name][0]


def answer(name: str) -> Text:
    """Return the answer of its run, in two sentences. Raises KeyError for an unknown name."""
    return _QUESTIONS[name][1]
