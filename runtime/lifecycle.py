"""The operations of runtime.md that make a container and see it through: create and run, and the steps between them."""

from __future__ import annotations

import time

from runtime import (
    cgroups,
    config,
    deletion,
    foreground,
    freezer,
    hooks,
    idmaps,
    init,
    interpreter,
    interrupts,
    limits,
    mount_options,
    namespaces,
    netdevices,
    starting,
    syscalls,
    terminal,
)
from runtime import lean_os as os
from runtime.faults import Fault
from runtime.releases import Rules
from runtime.signals import SIGKILL, signal_all
from runtime.state import ANSWER, FIFO, Container, started_at, write_atomically
from runtime.voice import Voice, follow, go_on

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any


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
    by_name = False  # whether the program may be executed by its name
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
        from runtime import dialects  # for old spellings only

        settings = dialects.translate(settings, rules)
    config.check(settings, rules)
    config.check_rights(settings)
    options.by_name = interpreter.protect_in_create(settings)
    # What a caller left open is not ours to pass on (CVE-2024-21626).
    syscalls.close_range(3 + init.listening() + options.preserve_fds)
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
        for name in (FIFO, ANSWER):
            container.make_fifo(name)
        if wants_terminal:
            plan.console, options.terminal = terminal.line(options.console_socket)
        _spawn(container, plan, options, warn)
        if options.detach:
            interrupts.let_go()
        else:
            interrupts.hold()  # until run watches
    except BaseException:
        _take_away(lambda: deletion.destroy(container, settings, warn), warn)
        raise
    return container


def _take_away(step: Any, warn: Any) -> None:
    """After an error, which is the one to tell: what goes wrong now is a warning."""
    try:
        step()
    except (Fault, OSError) as failed:
        warn(f"not all of the container could be taken away: {failed}")


def _groups(plan: init.Plan, options: Options, warn: Any) -> dict[str, str]:
    """Where the container's groups are to be: nowhere with --cgroup-manager disabled. Raises Fault (config-linux.md#cgroups-path)."""
    if options.groups:
        return cgroups.paths(plan.config, plan.container.id)
    if cgroups.asks_for_limits(plan.config):
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
    flags = namespaces.at_birth(plan.kinds)
    sooner, later = cgroups.split(plan.cgroups, flags is not None)
    required = cgroups.asks_for_limits(plan.config)
    usable, made = cgroups.make(sooner, required and not later, options.tolerant)
    interrupts.hold()  # until it is sure that whom we fork is ended with us
    gate, plan.begun = (syscalls.fork(), False) if flags is None else cgroups.fork(usable, flags)
    if gate == 0:
        os.close(up_read)
        os.close(down_write)
        init.gate(plan, Voice(up_write, down_read))
    try:
        for fd in (up_write, down_read, plan.fifo, plan.answer, plan.console, *plan.trees.values()):
            if fd >= 0:
                os.close(fd)
        interrupts.go_on()
        # From here on there are two: what the container's side can begin without is done while it is at work.
        more, made_later = cgroups.make(later, required and not usable, options.tolerant)
        _use_groups(container, plan, usable | more, made + made_later, down_write)
        options.debug(
            f"control groups: {', '.join(sorted(set(container.facts['cgroups'].values()))) or 'none'}"
        )
        container.keep(plan.config)
        _read_ahead(options)
        with open(up_read, encoding="utf-8", errors="replace") as lines:
            _lead(container, plan, gate, lines, down_write, options, warn)
    except BaseException:
        signal_all([gate], SIGKILL)
        raise
    finally:
        os.close(down_write)
        if not plan.begun:
            os.waitpid(gate, 0)
        if not options.subreaper:  # the first process is our child by now; other orphans shall not be
            syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 0)


def _use_groups(
    container: Container, plan: init.Plan, usable: dict[str, str], made: list[str], go: int
) -> None:
    """Notes which of the groups there are, and lets the container's side enter them."""
    asked = plan.cgroups
    plan.groups_refused = sorted(set(asked.values()) - set(usable.values()))
    container.facts.update(cgroups={each: asked[each] for each in asked if each in usable}, groups_made=made)
    go_on(go, b"g%d" % sum(1 << at for at, each in enumerate(asked) if each not in usable))


def _read_ahead(options: Options) -> object:
    """What `run` comes to need: a linked module is read when something is asked of it (launcher/linked.py)."""
    return (
        None
        if options.detach
        else (foreground.Watch, starting.start, deletion.delete, hooks.run, freezer.freeze)
    )


def _lead(
    container: Container, plan: init.Plan, gate: int, lines: Any, go: int, options: Options, warn: Any
) -> None:
    """Answers the container's side step by step until it is ready. Raises Fault with its words."""
    linux = plan.config.get("linux") or {}
    # read now, while the container's side is at work, and not while it waits for us
    limit = limits.apply if linux.get("resources") else None
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
            _limit(container, plan, limit)
            _runtime_hooks(container, plan)
            go_on(go)
            made = container.draft(creating=False)
        elif word == "ready":
            options.debug("the container is created")
            if options.pid_file:
                write_atomically(options.pid_file, str(container.facts["pid"]), 0o666)
            made()
            return
    raise Fault("the container's first process ended before it was ready")


def _limit(container: Container, plan: init.Plan, limit: Any) -> None:
    """Writes the limits, and gives the group to the container's user where the mounts let it be used. Raises Fault."""
    folders = container.facts["cgroups"]
    try:
        if limit:
            limit(folders, plan.config["linux"]["resources"])
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


def run(container: Container, options: Options, warn: Any) -> int:
    """start and, unless detached, wait and delete. Returns the program's exit code (128 + signal if ended by one).

    See runtime.md#lifecycle.
    """
    try:
        ends = terminal.receive(options.terminal) if options.terminal >= 0 else -1
        watch = None if options.detach else foreground.Watch(container.facts["pid"], keep=True)
        interrupts.go_on()
        starting.start(container, warn)
    except BaseException:
        _take_away(lambda: deletion.delete(container, True, warn), warn)
        raise
    if watch is None:
        return 0
    watch.pass_on()
    code = watch.wait(ends)
    if not options.keep:
        deletion.delete(container, True, warn)
    return code
