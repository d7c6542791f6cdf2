"""Who is running: one small file for each run, so that the next one can take away what a killed one left."""

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from runtime.conformance import cache, leftovers


@dataclass(frozen=True, slots=True)
class Entry:
    """One run. `started` is the process's start in clock ticks since boot, which tells a pid from its next owner; `boot` and
    `space` (the pid namespace) say where the pid means anything. Its containers and groups have `mark` in their names."""

    pid: int
    started: int
    boot: str
    space: str
    uid: int
    folder: str
    mark: str
    command: tuple[str, ...]


@contextlib.contextmanager
def entered(folder: Path, mark: str, command: Sequence[str]) -> Iterator[None]:
    """A run that is on record as long as it lasts. Where nothing can be written it runs all the same."""
    pid = os.getpid()
    entry = Entry(pid, _started(pid), _boot(), _space(), os.geteuid(), str(folder), mark, tuple(command))
    home = cache.folder("runs")
    path = home / f"{pid}-{entry.started}-{folder.name}.json" if home else None
    if path:
        with contextlib.suppress(OSError):
            cache.write(path, asdict(entry))
    try:
        yield
    finally:
        if path:
            path.unlink(missing_ok=True)


def clean() -> list[str]:
    """Takes away what runs left that are dead. Says what it removed, a sentence for each run."""
    home = cache.folder("runs")
    said = []
    for path in sorted(home.glob("*.json")) if home else ():
        entry = _read(path)
        if entry is None:
            said.append(f"the record {path} is damaged; what it was about is unknown, and it was removed")
            path.unlink(missing_ok=True)
            continue
        if _lives(entry) or entry.uid != os.geteuid():
            continue
        removed = leftovers.remove(Path(entry.folder), entry.mark, entry.command)
        path.unlink(missing_ok=True)
        if removed:
            said.append(f"an earlier run (pid {entry.pid}) was killed; removed of it: {', '.join(removed)}")
    return said


def _lives(entry: Entry) -> bool:
    """Whether the run may still be going on: what another pid namespace calls this pid cannot be told from here."""
    if entry.boot != _boot():
        return False
    return entry.space != _space() or _started(entry.pid) == entry.started


def _started(pid: int) -> int:
    """Field 22 of /proc/PID/stat (proc_pid_stat(5)); 0 for a process that is gone or has ended and only waits for its parent."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] in "ZX" else int(fields[19])


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _space() -> str:
    return os.readlink("/proc/self/ns/pid")


def _read(path: Path) -> Entry | None:
    """None for what no run has written. A folder or mark that could mean anything else than a run's own is believed least of all."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        entry = Entry(**{**raw, "command": tuple(raw["command"])})
        words = (entry.boot, entry.space, entry.folder, entry.mark, *entry.command)
        sound = all(isinstance(word, str) for word in words) and all(
            isinstance(number, int) for number in (entry.pid, entry.started, entry.uid)
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    named = sound and Path(entry.folder).is_absolute() and Path(entry.folder).name.startswith("conformance-")
    return entry if named and entry.mark.startswith(f"case-{entry.pid}-") else None
