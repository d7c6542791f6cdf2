"""A case: what it tests, for which releases, and the words with which it ends."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.conformance.releases import FIRST, NEWEST

if TYPE_CHECKING:
    from runtime.conformance.trial import Trial


class Failed(Exception):
    """The runtime did something else than the specification asks; the text says what was expected and seen."""


class Skipped(Exception):
    """This host cannot tell; the text is the probed fact."""


class NotApplicable(Exception):
    """The release, or the runtime's own claim, leaves nothing to test; the text says why."""


@dataclass(frozen=True, slots=True)
class Case:
    """`spec` is file#anchor of the newest release in its range; `needs` are facts of host.py that must hold.
    `escape` says that a failure shows a way out of the container: of another project's runtime it is told to that project alone."""

    id: str
    title: str
    level: str
    spec: tuple[str, ...]
    since: str
    until: str
    needs: tuple[str, ...]
    run: "Callable[[Trial], None]"
    escape: bool = False


_cases: dict[str, Case] = {}


def case(
    spec: str,
    *,
    level: str = "MUST",
    since: str = FIRST,
    until: str = NEWEST,
    needs: tuple[str, ...] = (),
    escape: bool = False,
) -> "Callable[[Callable[[Trial], None]], Callable[[Trial], None]]":
    """Declares a case. Its id is topic/function-name, its title the first line of its docstring."""

    def declared(function: "Callable[[Trial], None]") -> "Callable[[Trial], None]":
        topic = function.__module__.rpartition(".")[2]
        id_ = f"{topic}/{function.__name__}".replace("_", "-")
        title = (function.__doc__ or "").strip().splitlines()[0]
        if id_ in _cases:
            raise ValueError(f"two cases are called {id_}")
        _cases[id_] = Case(id_, title, level, tuple(spec.split()), since, until, needs, function, escape)
        return function

    return declared


def all_cases() -> tuple[Case, ...]:
    """Every case of every topic, by id."""
    from runtime.conformance import cases

    for module in pkgutil.iter_modules(cases.__path__):
        importlib.import_module(f"{cases.__name__}.{module.name}")
    return tuple(_cases[id_] for id_ in sorted(_cases))
