"""The container's process: what its config may say, and how the init becomes it (config.md#process)."""

from __future__ import annotations

from errno import ELOOP

from runtime import capabilities, ids, inroot, interpreter, interrupts, procfs, scheduling, syscalls
from runtime import lean_os as os
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NoReturn

RLIMITS = {  # include/uapi/asm-generic/resource.h: the same on every architecture of kernel.py
    "RLIMIT_CPU": 0, "RLIMIT_FSIZE": 1, "RLIMIT_DATA": 2, "RLIMIT_STACK": 3, "RLIMIT_CORE": 4, "RLIMIT_RSS": 5, "RLIMIT_NPROC": 6,
    "RLIMIT_NOFILE": 7, "RLIMIT_MEMLOCK": 8, "RLIMIT_AS": 9, "RLIMIT_LOCKS": 10, "RLIMIT_SIGPENDING": 11, "RLIMIT_MSGQUEUE": 12,
    "RLIMIT_NICE": 13, "RLIMIT_RTPRIO": 14, "RLIMIT_RTTIME": 15,
}  # fmt: skip
PERSONALITIES = {"LINUX": 0x0000, "LINUX32": 0x0008}
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def check(process: dict[str, Any]) -> None:
    """Raises Fault for what the process can never be."""
    for problem in problems(process):
        raise Fault(problem)


def problems(process: dict[str, Any]) -> Iterator[str]:
    """Everything that the process can never be (config.md#process)."""
    if not process.get("args"):
        yield "process.args must have at least one string: the program"
    if not process["cwd"].startswith("/"):
        yield f"process.cwd {process['cwd']!r} is not an absolute path"
    for each in process.get("env") or []:
        if "=" not in each[1:]:
            yield f"process.env has {each!r}, which is not NAME=value"
    yield from ids.of_user(process.get("user") or {})
    seen = set()
    for limit in process.get("rlimits") or []:
        kind = limit["type"]
        if kind not in RLIMITS:
            yield f"process.rlimits has the unknown type {kind!r}"
        if kind in seen:
            yield f"process.rlimits names {kind} twice"
        if limit["soft"] > limit["hard"]:
            yield f"process.rlimits {kind}: the soft limit {limit['soft']} is above the hard limit {limit['hard']}"
        seen.add(kind)


def set_oom_score(score: int | None) -> None:
    """Done while the host's /proc is at hand and before the process is made undumpable.

    See config.md#linux-process.
    """
    if score is None:
        return
    try:
        procfs.write("/proc/self/oom_score_adj", str(score))
    except OSError as failed:
        raise Fault(f"process.oomScoreAdj {score} cannot be set: {failed.strerror}") from None


def find_program(process: dict[str, Any]) -> str:
    """The path that will be executed, looked up inside the container. Raises Fault in the words callers look for.

    See config.md#posix-process.
    """
    name: str = process["args"][0]
    if "/" in name:
        candidates = [name if name.startswith("/") else os.path.join(process["cwd"], name)]
        missing = f'exec: "{name}": stat {name}: no such file or directory'
    else:
        environ = _environ(process)
        candidates = [f"{folder or '.'}/{name}" for folder in environ.get("PATH", DEFAULT_PATH).split(":")]
        missing = f'exec: "{name}": executable file not found in $PATH'
    denied = ""
    for path in candidates:
        try:
            mode = os.stat(path).st_mode
        except OSError:
            continue
        if mode & 0o170000 == 0o100000 and mode & 0o111:
            refuse_magic_links(path)
            return path
        denied = denied or f'exec: "{path}": permission denied'
    raise Fault(denied or missing)


def refuse_magic_links(path: str) -> None:
    """Refuses a program, or the interpreter a script names, that is a link into a process such as /proc/self/exe.

    It would be refrun's own interpreter, which the container could then overwrite on the host (CVE-2019-5736).
    """
    for _ in range(interpreter.DEPTH):
        root = os.open("/", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fd = inroot.open_path(root, os.path.join(os.getcwd(), path), os.O_RDONLY | os.O_NONBLOCK)
        except OSError as failed:
            if failed.errno == ELOOP:
                raise Fault(f'exec: "{path}": permission denied: it is a link into a process') from None
            return  # execute-only for this user: execve(2) says the rest
        finally:
            os.close(root)
        try:
            first = os.read(fd, 256).partition(b"\n")[0]
        except OSError:
            return
        finally:
            os.close(fd)
        if not first.startswith(b"#!") or not first[2:].split():
            return
        path = os.fsdecode(first[2:].split()[0])


def _environ(process: dict[str, Any]) -> dict[str, str]:
    return dict(pair.partition("=")[::2] for pair in process.get("env") or [])


def asks_for_scheduling(process: dict[str, Any], linux: dict[str, Any]) -> bool:
    names = ("scheduler", "ioPriority", "execCPUAffinity")
    return any(process.get(name) is not None for name in names) or linux.get("memoryPolicy") is not None


def set_rlimits(process: dict[str, Any]) -> None:
    """Sets each resource's soft and hard limit. Raises Fault (config.md#posix-process)."""
    for limit in process.get("rlimits") or []:
        try:
            syscalls.setrlimit(RLIMITS[limit["type"]], limit["soft"], limit["hard"])
        except OSError as failed:
            raise Fault(
                f"process.rlimits {limit['type']} {limit['soft']}:{limit['hard']} cannot be set: {failed.strerror}"
            ) from None


def execute(
    config: dict[str, Any],
    masks: dict[str, int] | None,
    first_fd: int,
    by_name: bool,
    warn: Any,
    seal: Any = None,
    labels: Any = None,
) -> NoReturn:
    """Becomes the container's program: limits, sets, ids, umask, cwd, then execve. Raises Fault if it cannot.

    `seal` puts the seccomp filter on this process, where there is one; `labels` are those of a security module (labels.Held).
    `by_name`: see interpreter.py.

    See config.md#process, config.md#posix-process, config-linux.md#personality, runtime-linux.md#file-descriptors.
    """
    process = config["process"]
    user = process.get("user") or {}
    domain = (config.get("linux") or {}).get("personality")
    if domain:
        syscalls.personality(PERSONALITIES[domain["domain"]])
    set_rlimits(process)
    if asks_for_scheduling(process, config.get("linux") or {}):
        scheduling.apply(process, config.get("linux") or {})
    if labels is not None:
        labels.write()
    if seal is not None and not process.get("noNewPrivileges"):
        seal()  # needs CAP_SYS_ADMIN, which may be gone afterwards (seccomp(2))
    if masks is not None:
        capabilities.drop_bounding(masks)
        syscalls.prctl(syscalls.PR_SET_KEEPCAPS, 1)
    _become(user)
    if masks is not None:
        syscalls.prctl(syscalls.PR_SET_KEEPCAPS, 0)
        capabilities.apply(masks, warn)
    os.umask(0o022 if user.get("umask") is None else user["umask"] & 0o7777)
    _change_directory(process["cwd"])
    if process.get("noNewPrivileges"):
        syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    program = find_program(process)
    args, environ = process["args"], _environ(process)
    if not by_name:
        try:
            folder, name, args = interpreter.aim(program, args)
        except OSError as failed:
            raise Fault(f'exec: "{program}": {(failed.strerror or "").lower()}') from None
    syscalls.close_range_cloexec(first_fd)
    if seal is not None and process.get("noNewPrivileges"):
        seal()  # as late as can be: the filter need not let through what refrun itself does
    interrupts.as_found()
    try:
        if by_name:
            os.execve(program, args, environ)
        interpreter.become(folder, name, args, environ)
    except OSError as failed:
        why = (failed.strerror or "").lower()
    raise Fault(f'exec: "{program}": {why}')


def _become(user: dict[str, Any]) -> None:
    """Takes on the user, its group and its additional groups. Raises Fault (config.md#user, config.md#posix-platform-user)."""
    uid, gid = user.get("uid") or 0, user.get("gid") or 0  # null is not set
    try:
        os.setgroups(user.get("additionalGids") or [])
    except PermissionError:
        # An ordinary user's namespace gave up setgroups; without additional groups there is nothing to lose.
        if user.get("additionalGids"):
            raise Fault(
                "process.user.additionalGids cannot be set: this user namespace denies setgroups"
            ) from None
    try:
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    except OSError as failed:
        raise Fault(f"process.user {uid}:{gid} cannot be taken on: {failed.strerror}") from None


def _change_directory(cwd: str) -> None:
    """Goes to cwd and makes sure that it lies inside the container (CVE-2024-21626).

    See config.md#process.
    """
    try:
        os.chdir(cwd)
        here = os.getcwd()
    except OSError as failed:
        raise Fault(f"process.cwd {cwd} cannot be entered: {failed.strerror}") from None
    if not here.startswith("/"):
        raise Fault(f"process.cwd {cwd} lies outside the container")
