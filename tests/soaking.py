"""How many examples a randomised test runs: few in `make test`, many in `make soak`."""

import os

IS_SOAKING = bool(os.environ.get("TALLYMAN_SOAK"))
ALWAYS_THE_SAME = (
    not IS_SOAKING
)  # `make test` draws the same examples every time; `make soak` looks for new ones


def seeds(few: int, many: int) -> int:
    return many if IS_SOAKING else few
