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


COLUMNS = ("id", "pid", "status", "bundle", "created", "owner")
NARROWEST, GAP = 12, 3  # of a column, as runc draws them


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
        _table(found)


def _table(found: list[dict[str, Any]]) -> None:
    """Columns as wide as what they hold, so that a long bundle never runs into the time after it."""
    for row in found:
        row["bundle"] = row.get("bundle") or row.get("bundlePath")
    lines = [[name.upper() for name in COLUMNS], *([str(row[name]) for name in COLUMNS] for row in found)]
    widths = [max(NARROWEST, GAP + max(map(len, column))) for column in zip(*lines, strict=True)]
    for line in lines:
        print("".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _row(container: Container, log: Log) -> dict[str, Any]:
    """One container; {} for one that was deleted between the listing and the look, `damaged` where the state cannot be read."""
    try:
        row = container.load().report()
        return row if "status" in row else {**row, "status": container.status()}  # v0.4 and v0.5 have none
    except FileNotFoundError:
        return {}
    except Fault as fault:
        if not os.path.isdir(container.folder):
            return {}
        log.warn(str(fault))
        return {"id": container.id, "pid": 0, "status": "damaged", "bundle": "", "created": "", "owner": ""}
