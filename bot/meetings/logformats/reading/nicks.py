"""Nicks for people who are named at length: `@nick:server` on Matrix."""


class Localparts:
    """`@ada:one.example` is ada; the second ada, `@ada:two.example`, keeps the whole name.

    The first one keeps the short name whatever comes later: a longer export of the same room gives the same nicks.
    """

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def __call__(self, full: str) -> str:
        short = full.removeprefix("@").partition(":")[0] or full
        return short if self._owners.setdefault(short, full) == full else full
