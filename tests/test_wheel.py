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

from tests.serving import free_port, wait_until_ready

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=REPOSITORY, check=True, capture_output=True,
    )  # fmt: skip
    [path] = folder.glob("critmat-*.whl")
    return path


def test_facts_ontology_and_queries_are_inside(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    assert "kg/facts/datapackage.json" in names
    assert "kg/facts/NOTICE.md" in names
    assert "kg/shipped/ontology/critmat.ttl" in names
    assert "kg/shipped/queries/dependence/exposed-products.rq" in names
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "docs"))]


def test_it_serves_from_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = REPOSITORY / "requirements.lock"
    subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
    subprocess.run([*pip, "--no-deps", wheel], check=True)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    port = free_port()
    clean = {"PATH": os.environ["PATH"], "HOME": str(elsewhere)}
    process = subprocess.Popen(
        [environment / "bin" / "critmat", "serve", "--port", str(port)], cwd=elsewhere, env=clean
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process, seconds=150)
        with urlopen(f"http://127.0.0.1:{port}/questions/exposed-products.json") as answer:
            assert json.load(answer)["rows"]
    finally:
        process.terminate()
        process.wait(timeout=20)
