"""validate [--release TAG] [--host] [--json] [BUNDLE]: every problem of a bundle with its place in the specification.

With --host also what this kernel and user cannot grant. Exit code 1 when there is a problem.
"""

from __future__ import annotations

from runtime import config, host_facts, places
from runtime.faults import Fault
from runtime.jsontext import dumps
from runtime.options import parse
from runtime.releases import Rules

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


def command(root: str, args: list[str], log: Log) -> int:
    given, words = parse(args, {"--host", "--json"}, {"--release"})
    if len(words) > 1:
        raise Fault(f"one bundle, not {' '.join(words)}")
    bundle = words[0] if words else "."
    found = problems(bundle, given.get("--release", "").removeprefix("v"), "--host" in given)
    if "--json" in given:
        print(dumps([{"anchor": anchor, "problem": problem} for anchor, problem in found]))
    else:
        for anchor, problem in found:
            print(f"{problem} ({anchor})")
    return 1 if found else 0


def problems(bundle: str, release: str, host: bool) -> list[tuple[str, str]]:
    """(anchor in the texts of the config's release, sentence) of each. A config that cannot be read at all raises Fault."""
    settings = config.load(bundle, None)
    try:
        rules = Rules(release or settings.get("ociVersion"))
    except Fault as fault:
        return [("config.md#configSpecificationVersion", str(fault))]
    if rules.is_old:
        from runtime import dialects  # for old spellings only

        found, settings = dialects.judged(settings, rules)
    else:
        found = list(config.problems(settings, rules))
    if host and not found:
        found += host_facts.problems(settings, bundle)
    return [(places.of(anchor, rules), problem) for anchor, problem in found]
