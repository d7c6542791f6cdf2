"""spec [-b BUNDLE] [-f FILE] [--rootless]: writes a config.json to start from."""

from __future__ import annotations

from runtime import lean_os as os
from runtime.faults import Fault
from runtime.options import no_words, parse
from runtime.starter import starter

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


def command(root: str, args: list[str], log: Log) -> None:
    given, words = parse(args, {"--rootless"}, {"--bundle", "--file"}, {"-b": "--bundle", "-f": "--file"})
    no_words(words, "spec")
    path = os.path.join(given.get("--bundle", "."), given.get("--file", "config.json"))
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(starter("--rootless" in given))
    except FileExistsError:
        raise Fault(f"{path} exists; move it away first") from None
