"""How fast we write: one request at a time, and a second between two that change something."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

GAP = 1.0  # seconds between two writes, as GitHub asks


class Pace:
    """Shared by everything that writes with one token, from any thread; `clock` counts seconds and never goes back."""

    def __init__(
        self,
        gap: float = GAP,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap, self._clock, self._wait = gap, clock, wait
        self._turn = threading.Lock()
        self._free_at = float("-inf")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Waits for its turn; the gap is counted from the end of the write before."""
        with self._turn:
            left = self._free_at - self._clock()
            if left > 0:
                self._wait(left)
            try:
                yield
            finally:
                self._free_at = self._clock() + self._gap
