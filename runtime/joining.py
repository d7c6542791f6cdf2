"""exec: one more process in a container that exists, with everything that keeps the container from looking into us.

The order follows CVE-2016-9962: not dumpable before the first namespace is joined, every descriptor close-on-exec.
"""

from __future__ import annotations

from runtime import (
    capabilities,
    cgroups,
    foreground,
    interpreter,
    keyring,
    namespaces,
    process,
    scheduling,
    seccomp,
    shape,
    syscalls,
    terminal,
)
from runtime import lean_os as os
from runtime.faults import Fault
from runtime.state import write_atomically
from runtime.voice import Voice, follow, go_on, words

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from runtime.state import Container


class Options:
    """What exec takes from the command line besides the process itself."""

    detach = False
    pid_file: str | None = None
    console_socket: str | None = None
    preserve_fds = 0
    ignore_paused = False
    cgroup: tuple[str, ...] = ()
    pidfd_socket: str | None = None
    subreaper = True
    debug: Any = staticmethod(lambda text: None)


def join(container: Container, asked: dict[str, Any], options: Options, warn: Any) -> int:
    """Runs a process in the container. Returns its exit code, 0 at once when detached. Raises Fault."""
    status = container.load().status()
    if status not in ("created", "running") and not (status == "paused" and options.ignore_paused):
        raise Fault(f"the container {container.id} is {status}; only a running one can be joined")
    if status == "created" and not container.rules["exec_of_created"]:
        raise Fault(
            f"the container {container.id} is created; in v0.4 and v0.5 only a running one can be joined"
        )
    shape.check(asked, shape.PROCESS, "process")
    process.check(asked)
    for problem in scheduling.process_problems(asked):
        raise Fault(problem)
    settings = container.config()
    pid = container.facts["pid"]
    pids = {pid, *cgroups.processes(container.facts["cgroups"])}
    by_name = interpreter.protect_in_exec(settings, pids, _is_ours(pid, "user"))
    # What a caller left open is not ours to pass on (CVE-2024-21626).
    syscalls.close_range(3 + options.preserve_fds)
    kinds = _other_namespaces(pid)
    masks = capabilities.sets(asked, container.rules["unknown_capability_fails"], warn)
    sealing = seccomp.of(settings)
    held = _labels(asked, settings.get("process") or {})
    wants_terminal = bool(asked.get("terminal"))
    terminal.check(wants_terminal, options.console_socket, options.detach)
    groups = _groups(container.facts["cgroups"], options.cgroup)
    console, ours = terminal.line(options.console_socket) if wants_terminal else (-1, -1)

    syscalls.prctl(
        syscalls.PR_SET_CHILD_SUBREAPER, 1
    )  # the process is a grandchild and shall become our child
    up_read, up_write = os.pipe()
    down_read, down_write = os.pipe()
    gate = syscalls.fork()
    if gate == 0:
        os.close(up_read)
        os.close(down_write)
        voice = Voice(up_write, down_read)
        _gate(
            voice,
            asked,
            masks,
            kinds,
            groups,
            console,
            3 + options.preserve_fds,
            container,
            settings,
            sealing,
            held,
            by_name,
        )
    for fd in (up_write, down_read, *(() if console < 0 else (console,))):
        os.close(fd)
    if os.waitstatus_to_exitcode(os.waitpid(gate, 0)[1]) < 0:
        os.close(
            down_write
        )  # it was killed, perhaps before it told of its child, which then waits for us in vain
        raise Fault(f"the process that was to enter the container {container.id} was killed")
    pid, watch = 0, None
    with open(up_read, encoding="utf-8", errors="replace") as lines:
        for word, rest in follow(lines, warn):
            if word == "pid":
                pid = int(rest)
                options.debug(f"the process {rest} has entered the container")
                if options.pidfd_socket:
                    from runtime import pidfds

                    pidfds.send(options.pidfd_socket, pid, "setns")
                if container.facts.get("resctrl_tasks"):
                    from runtime import intelrdt

                    intelrdt.enter(container.facts["resctrl_tasks"], pid)
                watch = None if options.detach else foreground.Watch(pid)
                if options.pid_file:
                    write_atomically(options.pid_file, rest, 0o666)
                go_on(down_write, f"g{pid}".encode())
    if not options.subreaper:
        syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 0)
    if not pid:
        raise Fault(f"the process could not enter the container {container.id}")
    return 0 if watch is None else watch.wait(terminal.receive(ours) if ours >= 0 else -1)


def _labels(asked: dict[str, Any], own: dict[str, Any]) -> Any:
    """The labels of the process, or else of the container's own: what joins is no less confined. None without any."""
    for name in ("apparmorProfile", "selinuxLabel"):
        if not asked.get(name) and own.get(name):
            asked[name] = own[name]
    if not (asked.get("apparmorProfile") or asked.get("selinuxLabel")):
        return None
    from runtime import labels

    return labels.Held({"process": asked})


def _groups(folders: dict[str, str], asked: tuple[str, ...]) -> list[str]:
    """The container's groups, or those below them that --cgroup names: PATH for all, CONTROLLER[,CONTROLLER]:PATH for some."""
    places = dict.fromkeys(folders, "")
    for each in asked:
        names, colon, below = each.rpartition(":")
        if ".." in below.split("/"):
            raise Fault(f"--cgroup {each} must not contain ..")
        chosen = names.split(",") if colon else list(folders)
        if unknown := [name for name in chosen if name not in folders]:
            raise Fault(f"--cgroup {each}: the container has no {unknown[0]} group")
        places.update(dict.fromkeys(chosen, below.strip("/")))
        if not any(os.path.isdir(f"{folders[name]}/{places[name]}") for name in chosen):
            raise Fault(f"--cgroup {each}: the container has no such group")
    found = [f"{folder}/{places[name]}".rstrip("/") for name, folder in folders.items()]
    return [folder for folder in found if os.path.isdir(folder)]


def _other_namespaces(pid: int) -> list[tuple[str, int]]:
    """(type, descriptor) of each namespace of the container that is not ours, in the order to enter them."""
    found = []
    for kind, (_, file) in namespaces.NAMESPACES.items():
        path = f"/proc/{pid}/ns/{file}"
        try:
            if not _is_ours(pid, file):
                found.append((kind, os.open(path, os.O_RDONLY | os.O_CLOEXEC)))
        except FileNotFoundError:
            continue  # a kernel without this kind
        except OSError as failed:
            raise Fault(f"{path} cannot be opened: {failed.strerror}") from None
    return found


def _is_ours(pid: int, file: str) -> bool:
    theirs, ours = os.stat(f"/proc/{pid}/ns/{file}"), os.stat(f"/proc/self/ns/{file}")
    return (theirs.st_dev, theirs.st_ino) == (ours.st_dev, ours.st_ino)


def _gate(
    voice: Voice, asked: dict[str, Any], masks: dict[str, int] | None, kinds: list[tuple[str, int]],
    groups: list[str], console: int, first_fd: int, container: Container, settings: dict[str, Any], sealing: seccomp.Filter | None, held: Any, by_name: bool,
) -> NoReturn:  # fmt: skip
    """Goes into groups and namespaces and forks the process: a pid namespace counts for children only. Never returns."""
    try:
        process.set_oom_score(asked.get("oomScoreAdj"))
        scheduling.pin(asked, "initial")
        for folder in groups:
            _enter_group(folder)
        scheduling.pin(asked, "final")
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
        for kind, fd in kinds:
            syscalls.setns(fd, namespaces.NAMESPACES[kind][0], f"the {kind} namespace")
            os.close(fd)
        if any(kind == "user" for kind, _ in kinds):
            os.setresgid(0, 0, 0)
            os.setresuid(0, 0, 0)
        try:
            child = syscalls.fork()
        except OSError as failed:
            raise Fault(
                f"linux.resources.pids.limit or the host allows no more processes: {failed.strerror}"
            ) from None
        if child == 0:
            _become(voice, asked, masks, console, first_fd, container, settings, sealing, held, by_name)
        voice.say(f"pid {child}")
        os._exit(0)
    except BaseException as failed:
        voice.say(f"fault {words(failed)}")
    finally:
        os._exit(1)


def _enter_group(folder: str) -> None:
    try:
        cgroups.enter(folder)
    except OSError as failed:
        raise Fault(f"the cgroup {folder} cannot be entered: {failed.strerror}") from None


def _become(
    voice: Voice, asked: dict[str, Any], masks: dict[str, int] | None, console: int, first_fd: int,
    container: Container, settings: dict[str, Any], sealing: seccomp.Filter | None, held: Any, by_name: bool,
) -> NoReturn:  # fmt: skip
    try:
        host_pid = voice.wait()
        os.setsid()
        keyring.join(container.id)
        if console >= 0:
            terminal.give(asked, console, None)
        state = container.document("running")
        seal = None if sealing is None else lambda: sealing.load(state, host_pid)
        process.execute(
            {"process": asked, "linux": settings.get("linux") or {}},
            masks,
            first_fd,
            by_name,
            voice.warn,
            seal,
            held,
        )
    except BaseException as failed:
        voice.say(f"fault {words(failed)}")
    finally:
        os._exit(1)
