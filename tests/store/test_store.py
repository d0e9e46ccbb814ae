"""The store on a real SQLite file."""

import sqlite3
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, select, update

from app.store.errors import StoreError
from app.store.saved import Clock, SavedRun, SavedSession
from app.store.store import IDS_MAX, Store
from app.store.tables import JOURNAL, METADATA, SESSIONS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "down" / "sessions.db"


def test_the_document_saved_last_is_loaded(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    assert store.load("a") is None
    store.save("a", "First", "one")
    store.save("b", "Other", "other")
    store.save("a", "First", "두 번째 \u0000 'quoted'; DROP TABLE sessions")
    assert store.load("a") == SavedSession("두 번째 \u0000 'quoted'; DROP TABLE sessions")
    store.close()
    again = Store(f"sqlite:///{file}")
    assert again.load("a") == SavedSession("두 번째 \u0000 'quoted'; DROP TABLE sessions")
    assert again.load("b") == SavedSession("other")
    assert again.place == str(file)
    again.close()


def test_old_and_surplus_documents_are_dropped(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    for number in range(6):
        store.save(f"s{number}", "S", "document")
        age_s = 1_000.0 if number == 5 else 10.0 - number
        this = update(SESSIONS).where(SESSIONS.c.id == f"s{number}")
        with store._writing.begin() as connection:
            connection.execute(this.values(saved_at=time.time() - age_s))
    assert store.prune(keep_s=500, keep_max=3, bytes_max=1e6) == 3
    assert [store.load(f"s{number}") is not None for number in range(6)] == [
        *(False, False),
        *(True, True, True),
        False,
    ]
    assert store.prune(keep_s=500, keep_max=3, bytes_max=1e6) == 0
    store.close()


def aged(store: Store, ages_s: dict[str, float]) -> None:
    """Have sessions been saved so long ago."""
    with store._writing.begin() as connection:
        for session_id, age_s in ages_s.items():
            this = update(SESSIONS).where(SESSIONS.c.id == session_id)
            connection.execute(this.values(saved_at=time.time() - age_s))


def test_the_oldest_beyond_the_size_are_dropped_with_their_journals(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    run = SavedRun("{}", 0, Clock(0, 0, True, 1.0), ("x" * 300, "y" * 100))
    for name, size in (("small", 100), ("large", 1_000)):
        store.save(name, "S", "d" * size)
    store.save("run", "S", "d" * 100, run)
    aged(store, {"small": 30, "large": 20, "run": 10})
    assert [(one.id, one.entries, one.bytes) for one in store.kept()] == [
        ("run", 2, 500),
        ("large", 0, 1_000),
        ("small", 0, 100),
    ]
    assert store.prune(keep_s=500, keep_max=9, bytes_max=1_500) == 1
    assert [one.id for one in store.kept()] == ["run", "large"]
    assert store.prune(keep_s=500, keep_max=9, bytes_max=10) == 2
    with store._reading.connect() as connection:
        assert connection.execute(select(func.count()).select_from(JOURNAL)).scalar_one() == 0
    store.close()


def test_sessions_in_use_are_spared_and_opened_ones_are_young_again(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    for name in ("used", "opened", "looked-at", "old"):
        store.save(name, "S", "document")
    aged(store, dict.fromkeys(("used", "opened", "looked-at", "old"), 10_000.0))
    assert store.load("opened") is not None
    assert store.load("looked-at", opens=False) is not None
    assert store.prune(keep_s=500, keep_max=9, bytes_max=1e6, spared={"used"}) == 2
    assert {one.id for one in store.kept()} == {"used", "opened"}
    store.close()


def test_more_sessions_than_a_statement_names_are_dropped(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    for number in range(IDS_MAX + 3):
        store.save(f"s{number}", "S", "document")
    assert store.prune(keep_s=500, keep_max=1, bytes_max=1e6) == IDS_MAX + 2
    assert len(store.kept()) == 1
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "postgresql+nosuchdriver://me:s3cret@localhost/x",
        "mysql://me:s3cret@localhost/x",
        "sqlite:////proc/nowhere/sessions.db",
    ],
)
def test_a_database_that_cannot_be_opened_is_reported_without_its_password(url: str) -> None:
    with pytest.raises(StoreError) as refused:
        Store(url)
    assert str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sessions.db"
    file.write_bytes(b"this is not a database" * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store(f"sqlite:///{file}")


def test_a_locked_database_file_is_a_store_error(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.database.BUSY_S", 0.1)
    store = Store(f"sqlite:///{file}")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        store.save("a", "A", "one")
    # Readers do not wait for the writer.
    assert store.load("a") is None
    other.execute("ROLLBACK")
    other.close()
    store.save("a", "A", "one")
    assert store.load("a") == SavedSession("one")
    store.close()


def test_two_servers_can_share_a_database_file(file: Path) -> None:
    url = f"sqlite:///{file}"
    stores = [Store(url), Store(url)]

    def write(store: Store) -> None:
        for number in range(50):
            store.save("shared", "S", str(number))

    threads = [threading.Thread(target=write, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stores[0].load("shared") == SavedSession("49")
    for store in stores:
        store.close()


RUN = SavedRun("beginning", 2, Clock(5, 7, True, 1.5), ("a", "b", "c"))


def test_a_run_and_its_journal_are_loaded_as_saved(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    store.save("x", "X", "document", RUN)
    store.save("y", "Y", "other")
    assert store.load("x") == SavedSession("document", RUN)
    assert store.load("y") == SavedSession("other", None)
    store.close()


def test_entries_are_added_and_replaced_from_a_number_on(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    store.save("x", "X", "document", RUN)
    store.save("x", "X", "document", replace(RUN, entries=("d",)), first_entry=3)
    saved = store.load("x")
    assert saved is not None
    assert saved.run is not None
    assert saved.run.entries == ("a", "b", "c", "d")
    store.save("x", "X", "document", replace(RUN, entries=("e",)), first_entry=1)
    saved = store.load("x")
    assert saved is not None
    assert saved.run == replace(RUN, entries=("a", "e"))
    store.close()


def test_clocks_are_saved_without_their_runs(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    store.save("x", "X", "document", RUN)
    store.save_clocks({"x": Clock(8, 9, False, None), "unknown": Clock(1, 1, True, 1.0)})
    assert store.load("x") == SavedSession("document", replace(RUN, clock=Clock(8, 9, False, None)))
    assert store.load("unknown") is None
    store.close()


def test_pruning_drops_the_run_and_journal_of_a_session(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    for name in "xyz":
        store.save(name, name, "document", RUN)
    assert store.prune(keep_s=500, keep_max=1, bytes_max=1e6) == 2
    store.close()
    with sqlite3.connect(file) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("sessions", "runs", "journal")
        ]
    connection.close()
    assert counts == [1, 1, 3]


def test_a_store_from_before_migrations_keeps_its_sessions(file: Path) -> None:
    file.parent.mkdir(parents=True)
    with sqlite3.connect(file) as connection:
        connection.execute(
            "CREATE TABLE sessions (id VARCHAR(64) NOT NULL PRIMARY KEY,"
            " name VARCHAR(200) NOT NULL, document TEXT NOT NULL, saved_at FLOAT NOT NULL)"
        )
        connection.execute("CREATE INDEX ix_sessions_saved_at ON sessions (saved_at)")
        connection.execute("INSERT INTO sessions VALUES ('old', 'Old', 'document', 1.0)")
    connection.close()
    store = Store(f"sqlite:///{file}")
    assert store.load("old") == SavedSession("document", None)
    store.save("old", "Old", "document", RUN)
    assert store.load("old") == SavedSession("document", RUN)
    store.close()


def test_migrations_lead_to_the_tables_that_the_program_expects(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    with store._reading.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []
    store.close()


def test_servers_that_start_at_once_migrate_once(file: Path) -> None:
    url, failures = f"sqlite:///{file}", []

    def start() -> None:
        try:
            Store(url).close()
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_a_store_of_a_newer_version_is_refused_and_left_alone(file: Path) -> None:
    Store(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="9999"):
        Store(f"sqlite:///{file}")
