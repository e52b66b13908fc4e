"""``python -m tests.fuzz``: a fuzz run of any size against a service of its own."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.fuzz.campaign import inputs, run
from tests.fuzz.service_under_fire import under_fire


def main() -> int:
    """Run, print what came of it; 1 where something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--queries", type=int, default=10_000, help="queries and updates to send")
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, under_fire(Path(folder) / "data") as service:
        before = service.front()
        sent = inputs(options.seed, options.queries, options.documents, service.token)
        outcome = run(service.address, sent)
        after = service.front()
    for line in outcome.lines():
        print(line)
    print("the process that answers HTTP", "lived on" if before == after else "DIED")
    return int(bool(outcome.faults) or before != after)


if __name__ == "__main__":
    sys.exit(main())
