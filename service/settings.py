"""What an operator may set: read once, from the command line or the environment."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from kg.errors import UsageError
from kg.snapshot import data_root

#: The environment variable of a setting is this and its name in capitals: ``CRITMAT_PORT``.
ENVIRONMENT_PREFIX = "CRITMAT_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the service. Times are in seconds, sizes in MiB."""

    #: Address and port to listen on.
    host: str = "127.0.0.1"
    port: int = 8000
    #: Folder that the snapshots are kept in, and the name of the one to serve.
    data: Path = field(default_factory=data_root)
    snapshot: str = "current"
    #: Requests that are worked on at the same time.
    threads: int = 16
    #: Engine processes, each of which answers one query at a time, and what each may use.
    engines: int = 2
    engine_memory_mib: int = 1536
    #: Time for a query that names none, and the most that one may name.
    timeout: float = 30.0
    max_timeout: float = 60.0
    #: The largest answer that is sent.
    max_answer_mib: int = 512

    def __post_init__(self) -> None:
        """Refuse what cannot work; raises :class:`~kg.errors.UsageError`."""
        if not 0 < self.port <= 65535:
            raise UsageError(f"port: {self.port} is no port.", remedy="Give 1 to 65535.")
        for name in ("threads", "engines", "engine_memory_mib", "max_answer_mib"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name}: at least 1 is needed.")
        for name in ("timeout", "max_timeout"):
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
                values[setting.name] = kind(environment[variable])
            except ValueError:
                raise UsageError(
                    f"{variable}: {environment[variable]!r} is no {kind.__name__}."
                ) from None
        return cls(**values)
