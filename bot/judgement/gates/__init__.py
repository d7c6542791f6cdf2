"""The gates: one file each, with one function `judge(evidence, rule) -> Verdict`; a new file is a new gate."""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from bot.model.evidence import Evidence
from bot.model.release import Rule, Verdict

Judge = Callable[[Evidence, Rule], Verdict]


@cache
def gates() -> dict[str, Judge]:
    """Every gate by its name."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    return {name: importlib.import_module(f"{__name__}.{name}").judge for name in names}
