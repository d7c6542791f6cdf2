"""Signals by number and by every name (signal(7)), and sending them."""

from __future__ import annotations

import _signal

from runtime import lean_os as os
from runtime.faults import Fault

SIGKILL = 9


def number_of(word: str) -> int:
    """15, TERM, SIGTERM, sigterm, RTMIN+3 or RTMAX-2 as a number from 1 to 64. Raises Fault."""
    if word.isdecimal() and word.isascii():
        found, offset = int(word), ""
    else:
        base = word.upper().removeprefix("SIG")
        split = (
            base.find("+") if base.startswith("RTMIN") else base.find("-") if base.startswith("RTMAX") else -1
        )
        base, offset = (base[:split], base[split:]) if split > 0 else (base, "")
        found = getattr(_signal, f"SIG{base}", 0) if base.isalnum() else 0
    if offset:
        found += int(offset) if offset[1:].isdecimal() and offset.isascii() else 99
    if not 0 < found <= 64:
        raise Fault(f"there is no signal {word}")
    return int(found)


def signal_all(pids: list[int], signal: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal)
        except ProcessLookupError:
            continue  # it ended by itself in between
