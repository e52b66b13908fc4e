"""The tokens of a data folder, in ``<root>/access/tokens.json``.

A token reads ``critmat_<id>_<secret>``. The file holds what it is good for and an argon2id hash of
the secret, so it gives nobody a token. It is written anew as a whole under a lock, and looked at
on every request: a token that was revoked is refused at once, without a restart.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kg.engines.engine import OverloadedError
from kg.errors import CritmatError, NotFoundError, UsageError
from service.access.principal import Principal, Role

FOLDER, FILE, LOCK = "access", "tokens.json", ".lock"
FORMAT = 1
#: Days that a token is good for where nobody says otherwise.
DAYS = 365
#: Seconds that a secret which was verified needs no hashing again.
REMEMBERED = 60.0
_MOST_REMEMBERED = 1024
#: Seconds to wait for others whose secrets are being hashed.
_PATIENCE = 1.0
_TOKEN = re.compile(r"critmat_([0-9a-f]{8})_([A-Za-z0-9_-]{43,86})")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_SCOPE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`*]*\*?")
#: A secret has 256 random bits, so the hash need not be slow to be safe: 19 MiB, about 30 ms.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class TokenFileError(CritmatError):
    """The file of tokens cannot be read or written."""

    http_status = 503
    title = "Tokens cannot be checked"


class TokenNotFoundError(NotFoundError):
    """There is no such token."""


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; the secret is not.

    ``created`` and ``expires`` are moments of UTC as ISO 8601; an empty ``expires`` means never.
    """

    id: str
    name: str
    role: Role
    graphs: tuple[str, ...]
    created: str
    expires: str
    hash: str

    @property
    def expired(self) -> bool:
        """Whether its time has passed."""
        return bool(self.expires) and datetime.now(UTC) >= datetime.fromisoformat(self.expires)

    @property
    def principal(self) -> Principal:
        """Whoever holds it."""
        return Principal(self.name, self.role, self.graphs, self.id)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Token:
        """Read one from the file; raises ``ValueError``, ``KeyError`` or ``TypeError``."""
        texts = {n: str(value[n]) for n in ("id", "name", "created", "expires", "hash")}
        if texts["expires"]:
            datetime.fromisoformat(texts["expires"])
        return cls(**texts, role=Role(value["role"]), graphs=tuple(map(str, value["graphs"])))


class Tokens:
    """The tokens of the data folder ``root``. Safe to use from many threads and processes."""

    def __init__(self, root: Path) -> None:
        self.folder = root / FOLDER
        self._state: tuple[int, ...] = ()
        self._known: Mapping[str, Token] = {}
        self._verified: OrderedDict[bytes, tuple[str, float]] = OrderedDict()
        self._lock = threading.Lock()
        self._hashing = threading.Lock()

    def create(
        self, name: str, role: Role, graphs: tuple[str, ...] = (), days: int = DAYS
    ) -> tuple[Token, str]:
        """Make a token; give what is known of it and the token itself, which is kept nowhere.

        With 0 ``days`` it never expires. Raises :class:`~kg.errors.UsageError` for a name that is
        taken or unfit, and for graphs that are no IRIs.
        """
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{name[:80]!r} is no name for a token.",
                remedy="Take up to 64 letters, digits, and . _ @ - behind the first.",
            )
        for graph in graphs:
            if not _SCOPE.fullmatch(graph):
                raise UsageError(
                    f"{graph[:200]!r} is no IRI of a graph.",
                    remedy="Give an absolute IRI, or the beginning of one with * behind it.",
                )
        if days < 0:
            raise UsageError("A token cannot expire before it is made.", remedy="Give --days 90.")
        now = datetime.now(UTC).replace(microsecond=0)
        try:
            expires = (now + timedelta(days=days)).isoformat() if days else ""
        except OverflowError:
            raise UsageError(f"{days} days are too many.", remedy="Give 0 for never.") from None
        secret = secrets.token_urlsafe(32)
        with self._changing() as tokens:
            if any(token.name == name for token in tokens.values()):
                raise UsageError(
                    f"There is a token {name!r} already.", remedy="Revoke it, or take another name."
                )
            identity = secrets.token_hex(4)
            while identity in tokens:
                identity = secrets.token_hex(4)
            token = Token(
                identity, name, role, graphs, now.isoformat(), expires, _HASHER.hash(secret)
            )
            tokens[identity] = token
        return token, f"critmat_{identity}_{secret}"

    def list(self) -> tuple[Token, ...]:
        """All tokens, the oldest first, expired ones too."""
        return tuple(sorted(self._read().values(), key=lambda t: (t.created, t.name)))

    def revoke(self, name: str) -> Token:
        """Forget the token with this name or id; raises :class:`TokenNotFoundError`."""
        with self._changing() as tokens:
            found = next((t for t in tokens.values() if name in (t.id, t.name)), None)
            if found is None:
                raise TokenNotFoundError(
                    f"There is no token {name!r}.", remedy="`critmat token list` shows them."
                )
            del tokens[found.id]
        return found

    def holder(self, text: str) -> Principal | None:
        """Whoever holds the token ``text``; ``None`` where it is not or no longer good.

        Raises :class:`~kg.engines.engine.OverloadedError` while too many are being verified.
        """
        match = _TOKEN.fullmatch(text)
        if match is None:
            return None
        identity, secret = match.groups()
        token = self._read().get(identity)
        if token is None or token.expired:
            return None
        # Of a token only its hash is remembered; a memory dump then holds none that is not in use.
        digest = hashlib.sha256(f"{token.hash} {secret}".encode()).digest()
        with self._lock:
            for_whom, until = self._verified.get(digest, ("", 0.0))
        if hmac.compare_digest(for_whom, identity) and time.monotonic() < until:
            return token.principal
        if not self._fits(token, secret):
            return None
        with self._lock:
            self._verified[digest] = (identity, time.monotonic() + REMEMBERED)
            self._verified.move_to_end(digest)
            while len(self._verified) > _MOST_REMEMBERED:
                self._verified.popitem(last=False)
        return token.principal

    def _fits(self, token: Token, secret: str) -> bool:
        """Hash a secret and compare; one at a time, since each costs memory and a core."""
        if not self._hashing.acquire(timeout=_PATIENCE):
            raise OverloadedError("Too many tokens are being checked.", retry_after=1)
        try:
            return _HASHER.verify(token.hash, secret)
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._hashing.release()

    def _read(self) -> Mapping[str, Token]:
        """The tokens as the file has them now; it is read again only where it was changed."""
        file = self.folder / FILE
        try:
            found = file.stat()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise _unusable(error) from error
        state = (found.st_mtime_ns, found.st_size, found.st_ino)
        with self._lock:
            if state != self._state:
                self._known = _load(file)
                self._state = state
            return self._known

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Token]]:
        """The tokens to be changed in place, and written when the block ends without an error."""
        file = self.folder / FILE
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unusable(error) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            tokens = dict(_load(file)) if file.exists() else {}
            yield tokens
            try:
                _store(file, tokens)
            except OSError as error:
                raise _unusable(error) from error
        finally:
            os.close(handle)


def _load(file: Path) -> Mapping[str, Token]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        if value["format"] != FORMAT:
            raise TokenFileError(
                f"{FOLDER}/{FILE} has format {value['format']}; this release of critmat "
                f"reads {FORMAT}.",
                remedy="Install a newer critmat.",
            )
        return {token.id: token for token in map(Token.from_dict, value["tokens"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unusable(error) from error


def _store(file: Path, tokens: Mapping[str, Token]) -> None:
    """Write the file beside its place, then put it there, so that it is never seen half."""
    text = json.dumps({"format": FORMAT, "tokens": [asdict(t) for t in tokens.values()]}, indent=1)
    new = file.with_name(f".{FILE}.{os.getpid()}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _unusable(error: Exception) -> TokenFileError:
    reason = error.strerror if isinstance(error, OSError) else repr(error)
    return TokenFileError(
        # Whoever sends a token reads this too, so it does not say where the data folder is.
        f"The tokens in {FOLDER}/{FILE} cannot be used: {reason}.",
        remedy="See who may read and write it. If it is damaged, remove it and create new tokens.",
    )
