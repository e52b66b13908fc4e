"""The built wheel, installed into an empty environment, serves from any folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

from tests.serving import REPOSITORY, serving


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=REPOSITORY, check=True, capture_output=True,
    )  # fmt: skip
    [path] = folder.glob("critmat-*.whl")
    return path


def install(environment: Path, *what: str | Path) -> None:
    """Install with uv, as the Makefile does: with its certificates, else those of the system."""
    command: list[str | Path] = [sys.executable, "-m", "uv", "pip", "install", "--quiet"]
    command += ["--python", environment]
    if subprocess.run([*command, *what], check=False, capture_output=True).returncode:
        subprocess.run([*command, "--system-certs", *what], check=True)


def test_facts_ontology_and_queries_are_inside(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    assert "kg/facts/datapackage.json" in names
    assert "kg/facts/NOTICE.md" in names
    assert "kg/shipped/ontology/critmat.ttl" in names
    assert "kg/shipped/queries/dependence/exposed-products.rq" in names
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "docs"))]


def test_the_built_scripts_and_their_licences_are_inside(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        assert archive.read("service/static/build/questions.js")
        assert archive.read("service/static/build/questions.css")
        assert b"Apache ECharts" in archive.read("service/static/build/THIRD-PARTY.txt")
        assert not [name for name in archive.namelist() if name.startswith("service/frontend")]


def test_the_facts_inside_are_those_of_the_checkout(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        for path in (REPOSITORY / "kg" / "facts").rglob("*.csv"):
            assert archive.read(path.relative_to(REPOSITORY).as_posix()) == path.read_bytes()


def test_it_serves_from_an_empty_environment(wheel: Path, core_facts: Path, tmp_path: Path) -> None:
    """With the facts that are built quickly; those inside are compared above."""
    environment = tmp_path / "environment"
    venv.create(environment)
    install(environment, "--require-hashes", "-r", REPOSITORY / "requirements.lock")
    install(environment, "--no-deps", wheel)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    clean = {
        "PATH": os.environ["PATH"], "HOME": str(elsewhere), "CRITMAT_FACTS": str(core_facts)
    }  # fmt: skip
    command = [environment / "bin" / "critmat", "serve"]
    with (
        serving(command, environment=clean, folder=elsewhere, seconds=150) as address,
        urlopen(f"{address}/questions/exposed-products.json") as answer,
    ):
        assert json.load(answer)["rows"]
