"""How many examples a randomised test runs: few in `make test`, many in `make soak`."""

import os


def seeds(few: int, many: int) -> int:
    return many if os.environ.get("TALLYMAN_SOAK") else few
