"""Settings: where each comes from, and the answer to names and values that are wrong."""

from pathlib import Path

import pytest

from app.cli.settings import settings_table, settings_to_json
from app.settings import FILE_VARIABLE, Settings, SettingsError, about, load, variable_of
from tests.support.programs.process import program


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(variable_of(name), raising=False)
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_without_anything_every_setting_is_its_default() -> None:
    loaded = load()
    assert set(loaded.sources.values()) == {"default"}
    assert loaded.remarks == ()
    assert (loaded.settings.host, loaded.settings.port) == ("127.0.0.1", 8000)


def test_the_environment_comes_before_the_file_and_the_file_before_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "config" / "loadground" / "settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text('port = 9000\nviewers_max = 5\nhosts = ["a.example", "B.example"]\n')
    monkeypatch.setenv("LOADGROUND_PORT", "9001")
    loaded = load()
    assert (loaded.settings.port, loaded.sources["port"]) == (9001, "environment")
    assert (loaded.settings.viewers_max, loaded.sources["viewers_max"]) == (5, "file")
    assert loaded.settings.hosts == ("a.example", "b.example")
    assert loaded.sources["keep_max"] == "default"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOADGROUND_PORT", "")
    assert (load().settings.port, load().sources["port"]) == (8000, "default")


def test_the_store_is_a_file_in_the_data_folder_unless_a_url_is_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert load().settings.store_url == f"sqlite:///{tmp_path / 'loadground' / 'sessions.db'}"
    monkeypatch.setenv("LOADGROUND_DATA_DIR", str(tmp_path / "own"))
    assert load().settings.store_url == f"sqlite:///{tmp_path / 'own' / 'sessions.db'}"
    monkeypatch.setenv("LOADGROUND_DATABASE_URL", "postgresql+psycopg://me:s3cret@db/x")
    assert load().settings.store_url == "postgresql+psycopg://me:s3cret@db/x"


BAD = [
    ("LOADGROUND_PORT", "abc"),
    ("LOADGROUND_PORT", "70000"),
    ("LOADGROUND_PORT", "8000\nx"),
    ("LOADGROUND_HOSTS", "https://a.example"),
    ("LOADGROUND_HOSTS", "a.example/path"),
    ("LOADGROUND_PUBLIC_URL", "loadground.example"),
    ("LOADGROUND_PUBLIC_URL", "https://me:pw@loadground.example"),
    ("LOADGROUND_PUBLIC_URL", "https://loadground.example/below"),
    ("LOADGROUND_PUBLIC_URL", "http://[::1"),
    ("LOADGROUND_DATABASE_URL", "no url of s3cret"),
    ("LOADGROUND_KEEP_DAYS", "nan"),
    ("LOADGROUND_KEEP_DAYS", "-1"),
    ("LOADGROUND_VIEWERS_MAX", "1e3"),
    ("LOADGROUND_BOUNDSCHECK", "perhaps"),
    ("NUMBA_DISABLE_JIT", "perhaps"),
]


@pytest.mark.parametrize(("variable", "value"), BAD, ids=str)
def test_a_bad_value_is_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as refused:
        load()
    assert str(refused.value).startswith(variable)
    assert "\n" not in str(refused.value)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("text", ["port = 70000", "port = ", "\x00"])
def test_a_bad_file_is_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text)
    monkeypatch.setenv(FILE_VARIABLE, str(file))
    with pytest.raises(SettingsError, match=r"own\.toml"):
        load()


def test_a_file_that_was_named_has_to_be_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "none.toml"))
    with pytest.raises(SettingsError, match=FILE_VARIABLE):
        load()


def test_unknown_settings_are_reported_with_the_nearest_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "own.toml"
    file.write_text("prot = 1\n")
    monkeypatch.setenv(FILE_VARIABLE, str(file))
    monkeypatch.setenv("LOADGROUND_DATABSE_URL", "sqlite://")
    variable, key = load().remarks
    assert variable == "LOADGROUND_DATABSE_URL is no setting; is LOADGROUND_DATABASE_URL meant?"
    assert key == f"{file}: prot is no setting; is port meant?"


def test_the_command_prints_every_setting_with_its_source_and_no_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = "postgresql://me:s3cret@db/x?password=s3cret"
    monkeypatch.setenv("LOADGROUND_DATABASE_URL", url)
    loaded = load()
    shown, data = settings_table(loaded), settings_to_json(loaded)
    assert set(data["settings"]) == set(Settings.model_fields)
    assert data["settings"]["database_url"] == {
        "variable": "LOADGROUND_DATABASE_URL",
        "value": "postgresql://me:***@db/x?password=***",
        "source": "environment",
        "description": about("database_url").en,
    }
    for name in Settings.model_fields:
        line = next(one for one in shown.splitlines() if one.startswith(f"{variable_of(name)} "))
        assert loaded.sources[name] in line.split()
    assert "s3cret" not in shown + str(data)


def test_the_program_ends_with_2_at_a_bad_value_and_says_a_typo(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOADGROUND_PROT", "9")
    answer = program("settings", "--json")
    assert answer.code == 0
    assert answer.err == "loadground: LOADGROUND_PROT is no setting; is LOADGROUND_PORT meant?\n"
    monkeypatch.setenv("LOADGROUND_PORT", "x")
    answer = program("kinds")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("loadground: LOADGROUND_PORT=x: ")
    assert answer.err.count("\n") == 1
