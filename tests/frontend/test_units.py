"""The functions of the scripts that need no browser, tested by Node's own runner."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from hatch_build import node


def test_the_units_pass() -> None:
    units = sorted(Path(__file__).parent.glob("units/*.test.ts"))
    done = subprocess.run(
        [node(), "--test", "--test-reporter=tap", *units],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed
    assert int(passed[1]) >= 28
