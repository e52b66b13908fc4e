"""The unit for systemd: nothing in it that systemd does not understand, and tight."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from service.stopping import PROCESS_GRACE

UNIT = Path(__file__).resolve().parents[2] / "deploy" / "critmat.service"
#: The exposure that `systemd-analyze security` reckons, of 10; below 2 it says OK.
MOST_EXPOSED = "2.0"


def setting(name: str) -> str:
    """The value of a setting of the unit."""
    lines = UNIT.read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith(f"{name}=")]
    return line.partition("=")[2]


def test_it_lets_the_service_end_by_itself() -> None:
    assert setting("KillMode") == "mixed"
    assert int(setting("TimeoutStopSec")) > PROCESS_GRACE
    assert setting("OOMPolicy") == "continue"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that is there, as `systemd-analyze` looks for it."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not here")
    program = setting("ExecStart").split()[0]
    found = tmp_path / "critmat.service"
    found.write_text(UNIT.read_text(encoding="utf-8").replace(program, "/bin/true"))
    return found


def test_systemd_understands_it(unit: Path) -> None:
    said = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")


def test_it_is_confined(unit: Path) -> None:
    threshold = f"--threshold={MOST_EXPOSED.replace('.', '')}"
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", threshold, unit],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unrecognized option" in said.stderr:
        pytest.skip("this systemd does not look at files")
    assert said.returncode == 0, said.stdout
