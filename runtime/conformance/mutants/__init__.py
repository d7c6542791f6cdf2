"""Wrong runtimes: refruns that are wrong in one way each, and the cases that must see it.

A case that stays green on its mutant tests nothing, and a mutant that turns everything red tells nothing about a case. So
each case is killed for by a mutant that leaves at least nine in ten of the others alone. One file for each topic of cases; a
mutant stands with the first case that it is for:

    ["hooks-in-reverse"]
    wrong = "runs the hooks of a point in reverse order"
    kills = ["hooks/hooks-run-in-the-listed-order"]
    code = '''
    real = hooks.run_all
    hooks.run_all = lambda hs, s, p: real(hs[::-1], s, p)
    '''

`code` runs before the command line does, and replaces something of refrun's own modules, which it may name. `release` is where
it runs (the newest one if nothing is said), `root = true` that only root's containers come so far.
"""

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from runtime.conformance.releases import NEWEST

FOLDER = Path(__file__).resolve().parent
LEAST = 90.0  # per cent of the other cases that a mutant leaves passing


@dataclass(frozen=True, slots=True)
class Mutant:
    """`kills` are the cases that it is for; what else it kills is found out (matrix.py)."""

    name: str
    topic: str
    wrong: str
    kills: tuple[str, ...]
    code: str
    release: str = NEWEST
    root: bool = False

    @property
    def digest(self) -> str:
        """Says whether what it does is what it did when it was last run."""
        return digest(self.release, self.code)


def digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]


@cache
def load() -> tuple[Mutant, ...]:
    """Every mutant, by name. Raises ValueError for two of one name."""
    found: dict[str, Mutant] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        for name, row in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"two mutants are called {name}")
            found[name] = Mutant(name, file.stem, **{**row, "kills": tuple(row["kills"])})
    return tuple(found[name] for name in sorted(found))


def killers(mutants: Iterable[Mutant]) -> dict[str, list[str]]:
    """Case -> the mutants that are for it."""
    found: dict[str, list[str]] = {}
    for mutant in mutants:
        for case in mutant.kills:
            found.setdefault(case, []).append(mutant.name)
    return found
