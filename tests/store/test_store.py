"""The store on a real SQLite file."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import update

from app.store.errors import StoreError
from app.store.store import _SESSIONS as TABLE
from app.store.store import URL_VARIABLE, Store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "down" / "sessions.db"


def test_what_was_saved_last_is_loaded(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    assert store.load("a") is None
    store.save("a", "First", "one")
    store.save("b", "Other", "other")
    store.save("a", "First", "두 번째 \u0000 'quoted'; DROP TABLE sessions")
    assert store.load("a") == "두 번째 \u0000 'quoted'; DROP TABLE sessions"
    store.close()
    again = Store(f"sqlite:///{file}")
    assert again.load("a") == "두 번째 \u0000 'quoted'; DROP TABLE sessions"
    assert again.load("b") == "other"
    assert again.place == str(file)
    again.close()


def test_the_usual_place_is_the_users_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    store = Store()
    store.save("a", "A", "one")
    store.close()
    assert (tmp_path / "loadground" / "sessions.db").exists()


def test_the_environment_names_another_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URL_VARIABLE, f"sqlite:///{tmp_path / 'named.db'}")
    Store().close()
    assert (tmp_path / "named.db").exists()


def test_old_and_surplus_documents_are_dropped(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    for number in range(6):
        store.save(f"s{number}", "S", "document")
        age_s = 1_000.0 if number == 5 else 10.0 - number
        with store._engine.begin() as connection:
            connection.execute(
                update(TABLE).where(TABLE.c.id == f"s{number}").values(saved_at=time.time() - age_s)
            )
    assert store.prune(keep_s=500, keep_max=3) == 3
    assert [store.load(f"s{number}") is not None for number in range(6)] == [
        *(False, False),
        *(True, True, True),
        False,
    ]
    assert store.prune(keep_s=500, keep_max=3) == 0
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
def test_what_cannot_be_opened_says_why_and_keeps_the_password(url: str) -> None:
    with pytest.raises(StoreError) as refused:
        Store(url)
    assert str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sessions.db"
    file.write_bytes(b"this is not a database" * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store(f"sqlite:///{file}")


def test_a_locked_file_is_an_error_and_not_a_crash(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.store.BUSY_S", 0.1)
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
    assert store.load("a") == "one"
    store.close()


def test_two_servers_may_share_a_file(file: Path) -> None:
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
    assert stores[0].load("shared") == "49"
    for store in stores:
        store.close()
