"""list [--quiet] [--format table|json]: every container under --root."""

from __future__ import annotations

from runtime import lean_os as os
from runtime.faults import Fault
from runtime.jsontext import dumps
from runtime.options import no_words, parse
from runtime.state import Container, all_ids

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

    from runtime.cli import Log


COLUMNS = "{:<24}{:<10}{:<12}{:<40}{:<22}{}"


def command(root: str, args: list[str], log: Log) -> None:
    given, words = parse(args, {"--quiet"}, {"--format"}, {"-q": "--quiet", "-f": "--format"})
    no_words(words, "list")
    form = given.get("--format", "table")
    if form not in ("table", "json"):
        raise Fault(f"--format {form} is neither table nor json")
    found = [row for id_ in all_ids(root) if (row := _row(Container(root, id_), log))]
    if "--quiet" in given:
        print("".join(f"{row['id']}\n" for row in found), end="")
    elif form == "json":
        print(dumps(found))
    else:
        print(COLUMNS.format("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"))
        for row in found:
            bundle = row.get("bundle") or row.get("bundlePath") or ""
            print(COLUMNS.format(row["id"], row["pid"], row["status"], bundle, row["created"], row["owner"]))


def _row(container: Container, log: Log) -> dict[str, Any]:
    """One container; {} for one that was deleted between the listing and the look, `damaged` where the state cannot be read."""
    try:
        return container.load().report()
    except FileNotFoundError:
        return {}
    except Fault as fault:
        if not os.path.isdir(container.folder):
            return {}
        log.warn(str(fault))
        return {"id": container.id, "pid": 0, "status": "damaged", "bundle": "", "created": "", "owner": ""}
