"""v0.4 and v0.5 have other operations: `start ID BUNDLE` makes and runs, `stop ID` ends and deletes, and the state has no status.

Cases keep speaking of running a bundle, of a running container and its end; here that becomes the old operation. A case that
needs what these releases do not have does not apply.
"""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.conformance.declare import NotApplicable
from runtime.conformance.driver import PATIENCE, Answer
from runtime.conformance.releases import position

if TYPE_CHECKING:
    from runtime.conformance.trial import Container, Trial

SPLIT = "v1.0.0-rc1"  # the first release with create, start, kill and delete


def is_bygone(release: str) -> bool:
    return position(release) < position(SPLIT)


def no_such(release: str, name: str) -> None:
    """Ends a case that needs an operation which the release does not have."""
    if is_bygone(release):
        raise NotApplicable(f"{release} has no {name}: its operations are state, start, stop and exec")


def start(t: "Trial", container: "Container") -> Answer:
    """The old start: makes the container and runs its program."""
    answer = _start(t, container)
    if answer.ok and container.is_there():
        t.runtime.count(container.id)
    return answer


def _start(t: "Trial", container: "Container", out: Path | None = None, err: Path | None = None) -> Answer:
    container.bundle.write()
    return t.runtime.call("start", container.id, str(container.bundle.folder), stdout=out, stderr=err)


def run(t: "Trial", container: "Container") -> Answer:
    """start, then waiting for the program's end. What it wrote stands in the answer, as after `run`."""
    out, err = (container.bundle.folder / name for name in ("written", "written-err"))
    answer = _start(t, container, out, err)
    if not answer.ok:
        return answer
    pid, deadline = container.pid, time.monotonic() + PATIENCE
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.002)
    if container.bundle.born():
        t.runtime.count()
    return Answer(answer.code, out.read_text(errors="replace"), err.read_text(errors="replace"))


def runs(pid: int) -> bool:
    """Whether the process lives; the state does not say it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def status(state: dict[str, object]) -> str:
    """The status of later releases, worked out from the pid."""
    if not state:
        return "none"
    pid = state.get("pid")
    return "running" if isinstance(pid, int) and runs(pid) else "stopped"
