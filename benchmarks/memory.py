"""Memory of a service: of a process and all below it, what several share counted once."""

from __future__ import annotations

from pathlib import Path

from service.traffic.metrics import proportional_memory


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name may hold spaces and brackets; what follows its last bracket does not.
            parent = int(status.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(status.parent.name))
    found, rest = [], [pid]
    while rest:
        found.append(rest.pop())
        rest.extend(children.get(found[-1], ()))
    return found


def family_memory(pid: int) -> int:
    """Bytes (PSS) of a process and all that descend from it; 0 where it has ended."""
    return sum(proportional_memory(member) or 0 for member in family(pid))
