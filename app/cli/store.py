"""The command `store`: what is kept of sessions, and moving it elsewhere."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.cli.source import SourceError
from app.cli.table import table
from app.settings import settings
from app.texts.languages import Language
from app.texts.numbers import Fixed, number
from app.texts.text import Text, plural

if TYPE_CHECKING:
    from app.store.saved import SavedSession
    from app.store.store import Store

LINE_MAX: Final = 64_000_000
"""Bytes of a line that is imported: a session with the longest journal there may be."""

_ROWS = (
    Text("place"),
    Text("sessions"),
    Text("entries of journals"),
    Text("size (MB)"),
    Text("saved first"),
    Text("saved last"),
)
_DROPPED = plural("{count} session was dropped.", "{count} sessions were dropped.")
_EXPORTED = plural("{count} session was written.", "{count} sessions were written.")
_IMPORTED = plural("{count} session was added.", "{count} sessions were added.")
_LEFT = plural(
    "{count} was there already and stays as it is.", "{count} were there already and stay."
)


class _Run(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    origin: str
    branches: Annotated[int, Field(ge=0)]
    now_ns: Annotated[int, Field(ge=0, lt=2**63)]
    head_ns: Annotated[int, Field(ge=0, lt=2**63)]
    running: bool
    speed: float | None
    entries: list[str]


class _Session(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{22,64}$")]
    name: Annotated[str, Field(max_length=200)]
    saved_at: Annotated[float, Field(ge=0, lt=1e11)]
    document: str
    run: _Run | None


def add_store_arguments(
    parser: argparse.ArgumentParser, add_language: Callable[[argparse.ArgumentParser], None]
) -> None:
    """Add the arguments of the command; `add_language` adds that of the texts' language."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    status = actions.add_parser("status", help="what is kept, and how much")
    status.add_argument("--json", action="store_true", help="print one JSON object")
    actions.add_parser(
        "prune", help="drop what the settings let go; a running server does so by itself"
    )
    exporting = actions.add_parser(
        "export", help="write every session; whoever has its address may use one, so keep it safe"
    )
    exporting.add_argument("file", metavar="FILE", help="JSON lines; - for standard output")
    importing = actions.add_parser("import", help="add sessions that are not there yet")
    importing.add_argument("file", metavar="FILE", help="JSON lines; - for standard input")
    for action in actions.choices.values():
        add_language(action)


def store(options: argparse.Namespace) -> int:
    """Carry out the command on the store that the settings name. Raises SourceError."""
    # Here and not above: importing the SQL library takes a while, and no other command needs it.
    from app.session.persistence.vault import prune
    from app.store.errors import StoreError
    from app.store.store import Store

    language = options.lang
    try:
        opened = Store(settings().store_url)
        if options.action == "status":
            found = _status(opened)
            print(json.dumps(found) if options.json else _status_text(found, language))
        elif options.action == "prune":
            print(_DROPPED.given(count=prune(opened, settings())).say(language))
        elif options.action == "export":
            print(
                _EXPORTED.given(count=_export(opened, options.file)).say(language), file=sys.stderr
            )
        else:
            added, left = _import(opened, options.file)
            print(_IMPORTED.given(count=added).say(language), file=sys.stderr)
            if left:
                print(_LEFT.given(count=left).say(language), file=sys.stderr)
        opened.close()
    except StoreError as error:
        raise SourceError(f"The store cannot be used: {error}.") from None
    except OSError as error:
        raise SourceError(f"{error.filename}: {error.strerror}.") from None
    return 0


def _status(opened: Store) -> dict[str, Any]:
    kept = opened.kept()
    return {
        "place": opened.place,
        "sessions": len(kept),
        "entries": sum(one.entries for one in kept),
        "bytes": sum(one.bytes for one in kept),
        "saved_first": _date(kept[-1].saved_at) if kept else None,
        "saved_last": _date(kept[0].saved_at) if kept else None,
    }


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _status_text(found: dict[str, Any], language: Language) -> str:
    place, sessions, entries, size, first, last = found.values()
    shown = (
        place,
        number(sessions, language),
        number(entries, language),
        number(Fixed(size / 1e6, 1), language),
        first or "-",
        last or "-",
    )
    return table([(label.say(language), one) for label, one in zip(_ROWS, shown, strict=True)])


def _export(opened: Store, file: str) -> int:
    """Write a line for each session that can be loaded; count them."""
    count = 0
    with _output(file) as lines:
        for kept in opened.kept():
            saved = opened.load(kept.id, opens=False)
            if saved is None:
                continue
            run = saved.run and {
                "origin": saved.run.origin,
                "branches": saved.run.branches,
                **asdict(saved.run.clock),
                "entries": list(saved.run.entries),
            }
            whole = {"id": kept.id, "name": kept.name, "saved_at": kept.saved_at}
            line = {**whole, "document": saved.document, "run": run}
            lines.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


def _import(opened: Store, file: str) -> tuple[int, int]:
    """Add the sessions of a file; count those that are new, and those that were there."""
    there = {kept.id for kept in opened.kept()}
    added = left = 0
    with _input(file) as lines:
        for line_number, line in enumerate(_bounded(lines), 1):
            session, saved = _session(line, f"{file}: line {line_number}")
            if session.id in there:
                left += 1
                continue
            opened.save(session.id, session.name, saved.document, saved.run, 0, session.saved_at)
            there.add(session.id)
            added += 1
    return added, left


def _session(line: bytes, place: str) -> tuple[_Session, SavedSession]:
    """A session of a file, with what a server will read of it looked at. Raises SourceError."""
    from app.scenarios.errors import DocumentError
    from app.session.history.kept_run import KeptRunError
    from app.session.persistence.saving import run_of, scenario_of
    from app.store.saved import Clock, SavedRun, SavedSession

    try:
        found = _Session.model_validate_json(line)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        where = ".".join(str(one) for one in detail["loc"])
        raise SourceError(f"{place}: {where}: {detail['msg']}.") from None
    saved = SavedSession(found.document)
    if run := found.run:
        clock = Clock(run.now_ns, run.head_ns, run.running, run.speed)
        kept = SavedRun(run.origin, run.branches, clock, tuple(run.entries))
        saved = SavedSession(found.document, kept)
    try:
        scenario_of(saved)
        run_of(saved)
    except (DocumentError, KeptRunError) as error:
        raise SourceError(f"{place}: {error}") from None
    return found, saved


def _bounded(lines: IO[bytes]) -> Iterator[bytes]:
    while line := lines.readline(LINE_MAX + 1):
        if len(line) > LINE_MAX:
            raise SourceError(f"A line has more than {LINE_MAX:,} bytes.")
        if line.strip():
            yield line


@contextmanager
def _output(file: str) -> Iterator[IO[bytes]]:
    if file == "-":
        yield sys.stdout.buffer
        return
    # Addresses of sessions are secrets: nobody else may read the file.
    path = Path(file)
    path.touch(mode=0o600)
    with path.open("wb") as opened:
        yield opened


@contextmanager
def _input(file: str) -> Iterator[IO[bytes]]:
    if file == "-":
        yield sys.stdin.buffer
        return
    with Path(file).open("rb") as opened:
        yield opened
