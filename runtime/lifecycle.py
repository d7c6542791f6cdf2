"""The operations of runtime.md that make and take away a container: create, start, delete and run, and the steps between them."""

from __future__ import annotations

import time

from runtime import (
    cgroups,
    config,
    dialects,
    foreground,
    freezer,
    hooks,
    idmaps,
    init,
    interrupts,
    mount_options,
    namespaces,
    netdevices,
    operations,
    shape,
    syscalls,
    terminal,
)
from runtime import lean_os as os
from runtime.faults import Fault
from runtime.releases import Rules
from runtime.state import ANSWER, FIFO, Container, Damaged, started_at, write_atomically
from runtime.voice import Voice, follow, go_on

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

SIGKILL = 9
KILL_PATIENCE = 10.0  # seconds a killed process may take to disappear
GATE_PATIENCE = 2.0  # seconds in which the gate sees that its refrun died


class Options:
    """What create and run take from the command line."""

    bundle = "."
    config_file: str | None = None
    pid_file: str | None = None
    preserve_fds = 0
    no_pivot = False
    new_keyring = True
    keep = False
    groups = True  # False: --cgroup-manager disabled
    tolerant = True  # False: --rootless false, so that a group that may not be used is an error
    subreaper = True
    pidfd_socket: str | None = None
    console_socket: str | None = None
    detach = False
    terminal = -1  # where the other end of a foreground terminal arrives
    debug: Any = staticmethod(lambda text: None)


def create(root: str, id_: str, options: Options, warn: Any) -> Container:
    """Makes the container up to its waiting init. Raises Fault, and then nothing of it is left (runtime.md#errors).

    See runtime.md#create.
    """
    container = Container(root, id_)
    options.bundle = os.path.realpath(options.bundle)
    settings = config.load(options.bundle, options.config_file)
    rules = Rules(settings.get("ociVersion"))
    if rules.is_old:
        settings = dialects.translate(settings, rules)
    config.check(settings, rules)
    config.check_rights(settings)
    plan = init.Plan(container, settings, rules, options, warn)
    options.debug(
        f"{options.bundle} is read by the rules of {rules.version}; namespaces: {', '.join(plan.kinds)}"
    )
    plan.cgroups = _groups(plan, options, warn)
    _ask_host(plan)
    wants_terminal = bool((settings.get("process") or {}).get("terminal"))
    if wants_terminal or options.console_socket:
        terminal.check(wants_terminal, options.console_socket, options.detach)
    interrupts.hold()
    interrupts.heed()
    held = container.reserve()
    try:
        interrupts.go_on()
        me = os.getpid()
        container.save(
            id=id_, version=rules.version, bundle=options.bundle, pid=0, creating=True,
            cgroups=plan.cgroups, groups_made=cgroups.missing(plan.cgroups), creator=[me, started_at(me)], annotations=settings.get("annotations") or {}, created=int(time.time()), rootfs=plan.rootfs,
        )  # fmt: skip
        os.close(held)
        container.keep(settings)
        for name in (FIFO, ANSWER):
            os.mkfifo(container.path(name), 0o600)
        if wants_terminal:
            plan.console, options.terminal = terminal.line(options.console_socket)
        _spawn(container, plan, options, warn)
        if options.pid_file:
            write_atomically(options.pid_file, str(container.facts["pid"]))
        container.save(creating=False)
        if options.detach:
            interrupts.let_go()
        else:
            interrupts.hold()  # until run watches
    except BaseException:
        destroy(container, settings, warn)
        raise
    return container


def _groups(plan: init.Plan, options: Options, warn: Any) -> dict[str, str]:
    """Where the container's groups are to be: nowhere with --cgroup-manager disabled. Raises Fault (config-linux.md#cgroups-path)."""
    if options.groups:
        return cgroups.paths(plan.config, plan.container.id)
    if config.asks_for_limits(plan.config):
        raise Fault("linux.resources needs control groups, and --cgroup-manager disabled makes none")
    if (plan.config.get("linux") or {}).get("cgroupsPath"):
        warn("linux.cgroupsPath is not used: --cgroup-manager disabled makes no control groups")
    return {}


def _ask_host(plan: init.Plan) -> None:
    """What needs a module or a file system that few hosts have; the code for it is read only then. Raises Fault."""
    linux, process = plan.config.get("linux") or {}, plan.config.get("process") or {}
    if linux.get("intelRdt") is not None:
        from runtime import intelrdt

        plan.rdt = intelrdt.prepare(plan.config, plan.container.id, plan.rules["rdt_combined"])
    if linux.get("mountLabel") or process.get("apparmorProfile") or process.get("selinuxLabel"):
        from runtime import labels

        plan.labels, plan.mounted = labels.Held(plan.config), labels.labelled(plan.config)


def _spawn(container: Container, plan: init.Plan, options: Options, warn: Any) -> None:
    # The init is a grandchild; with this it becomes our child when the gate ends, so that `run` can wait for it.
    syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
    plan.fifo = os.open(container.path(FIFO), os.O_RDWR | os.O_CLOEXEC)
    plan.answer = os.open(container.path(ANSWER), os.O_RDWR | os.O_CLOEXEC)
    up_read, up_write = os.pipe()
    down_read, down_write = os.pipe()
    if mount_options.asks_for_mapped_ids(plan.config):
        plan.trees = idmaps.prepare(plan.config, plan.bundle)
    required = config.asks_for_limits(plan.config)
    asked = plan.cgroups
    plan.cgroups, made = cgroups.make(asked, required, options.tolerant)
    plan.groups_refused = sorted(set(asked.values()) - set(plan.cgroups.values()))
    container.facts.update(cgroups=plan.cgroups, groups_made=made)
    options.debug(f"control groups: {', '.join(sorted(set(plan.cgroups.values()))) or 'none'}")
    flags = namespaces.at_birth(plan.kinds)
    interrupts.hold()  # until it is sure that whom we fork is ended with us
    gate, plan.begun = (syscalls.fork(), False) if flags is None else cgroups.fork(plan.cgroups, flags)
    if gate == 0:
        os.close(up_read)
        os.close(down_write)
        init.gate(plan, Voice(up_write, down_read))
    try:
        for fd in (up_write, down_read, plan.fifo, plan.answer, plan.console, *plan.trees.values()):
            if fd >= 0:
                os.close(fd)
        interrupts.go_on()
        with open(up_read, encoding="utf-8", errors="replace") as lines:
            _lead(container, plan, gate, lines, down_write, options, warn)
    except BaseException:
        operations.signal_all([gate], SIGKILL)
        raise
    finally:
        os.close(down_write)
        if not plan.begun:
            os.waitpid(gate, 0)
        if not options.subreaper:  # the first process is our child by now; other orphans shall not be
            syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 0)


def _lead(
    container: Container, plan: init.Plan, gate: int, lines: Any, go: int, options: Options, warn: Any
) -> None:
    """Answers the container's side step by step until it is ready. Raises Fault with its words."""
    linux = plan.config.get("linux") or {}
    for word, rest in follow(lines, warn):
        if word == "user":
            if plan.kinds.get("user") == "":
                idmaps.write(gate, linux)
            go_on(go)
        elif word == "unentered":
            del container.facts["cgroups"][rest]
        elif word == "pid":
            container.save(pid=int(rest), started=started_at(int(rest)))
            options.debug(f"the first process is {rest}")
            if options.pidfd_socket:
                from runtime import pidfds

                pidfds.send(options.pidfd_socket, int(rest), "standard")
            if plan.rdt is not None:
                _join_resctrl(container, plan.rdt)
            if linux.get("netDevices"):
                netdevices.move(linux["netDevices"], int(rest))
        elif word == "mounted":
            options.debug("the root file system is put together")
            _limit(container, plan)
            _runtime_hooks(container, plan)
            go_on(go)
        elif word == "ready":
            options.debug("the container is created")
            return
    raise Fault("the container's first process ended before it was ready")


def _limit(container: Container, plan: init.Plan) -> None:
    """Writes the limits, and gives the group to the container's user where the mounts let it be used. Raises Fault."""
    folders = container.facts["cgroups"]
    try:
        cgroups.limit(folders, (plan.config.get("linux") or {}).get("resources") or {})
    except Fault as failed:
        if plan.groups_refused:
            raise Fault(f"{failed}; this user may not make {plan.groups_refused[0]}") from None
        raise
    if set(folders) == {cgroups.UNIFIED}:
        from runtime import ownership

        if ownership.is_asked(plan.config):
            owner = ownership.owner(plan.config, container.facts["pid"])
            ownership.change(folders[cgroups.UNIFIED], owner)


def _join_resctrl(container: Container, rdt: Any) -> None:
    """Makes the container's resctrl group and puts its first process there. Raises Fault (config-linux.md#intelrdt)."""
    from runtime import intelrdt

    intelrdt.make(rdt)
    container.save(resctrl_tasks=rdt.tasks, resctrl_made=rdt.ours)
    intelrdt.enter(rdt.tasks, container.facts["pid"])


def _runtime_hooks(container: Container, plan: init.Plan) -> None:
    """Runs the hooks of the runtime's namespaces while the container's side waits (config.md#prestart, config.md#createruntime-hooks)."""
    state = container.document("creating")
    points = ("prestart", "createRuntime") if plan.rules["prestart_in_create"] else ("createRuntime",)
    for point in points:
        hooks.run_all(hooks.of(plan.config, point), state, point)


def start(container: Container, warn: Any) -> None:
    """Lets the waiting init become the program, then runs the poststart hooks. Raises Fault (runtime.md#start)."""
    held = container.lock()
    try:
        status = container.load().status()
        if status != "created":
            raise Fault(f"the container {container.id} is {status}; only a created one can be started")
        settings, rules = container.config(), container.rules
        if settings.get("process") is None:
            raise Fault("process is not set in config.json: there is nothing to start")
        try:
            if not rules["prestart_in_create"]:
                hooks.run_all(hooks.of(settings, "prestart"), container.document("created"), "prestart")
            _let_go(container, warn)
        except Fault:
            destroy(container, settings, warn)
            raise
        _poststart(container, settings, rules, warn)
    finally:
        os.close(held)


def _let_go(container: Container, warn: Any) -> None:
    """Sends the byte and listens until the program was executed (the pipe closes) or could not be."""
    answer = os.open(container.path(ANSWER), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    os.set_blocking(answer, True)
    with open(answer, encoding="utf-8", errors="replace") as lines:
        try:
            fifo = os.open(container.path(FIFO), os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            raise Fault(f"the first process of {container.id} is gone") from None
        os.write(fifo, b"s")
        os.close(fifo)
        took = [word for word, _ in follow(lines, warn)]
        if not took:
            raise Fault(f"the first process of {container.id} ended before it could be started")
        os.unlink(container.path(FIFO))


def _poststart(container: Container, settings: dict[str, Any], rules: Rules, warn: Any) -> None:
    """Runs the poststart hooks; whether a failed one stops the container is the release's say (config.md#poststart)."""
    for hook in hooks.of(settings, "poststart"):
        try:
            hooks.run(hook, container.document("running"), "poststart")
        except Fault as failed:
            if rules["poststart_stops"]:  # v1.3.0, runtime.md#lifecycle step 10
                destroy(container, settings, warn)
                raise
            warn(str(failed))


def delete(container: Container, force: bool, warn: Any) -> None:
    """Takes everything away that create made, then runs the poststop hooks. Raises Fault unless it is stopped or forced.

    See runtime.md#delete.
    """
    if force and not os.path.isdir(container.folder):
        return
    try:
        held = container.lock()
    except Fault:
        if force:
            return  # another delete was quicker
        raise
    try:
        status = _status(container, force)
        if status != "stopped" and not force:
            raise Fault(
                f"the container {container.id} is {status}; only a stopped one can be deleted (kill it, or --force)"
            )
        destroy(container, _kept_config(container), warn)
    finally:
        os.close(held)


def _status(container: Container, force: bool) -> str:
    """With `force` a damaged state is no reason to stay: the groups that carry the container's id are its own."""
    try:
        return container.load().status()
    except Damaged:
        if not force:
            raise
        folders = {
            name: folder
            for name, folder in cgroups.paths(_kept_config(container), container.id).items()
            if container.id in os.path.basename(folder)
        }
        container.facts.update(cgroups=folders, groups_made=list(folders.values()))
        return "damaged"


def _kept_config(container: Container) -> dict[str, Any]:
    """The config as create kept it; {} when it was killed before that (there was no hook either), or when it is damaged."""
    try:
        settings = container.config()
    except (Fault, FileNotFoundError):
        return {}
    return {} if any(shape.problems(settings, shape.CONFIG)) else settings


def destroy(container: Container, settings: dict[str, Any], warn: Any) -> None:
    """Ends what still runs, removes cgroups and state, and runs the poststop hooks; their failure is a warning.

    See config.md#poststop, runtime.md#lifecycle.
    """
    _end_creator(container)
    first = container.first
    folders, made = container.facts.get("cgroups") or {}, container.facts.get("groups_made") or []
    own = {controller: folder for controller, folder in folders.items() if folder in made}
    if first:
        operations.signal_all([first], SIGKILL)
        _thaw(folders)
        _await_end(container, first)
    if not cgroups.remove_empty(folders, made):
        _empty(own, container)
        cgroups.remove(folders, made)
    if container.facts.get("resctrl_made"):
        from runtime import intelrdt

        intelrdt.remove(container.facts["resctrl_made"])
    state = container.document("stopped")
    container.forget()
    for hook in hooks.of(settings, "poststop") if container.facts.get("pid") else []:
        try:
            hooks.run(hook, state, "poststop")
        except Fault as failed:
            warn(str(failed))


def _end_creator(container: Container) -> None:
    """A create under way is ended first: what it makes by now would be left behind. Its own children end with it."""
    creator, deadline = container.creator, time.monotonic() + KILL_PATIENCE
    if creator == os.getpid() or not container.facts.get("creating"):
        return
    operations.signal_all([creator] if creator else [], SIGKILL)
    while container.creator and time.monotonic() < deadline:
        time.sleep(0.002)
    container.load()  # what it still wrote down, before we came or since


def _empty(groups: dict[str, str], container: Container) -> None:
    """Ends what is in the container's own groups: without a pid namespace its processes outlive the first one.

    While no first process was written down, only the gate can be in them, and it ends by itself; so nobody is ended who
    came to share a group that was only planned, unless the group carries the container's id.
    """
    known = bool(container.facts.get("pid")) or not container.facts.get("creating")
    known = known or all(container.id in os.path.basename(group) for group in groups.values())
    _thaw(groups)
    if known:
        cgroups.kill(groups)
    deadline = time.monotonic() + (KILL_PATIENCE if known else GATE_PATIENCE)
    while left := cgroups.processes(groups):
        if time.monotonic() > deadline:
            if known:
                raise Fault(f"the processes {left} of {container.id} do not end although they were killed")
            return
        if known:
            operations.signal_all(left, SIGKILL)
        time.sleep(0.01)


def _thaw(groups: dict[str, str]) -> None:
    if freezer.is_frozen(groups):
        freezer.freeze(groups, False)  # a frozen process of version 1 cannot even die


def _await_end(container: Container, pid: int) -> None:
    deadline = time.monotonic() + KILL_PATIENCE
    while container.first:
        if time.monotonic() > deadline:
            raise Fault(f"the first process {pid} of {container.id} does not end although it was killed")
        time.sleep(0.002)
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass  # not our child: another refrun made it


def run(container: Container, options: Options, warn: Any) -> int:
    """start and, unless detached, wait and delete. Returns the program's exit code (128 + signal if ended by one).

    See runtime.md#lifecycle.
    """
    try:
        ends = terminal.receive(options.terminal) if options.terminal >= 0 else -1
        watch = None if options.detach else foreground.Watch(container.facts["pid"], keep=True)
        interrupts.go_on()
        start(container, warn)
    except BaseException:
        delete(container, True, warn)
        raise
    if watch is None:
        return 0
    watch.pass_on()
    code = watch.wait(ends)
    if not options.keep:
        delete(container, True, warn)
    return code
