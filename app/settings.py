"""Settings: everything that may differ from one installation to the next, in one class.

A value comes from the environment (``LOADGROUND_`` and the field's name in capitals), else from a
TOML file with the fields' names as keys, else it is the default. `docs/settings.md` lists them.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from app.texts.text import Text

PACKAGE = __name__.partition(".")[0]
"""The package that this is, however it was installed: `app` in a checkout, else `loadground`."""

PREFIX = "LOADGROUND_"
FILE_VARIABLE = "LOADGROUND_SETTINGS_FILE"

Source = Literal["default", "environment", "file"]

_HOST = re.compile(r"(\*|(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[?[0-9a-f:.]+\]?)")


class SettingsError(Exception):
    """A setting that cannot be used. The message is one line and names the variable or file."""


def _listed(value: object) -> object:
    """A comma-separated text as the list of its parts."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _host_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """`names` in lower case. Raises ValueError for one that no Host header could have."""
    lowered = tuple(name.lower() for name in names)
    for name in lowered:
        if not _HOST.fullmatch(name):
            raise ValueError(f"{name!r} is no host name; leave out scheme, port and path")
    return tuple(name.strip("[]") for name in lowered)


def _origin(url: str) -> str:
    """`url` without a slash at its end. Raises ValueError unless it is scheme, host and port."""
    parts = urlsplit(url)
    if url and (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
        or parts.username is not None
    ):
        raise ValueError("use http:// or https://, a host and perhaps a port, and no path")
    return url.rstrip("/")


def _data_dir() -> Path:
    return Path(platformdirs.user_data_dir("loadground", appauthor=False))


def _cache_dir() -> Path:
    return Path(platformdirs.user_cache_dir("loadground"))


class Settings(BaseSettings):
    """Settings of an installation, each described by the text beside its type."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_by_name=True,
    )

    host: Annotated[str, Text("Address to listen on."), Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Text("Port to listen on; 0 takes a free one."), Field(ge=0, le=65_535)] = (
        8000
    )
    hosts: Annotated[
        tuple[str, ...],
        Text(
            "Host names that requests may name, separated by commas; `*.example.org` stands for "
            "every name below it, `*` for all. Loopback names, the address that a connection came "
            "to and the host of `public_url` are always accepted."
        ),
        NoDecode,
        BeforeValidator(_listed),
        AfterValidator(_host_names),
    ] = ()
    public_url: Annotated[
        str,
        Text(
            "Where people reach the server, such as `https://loadground.example.org`: share links "
            "begin with it. Empty: with the address that the request names."
        ),
        AfterValidator(_origin),
    ] = ""
    trusted_proxies: Annotated[
        str,
        Text(
            "Addresses of proxies, separated by commas, whose X-Forwarded-For and "
            "X-Forwarded-Proto are believed; `*` for all."
        ),
    ] = "127.0.0.1"
    database_url: Annotated[
        str,
        Text(
            "Database that keeps sessions, as a SQLAlchemy URL. Empty: the SQLite file "
            "`sessions.db` in `data_dir`."
        ),
        Field(pattern=r"^([A-Za-z][A-Za-z0-9_.+-]*:.*)?$"),
    ] = ""
    data_dir: Annotated[
        Path, Text("Folder for what must be kept."), Field(default_factory=_data_dir)
    ]
    cache_dir: Annotated[
        Path,
        Text("Folder for compiled code, which can be made again."),
        Field(default_factory=_cache_dir),
    ]
    keep_days: Annotated[
        float,
        Text("Days that the store keeps a session nobody opens."),
        Field(gt=0, le=36_500),
    ] = 90.0
    keep_max: Annotated[
        int, Text("Sessions that the store keeps at most."), Field(ge=1, le=10_000_000)
    ] = 20_000
    keep_mb: Annotated[
        float,
        Text("Megabytes of documents and journals that the store keeps at most."),
        Field(gt=0, le=100_000_000),
    ] = 2_000.0
    sessions_max: Annotated[
        int,
        Text("Sessions in memory; the others are in the store and open again from it."),
        Field(ge=1, le=100_000),
    ] = 200
    expires_after_s: Annotated[
        float,
        Text("Seconds until an idle session leaves memory."),
        Field(gt=0, le=100_000_000),
    ] = 3600.0
    pauses_after_s: Annotated[
        float,
        Text(
            "Seconds until a run that nobody watches stands still; it goes on when somebody comes."
        ),
        Field(gt=0, le=100_000_000),
    ] = 60.0
    viewers_max: Annotated[
        int, Text("Open event streams of the whole server."), Field(ge=1, le=100_000)
    ] = 300
    viewers_per_session_max: Annotated[
        int, Text("Open event streams of one session."), Field(ge=1, le=100_000)
    ] = 100
    create_burst: Annotated[
        int, Text("Sessions that one address may open at once."), Field(ge=1, le=100_000)
    ] = 60
    create_per_s: Annotated[
        float, Text("Sessions a second that one address may open then."), Field(gt=0, le=100_000)
    ] = 1.0
    viewers_per_address_max: Annotated[
        int, Text("Open event streams of one address."), Field(ge=1, le=100_000)
    ] = 150
    sessions_per_address_max: Annotated[
        int,
        Text("Sessions in memory that one address has opened; of more, its oldest leave memory."),
        Field(ge=1, le=100_000),
    ] = 100
    connections_max: Annotated[
        int,
        Text("Open connections; for one more, the oldest that asks for nothing is closed."),
        Field(ge=8, le=100_000),
    ] = 2_000
    connections_per_address_max: Annotated[
        int,
        Text("Open connections of one address that is no trusted proxy."),
        Field(ge=1, le=100_000),
    ] = 400
    head_within_s: Annotated[
        float,
        Text("Seconds within which a connection must send the head of a request."),
        Field(gt=0, le=3_600),
    ] = 10.0
    body_within_s: Annotated[
        float,
        Text("Seconds within which a request must send its body after its head."),
        Field(gt=0, le=3_600),
    ] = 30.0
    metrics_from: Annotated[
        str,
        Text(
            "Addresses and networks, separated by commas, that may read `/metrics`; `*` for all, "
            "empty for nobody."
        ),
    ] = "127.0.0.1,::1"
    log_format: Annotated[
        Literal["text", "json"], Text("Form of the log: `text`, or `json`, an object a line.")
    ] = "text"
    workers: Annotated[
        int, Text("Threads that run simulations, shared by all."), Field(ge=1, le=256)
    ] = 2
    boundscheck: Annotated[
        bool, Text("Compile the kernel with every index checked: slow, for development.")
    ] = False
    numba_patches: Annotated[
        bool,
        Text("Compile with a Numba that is patched to be quicker; the kernel does the same."),
    ] = True
    numba_disable_jit: Annotated[
        bool,
        Text("Run the kernel as plain Python instead of compiling it: very slow."),
        Field(validation_alias="NUMBA_DISABLE_JIT"),
    ] = False

    @property
    def store_url(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'sessions.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file; nothing is asked of the others."""
        file = TomlConfigSettingsSource(settings_cls, toml_file=settings_file())
        return init_settings, env_settings, file, dotenv_settings, file_secret_settings


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, the source of each by field name, and remarks about names that are no settings."""

    settings: Settings
    sources: dict[str, Source]
    remarks: tuple[str, ...]


def settings_file() -> Path:
    """The TOML file: the one that the environment names, else one in the user's config folder."""
    named = os.environ.get(FILE_VARIABLE, "")
    return Path(named or Path(platformdirs.user_config_dir("loadground")) / "settings.toml")


def variable_of(name: str) -> str:
    """The environment variable of the field called `name`."""
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else PREFIX + name.upper()


def about(name: str) -> Text:
    """The description of the field called `name`."""
    return next(one for one in Settings.model_fields[name].metadata if isinstance(one, Text))


def load() -> Loaded:
    """Read every source anew. Raises SettingsError."""
    in_file = _file_keys(settings_file())
    present = {variable.upper() for variable, value in os.environ.items() if value}
    given = {name for name in Settings.model_fields if variable_of(name) in present}
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsError(_first(error, given)) from None
    sources: dict[str, Source] = {
        name: "environment" if name in given else "file" if name in in_file else "default"
        for name in Settings.model_fields
    }
    return Loaded(settings, sources, tuple(_remarks(in_file)))


@cache
def settings() -> Settings:
    """The settings of this process, read once. Raises SettingsError."""
    return load().settings


def _file_keys(path: Path) -> set[str]:
    """The keys of the settings file; none when the usual one is not there. Raises SettingsError."""
    try:
        return set(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        if FILE_VARIABLE in os.environ:
            raise SettingsError(f"{FILE_VARIABLE}: there is no file {path}") from None
        return set()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingsError(f"{path} cannot be read: {reason}") from None


def _first(error: ValidationError, given: set[str]) -> str:
    """The first thing that is wrong, in one line that names the variable or the file's key."""
    detail = error.errors(include_url=False)[0]
    place = str(detail["loc"][0])
    name = next((one for one in Settings.model_fields if place in (one, variable_of(one))), place)
    where = variable_of(name) if name in given else f"{settings_file()}: {name}"
    shown: Any = "***" if name == "database_url" else detail["input"]
    return f"{where}={shown}: {detail['msg'].removeprefix('Value error, ')}".replace("\n", " ")


def _remarks(in_file: set[str]) -> list[str]:
    """A line for every variable and key that looks like a setting and is none."""
    variables = {variable_of(name) for name in Settings.model_fields} | {FILE_VARIABLE}
    wrong = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in variables)
    keys = sorted(in_file - set(Settings.model_fields))
    return [_unknown(name, name, variables) for name in wrong] + [
        _unknown(f"{settings_file()}: {key}", key, set(Settings.model_fields)) for key in keys
    ]


def _unknown(shown: str, name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), 1)
    return f"{shown} is no setting" + (f"; is {near[0]} meant?" if near else "")
