"""What an operator may set: read once, from the command line or the environment."""

from __future__ import annotations

import dataclasses
import math
import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from kg.errors import UsageError
from kg.snapshot import data_root

#: The environment variable of a setting is this and its name in capitals: ``CRITMAT_PORT``.
ENVIRONMENT_PREFIX = "CRITMAT_"

_AT_LEAST_ONE = (
    "threads",
    "engines",
    "light_engines",
    "engine_memory_mib",
    "max_answer_mib",
    "max_upload_mib",
    "writer_memory_mib",
)
_AT_LEAST_NOTHING = (
    "client_seconds",
    "client_errors",
    "client_queries",
    "trusted_proxies",
    "slow_query",
)
_ADDRESS = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*[^\s/?#])?")
_YES_OR_NO = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the service. Times are in seconds, sizes in MiB."""

    #: Address and port to listen on.
    host: str = "127.0.0.1"
    port: int = 8000
    #: Folder that the snapshots are kept in, and the name of the one to serve.
    data: Path = field(default_factory=data_root)
    snapshot: str = "current"
    #: Requests that are worked on at the same time. Three quarters are for queries: as many as may
    #: wait for an engine (64), so that the engine decides who goes first, and not who came first.
    threads: int = 96
    #: Engine processes, each of which answers one query at a time, and what each may use.
    engines: int = 2
    engine_memory_mib: int = 1536
    #: Time for a query that names none, and the most that one may name.
    timeout: float = 30.0
    max_timeout: float = 60.0
    #: The largest answer that is sent.
    max_answer_mib: int = 512
    #: Engine processes that only pages, canned questions and health checks get.
    light_engines: int = 1
    #: What one client may use in a minute: seconds of query time, queries that fail by its own
    #: fault; and queries at the same time. 0 sets no limit.
    client_seconds: float = 60.0
    client_errors: int = 60
    client_queries: int = 8
    #: Proxies in front that each add an address to X-Forwarded-For.
    trusted_proxies: int = 0
    #: A query that takes longer is written to the log with its text.
    slow_query: float = 5.0
    #: How the log is written: ``text`` or ``json``.
    log_format: str = "text"
    #: Whether updates and the graph store take changes, from those who have a token.
    enable_updates: bool = False
    #: The largest document that is loaded, the time and the memory that a change may take.
    max_upload_mib: int = 64
    update_timeout: float = 60.0
    writer_memory_mib: int = 2048
    #: The address that others know this service by, such as https://example.org/critmat;
    #: empty where each request says it.
    public_url: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot work; raises :class:`~kg.errors.UsageError`."""
        if not 0 < self.port <= 65535:
            raise UsageError(f"port: {self.port} is no port.", remedy="Give 1 to 65535.")
        for name in _AT_LEAST_ONE:
            if getattr(self, name) < 1:
                raise UsageError(f"{name}: at least 1 is needed.")
        for name in _AT_LEAST_NOTHING:
            if not 0 <= getattr(self, name) < math.inf:
                raise UsageError(f"{name}: at least 0 is needed.")
        if self.log_format not in {"text", "json"}:
            raise UsageError(f"log_format: {self.log_format!r} is neither text nor json.")
        if self.public_url and not _ADDRESS.fullmatch(self.public_url):
            raise UsageError(
                f"public_url: {self.public_url!r} is no address of a service.",
                remedy="Give one such as https://example.org/critmat, without a slash at its end.",
            )
        for name in ("timeout", "max_timeout", "update_timeout"):
            if not 0 < getattr(self, name) <= 3600:
                raise UsageError(f"{name}: between 0 and 3600 seconds are needed.")
        if self.timeout > self.max_timeout:
            raise UsageError(
                f"timeout: {self.timeout:g} s is more than max_timeout, {self.max_timeout:g} s.",
                remedy="Lower the one or raise the other.",
            )

    @classmethod
    def read(cls, environment: Mapping[str, str], **given: Any) -> Self:
        """Take what is ``given``, then what the environment says, then the defaults.

        A given ``None`` counts as not given. Raises :class:`~kg.errors.UsageError` that names the
        variable of a bad value, ``TypeError`` for a given name that is no setting.
        """
        kinds = typing.get_type_hints(cls)
        values = {name: value for name, value in given.items() if value is not None}
        for setting in dataclasses.fields(cls):
            variable = ENVIRONMENT_PREFIX + setting.name.upper()
            if setting.name in values or not environment.get(variable):
                continue
            kind = kinds[setting.name]
            try:
                values[setting.name] = _value(kind, environment[variable])
            except ValueError:
                raise UsageError(
                    f"{variable}: {environment[variable]!r} is no {kind.__name__}."
                ) from None
        return cls(**values)


def _value(kind: Any, text: str) -> Any:
    """A setting from the text of a variable; raises ``ValueError``."""
    if kind is not bool:
        return kind(text)
    if text.strip().lower() not in _YES_OR_NO:
        raise ValueError(text)
    return _YES_OR_NO[text.strip().lower()]
