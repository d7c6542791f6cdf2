"""Runs one script of a use case on one runtime at one release: bounded in time, judged by what it checked, and cleaned up after."""

import ctypes
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from runtime.conformance import host
from runtime.conformance.recipes import Way
from runtime.conformance.rootfs import Source
from runtime.conformance.servings import NOBODY, Serving

LIMIT = 60.0  # seconds for one script
KEPT = 4096  # bytes of what a script and its containers said
CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
MS_PRIVATE, MS_REC, MS_BIND = 1 << 18, 1 << 14, 1 << 12
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
SHELL = "/bin/sh"
SAID = re.compile(r"^(ok|not ok|skip|not applicable|note) - (.*)$", re.MULTILINE)
OUR_FAULT = {
    2: "the shell does not understand it",
    126: "it calls what is no program",
    127: "it calls a program that is not there",
}


@dataclass(frozen=True, slots=True)
class Result:
    """One way at one release. `checks` is how many of its checks held, `notes` how this runtime differs from others."""

    case: str
    use_case: str
    way: str
    title: str
    outcome: str
    reason: str
    checks: int
    notes: tuple[str, ...]
    seconds: float
    output: str
    repeat: str


def lacking(way: Way, source: Source) -> str:
    """Which right, fact or program the way needs and this host has not; "" when it has all."""
    for fact in ("containers", *way.needs):
        if missing := host.lacking(fact):
            return missing
    path = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"
    for program in way.programs:
        if not shutil.which(program, path=path):
            return f"needs the program {program}, which is not installed"
    if "busybox" in way.programs and source.kind != "busybox":
        return "needs a static busybox as the root of its containers"
    return ""


def serve(serving: Serving, way: Way, limit: float) -> dict[str, Any]:
    """Runs the script. {"outcome", "reason", "checks", "notes", "seconds", "output"}; nothing of it is left afterwards.

    To be called in a process that has no other child: whatever the script leaves becomes ours (PR_SET_CHILD_SUBREAPER).
    """
    kernel(ctypes.CDLL(None, use_errno=True).prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # it is waited for
    said, began = serving.place / "said", time.monotonic()
    with open(said, "wb") as output:
        child = subprocess.Popen(
            [SHELL, str(serving.folder / way.script.name)], cwd=serving.folder, env=serving.environ, stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=lambda: _set_apart(way, serving),
        )  # fmt: skip
        try:
            code = _wait(child, limit)
        finally:
            left = _left(serving)
            _end(serving, child)
    text = said.read_bytes()[-KEPT:].decode(errors="replace").replace(str(serving.place), "...")
    outcome, reason = judged(text, code, limit)
    if outcome == "passed" and left:
        outcome, reason = "failed", f"the script ended well, and left behind {', '.join(left)}"
    words = [(found[1], found[2]) for found in SAID.finditer(text)]
    return {
        "outcome": outcome, "reason": reason, "checks": sum(word == "ok" for word, _ in words),
        "notes": [note for word, note in words if word == "note"], "seconds": time.monotonic() - began, "output": text,
    }  # fmt: skip


def _wait(child: "subprocess.Popen[bytes]", limit: float) -> int | None:
    """The script's exit code; None when it does not end in time. Meanwhile all orphans are reaped, as a host's init does: the
    first process of a pid namespace does not end before whoever joined it is reaped.
    """
    deadline = time.monotonic() + limit
    while (left := deadline - time.monotonic()) > 0:
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG)
        if found is None:
            signal.sigtimedwait({signal.SIGCHLD}, left)
        elif found.si_pid == child.pid:
            child.returncode = found.si_status if found.si_code == os.CLD_EXITED else -found.si_status
            return child.returncode
    return None


def judged(text: str, code: int | None, limit: float) -> tuple[str, str]:
    """The outcome and its reason, by what the script said and how it ended (None: not in time)."""
    words = [(found[1], found[2]) for found in SAID.finditer(text)]
    for word, reason in words:
        if word == "not ok":
            return "failed", reason
    if code is None:
        return "failed", f"the script did not end within {limit:g} s"
    lines = text.strip().splitlines()
    last = lines[-1][:300] if lines else "it said nothing"
    if code in OUR_FAULT:
        return "error", f"the script is broken, {OUR_FAULT[code]}: {last}"
    if code:
        return "failed", f"the script ended with {code}: {last}"
    if words and words[-1][0] in ("skip", "not applicable"):
        return {"skip": "skipped"}.get(words[-1][0], "not-applicable"), words[-1][1]
    return (
        ("passed", "") if any(word == "ok" for word, _ in words) else ("error", "the script checked nothing")
    )


def _set_apart(way: Way, serving: Serving) -> None:
    """In the script's process, before it begins: mounts that end with it, a network of its own, the ordinary user."""
    library = ctypes.CDLL(None, use_errno=True)
    kernel(library.prctl, PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    if os.geteuid() != 0:
        return
    kernel(library.unshare, CLONE_NEWNS | (CLONE_NEWNET if way.own_network else 0))
    kernel(library.mount, b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    if way.as_user:
        _open_the_way(library, serving.reach)
        _give_ids(library, serving)
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def _open_the_way(library: ctypes.CDLL, wanted: tuple[Path, ...]) -> None:
    """What lies in root's own home is out of an ordinary user's reach: here that home holds these folders only, and all may enter."""
    held: dict[Path, tuple[Path, int]] = {}
    for folder in wanted:
        closed = [path for path in reversed((folder / "x").parents) if not path.stat().st_mode & 0o001]
        if closed:
            held[folder] = closed[0], os.open(folder, os.O_PATH)
    for top in {top for top, _ in held.values()}:
        kernel(library.mount, b"tmpfs", bytes(top), b"tmpfs", 0, b"mode=755")
    for folder, (_, file) in held.items():
        folder.mkdir(parents=True, exist_ok=True)
        kernel(library.mount, f"/proc/self/fd/{file}".encode(), bytes(folder), None, MS_BIND | MS_REC, None)
        os.close(file)


def _give_ids(library: ctypes.CDLL, serving: Serving) -> None:
    """For newuidmap: the ordinary user has a thousand ids of its own, as on a host where somebody logs in."""
    for name in ("subuid", "subgid"):
        if os.path.exists(f"/etc/{name}"):
            file = serving.place / name
            file.write_text(f"{NOBODY}:900000:1000\n", encoding="utf-8")
            kernel(library.mount, bytes(file), f"/etc/{name}".encode(), None, MS_BIND, None)


def end_with(parent: int) -> None:
    """This process gets SIGTERM when the one that started it ends, however that happens."""
    kernel(ctypes.CDLL(None, use_errno=True).prctl, PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        raise KeyboardInterrupt


def kernel(call: Any, *words: Any) -> None:
    """One system call. Raises OSError."""
    if call(*words) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _left(serving: Serving) -> list[str]:
    """What a script should have taken away: its containers and the mounts it made where all can see them."""
    containers = [
        f"the container {path.name}" for path in serving.state.glob(f"{serving.id}*") if path.is_dir()
    ]
    return containers + [f"the mount {point}" for point in _mounts(serving)]


def _mounts(serving: Serving) -> list[str]:
    """The mount points below our place, the innermost first."""
    rows = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    points = [row.split()[4] for row in rows]
    return sorted((point for point in points if point.startswith(f"{serving.place}/")), reverse=True)


def _end(serving: Serving, child: "subprocess.Popen[bytes]") -> None:
    """Takes away the containers, the processes, the mounts, the groups and the folder."""
    _quietly(os.killpg, child.pid, signal.SIGKILL)
    for path in serving.state.glob(f"{serving.id}*"):
        words = [serving.environ["RUNTIME"], "delete", "--force", path.name]
        with open(os.devnull, "wb") as nowhere:
            try:
                subprocess.run(
                    words, stdin=subprocess.DEVNULL, stdout=nowhere, stderr=nowhere, timeout=5, check=False
                )
            except (OSError, subprocess.TimeoutExpired):
                pass  # its processes are ended below, by us
    _end_descendants()
    for point in _mounts(serving):
        _quietly(kernel, ctypes.CDLL(None, use_errno=True).umount2, point.encode(), 2)
    for group in _groups(serving.id):
        _quietly(os.rmdir, group)


def _end_descendants() -> None:
    """Everything that the script started is our child by now, or becomes it when its own parent ends."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG)
        except ChildProcessError:
            return
        if found is None:
            for pid in _children():
                _quietly(os.kill, pid, signal.SIGKILL)
            time.sleep(0.005)


def _children() -> list[int]:
    return [
        int(pid)
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text(encoding="ascii").split()
    ]


def _groups(id_: str) -> Iterator[str]:
    """Control groups that carry the script's name, in every hierarchy and one below it; no other run has this name."""
    hierarchies = _folders("/sys/fs/cgroup")
    for where in (
        "/sys/fs/cgroup",
        *hierarchies,
        *(below for each in hierarchies for below in _folders(each)),
    ):
        yield from (path for path in _folders(where) if id_ in os.path.basename(path))


def _folders(path: str) -> list[str]:
    """Those of others come and go meanwhile."""
    try:
        return [entry.path for entry in os.scandir(path) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _quietly(do: Any, *words: Any) -> None:
    """What is gone already need not be taken away."""
    try:
        do(*words)
    except OSError:
        pass


def as_row(result: Result) -> dict[str, Any]:
    return asdict(result)
