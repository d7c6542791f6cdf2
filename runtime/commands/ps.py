"""ps [--format table|json] ID [PS OPTIONS]: the processes of a container, as numbers or as the host's ps shows them."""

from __future__ import annotations

from runtime import inhabitants
from runtime.faults import Fault
from runtime.jsontext import dumps
from runtime.options import one_id, parse
from runtime.state import Container

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


def command(root: str, args: list[str], log: Log) -> None:
    given, words = parse(args, (), {"--format"}, {"-f": "--format"}, stop=True)
    container = Container(root, one_id(words[:1])).load()
    pids = processes(container)
    form = given.get("--format", "table")
    if form == "json":
        print(dumps(pids))
    elif form == "table":
        _table(pids, words[1:] or ["-ef"])
    else:
        raise Fault(f"--format {form} is neither table nor json")


def processes(container: Container) -> list[int]:
    """The processes in the container's groups; without groups (an ordinary user) those in its pid namespace."""
    first = container.facts.get("pid") if container.status() != "stopped" else 0
    return inhabitants.of(container.facts["cgroups"], first or 0)


def _table(pids: list[int], options: list[str]) -> None:
    """The lines of the host's ps that belong to the container; where there is no ps, the numbers and names alone."""
    import subprocess

    try:
        lines = subprocess.run(
            ["ps", *options], capture_output=True, text=True, check=False
        ).stdout.splitlines()
    except OSError:
        lines = []
    column = lines[0].split().index("PID") if lines and "PID" in lines[0].split() else -1
    if column < 0:
        print("PID")
        print("".join(f"{pid}\n" for pid in pids), end="")
        return
    print(lines[0])
    for line in lines[1:]:
        if line.split()[column] in map(str, pids):
            print(line)
