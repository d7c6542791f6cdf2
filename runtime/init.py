"""The container's side of create and start: from a fork of refrun to the container's own program.

Mostly one process, the *init*, which begins in its new namespaces. Where they have to be entered afterwards (a user or
time namespace, a pid namespace by its path, a kernel before 5.7) there are two: the *gate* enters them and forks the init,
since a pid namespace only counts for children. They speak to refrun in lines over a pipe (`user`, `pid N`, `mounted`, `ready`, `warn ...`,
`fault ...`) and wait for one byte over another before each next step.
"""

from __future__ import annotations

from runtime import (
    capabilities,
    cgroups,
    hooks,
    interrupts,
    keyring,
    namespaces,
    process,
    procfs,
    rootfs,
    seccomp,
    syscalls,
    sysctls,
    terminal,
)
from runtime import lean_os as os
from runtime.faults import Fault
from runtime.releases import Rules
from runtime.voice import Voice, words

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any, NoReturn


class Plan:
    """All that the container's side needs, worked out before the fork so that nothing can fail there for a silly reason."""

    def __init__(
        self, container: Any, settings: dict[str, Any], rules: Rules, options: Any, warn: Any
    ) -> None:
        self.container = container
        self.config = settings
        self.rules = rules
        self.bundle = options.bundle
        self.rootfs = rootfs.find(settings, options.bundle)
        self.pivot = not options.no_pivot
        self.listening = listening()
        self.first_fd = 3 + self.listening + options.preserve_fds
        self.kinds = namespaces.wanted(settings)
        self.cgroups: dict[str, str] = {}
        self.groups_needed = cgroups.asks_for_limits(settings) or not options.tolerant
        self.groups_refused: list[str] = []
        self.begun = False  # whether the first process began in its version 2 group and new namespaces
        self.fifo = self.answer = self.console = -1
        self.trees: dict[int, int] = {}
        self.new_keyring = options.new_keyring
        process = settings.get("process") or {}
        self.masks = capabilities.sets(process, rules["unknown_capability_fails"], warn)
        self.oom_score = process.get("oomScoreAdj")
        self.filter = None
        if process and (settings.get("linux") or {}).get("seccomp"):
            self.filter = seccomp.of(settings)
        self.host_pid = 0
        self.rdt: Any = None  # an intelrdt.Plan, where the config has one
        self.labels: Any = None  # a labels.Held, likewise
        self.mounted = (
            settings  # the config whose mounts are made: it has the mount label among their options
        )
        self.by_name = options.by_name


def listening() -> int:
    """How many sockets were handed to refrun for the program, from descriptor 3 on (sd_listen_fds(3), as runc passes them on)."""
    number = os.getenv("LISTEN_FDS")
    if number and number.isdecimal() and os.getenv("LISTEN_PID") == str(os.getpid()):
        return int(number)
    return 0


def gate(plan: Plan, voice: Voice) -> NoReturn:
    """Enters groups and namespaces and becomes the init, or forks it. Never returns."""
    try:
        interrupts.let_go()
        interrupts.go_on()
        process.set_oom_score(plan.oom_score)
        user = {kind: path for kind, path in plan.kinds.items() if kind == "user"}
        if not plan.begun:
            _enter_groups(plan, voice)
        if user:
            namespaces.enter(user)
            voice.say("user")  # refrun writes the mappings
            voice.wait()
            os.setresgid(0, 0, 0)
            os.setresuid(0, 0, 0)
        rest = {kind: path for kind, path in plan.kinds.items() if kind != "user"}
        _time_offsets(plan, rest)
        # Nobody in a namespace we enter may look into refrun (CVE-2016-9962). Not sooner: this makes our files in /proc root's.
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
        if plan.begun:
            namespaces.enter(
                {kind: path for kind, path in rest.items() if path and kind not in namespaces.LATER}
            )
            init(plan, voice)
        namespaces.enter(rest)
        if syscalls.fork() == 0:
            init(plan, voice)
        os._exit(0)  # the init tells its own number: whichever of the two dies, refrun hears the pipe close
    except BaseException as failed:
        voice.say(f"fault {words(failed)}")
    finally:
        os._exit(1)


def _enter_groups(plan: Plan, voice: Voice) -> None:
    """Enters the control groups once refrun has made them, which it does while we begin."""
    refused = voice.wait()  # a bit for each that cannot be used
    plan.cgroups = {
        each: folder for at, (each, folder) in enumerate(plan.cgroups.items()) if not refused >> at & 1
    }
    for controller in cgroups.enter_all(plan.cgroups, plan.begun, plan.groups_needed):
        voice.say(f"unentered {controller}")


def _time_offsets(plan: Plan, rest: dict[str, str]) -> None:
    """linux.timeOffsets must be written between unshare and the first child (time_namespaces(7)).

    See config-linux.md#offset-for-time-namespace.
    """
    offsets = (plan.config.get("linux") or {}).get("timeOffsets") or {}
    if rest.get("time") != "":
        if offsets:
            raise Fault("linux.timeOffsets needs a new time namespace")
        return
    namespaces.enter({"time": rest.pop("time")})
    if offsets:
        rows = "".join(
            f"{clock} {each.get('secs') or 0} {each.get('nanosecs') or 0}\n"
            for clock, each in offsets.items()
            if each
        )
        try:
            procfs.write("/proc/self/timens_offsets", rows)
        except OSError as failed:
            raise Fault(f"linux.timeOffsets cannot be set: {failed.strerror}") from None


def init(plan: Plan, voice: Voice) -> NoReturn:
    """Builds the container around itself, waits for start, and becomes the program. Never returns."""
    try:
        plan.host_pid = int(os.readlink("/proc/self"))  # while the host's /proc is at hand
        voice.say(f"pid {plan.host_pid}")
        os.setsid()
        if plan.new_keyring:
            if plan.labels is not None:
                plan.labels.write_for_keys()
            keyring.join(plan.container.id)
        program_known = _build(plan, voice)
        voice.say("ready")
    except BaseException as failed:
        voice.say(f"fault {words(failed)}")
        os._exit(1)
    os.close(voice.up)
    answer = plan.answer
    try:
        _wait_for_start(plan.fifo)
        os.write(answer, b"took\n")  # so that start knows its byte from a first process that just ended
        if not program_known:
            raise Fault("process is not set: there is nothing to start")
        _start(plan, lambda text: os.write(answer, f"warn {text}\n".encode()))
    except BaseException as failed:
        os.write(answer, f"fault {words(failed)}\n".encode())
    finally:
        os._exit(1)


def _build(plan: Plan, voice: Voice) -> bool:
    """The container up to its program: names, parameters, root, terminal and hooks (config.md#hostname, config.md#domainname, config.md#createcontainer-hooks)."""
    settings = plan.config
    if plan.kinds.get("network") == "":
        namespaces.raise_loopback()
    if settings.get("hostname"):
        syscalls.sethostname(settings["hostname"])
    if settings.get("domainname"):
        syscalls.setdomainname(settings["domainname"])
    parameters = (settings.get("linux") or {}).get("sysctl")
    if parameters:
        sysctls.set_all(parameters, plan.kinds)
    if plan.begun:
        _enter_groups(plan, voice)
        namespaces.enter({kind: plan.kinds[kind] for kind in namespaces.LATER if kind in plan.kinds})
    root = rootfs.prepare(plan.mounted, plan.bundle, plan.rootfs, plan.cgroups, plan.trees)
    if plan.console >= 0:
        terminal.give(settings["process"], plan.console, root)
    voice.say("mounted")
    voice.wait()  # prestart and createRuntime hooks run meanwhile, in the runtime's namespaces
    inside = hooks.of(settings, "createContainer")
    hooks.run_all(inside, plan.container.document("creating", pid=_pid_for_hooks(plan)), "createContainer")
    rootfs.close_off(root, settings)
    rootfs.enter(root, plan.pivot, (settings.get("linux") or {}).get("rootfsPropagation") or "")
    os.close(root)
    if settings.get("process") is None:
        return False
    process.find_program(settings["process"])
    return True


def _wait_for_start(fifo: int) -> None:
    """Waits for start's byte. Opened for writing too: a start that was killed before its byte is then no end of file.

    See runtime.md#start.
    """
    os.read(fifo, 1)


def _pid_for_hooks(plan: Plan) -> int:
    """The pid of the state that a hook inside reads: since v1.1 as the container sees it (runtime.md#state)."""
    return os.getpid() if plan.rules["hook_sees_inner_pid"] else plan.host_pid


def _start(plan: Plan, warn: Any) -> NoReturn:
    """The last hooks, inside, and then the program (config.md#startcontainer-hooks)."""
    last = hooks.of(plan.config, "startContainer")
    hooks.run_all(last, plan.container.document("created", pid=_pid_for_hooks(plan)), "startContainer")
    seal = None
    if plan.filter is not None:
        state, sealing = plan.container.document("running", pid=plan.host_pid), plan.filter

        def seal() -> None:
            sealing.load(state, plan.host_pid)

    settings = plan.config
    if plan.listening:
        own = settings["process"]
        told = [f"LISTEN_FDS={plan.listening}", "LISTEN_PID=1"]
        settings = {**settings, "process": {**own, "env": [*(own.get("env") or []), *told]}}
    process.execute(settings, plan.masks, plan.first_fd, plan.by_name, warn, seal, plan.labels)
