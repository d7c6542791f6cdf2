"""For each way of each use case, a refrun that is wrong in what the way rests on: its script must say so."""

import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NOTHING = "lambda *_, **__: None"


@dataclass(frozen=True, slots=True)
class Broken:
    """`patch` replaces functions of refrun; `red` are the ways that must fail with it, at `release`."""

    name: str
    patch: str
    red: tuple[str, ...]
    release: str = "v1.3.0"

    def write(self, folder: Path) -> Path:
        """A refrun with this fault, as a program that anybody may run."""
        path = folder / f"{self.name}.py"
        path.write_text(
            f"#!{sys.executable} -ISB\nimport os, sys\nsys.path.insert(0, {str(ROOT)!r})\n"
            "from runtime import foreground, hooks, idmaps, init, joining, lean_os, lifecycle, mounts, namespaces, netdevices\n"
            "from runtime import config, process, rootfs, state, syscalls, terminal\n"
            f"{self.patch}\nfrom runtime.cli import main\nsys.exit(main(sys.argv[1:]))\n"
        )
        path.chmod(0o755)
        return path


def without_hooks(point: str, *red: str, release: str = "v1.3.0") -> Broken:
    patch = f"real = hooks.of\nhooks.of = lambda c, p: [] if p == {point!r} else real(c, p)"
    return Broken(f"runs-no-{point}", patch, red, release)


def execs_outside(kind: str, *red: str, release: str = "v1.3.0") -> Broken:
    patch = f"real = joining._other_namespaces\njoining._other_namespaces = lambda pid: [each for each in real(pid) if each[0] != {kind!r}]"
    return Broken(f"execs-outside-{kind}-{release}", patch, red, release)


BROKEN = (
    Broken("runs-in-create", f"init._wait_for_start = {NOTHING}", ("create-start-attach/pipes", "create-start-attach/log")),
    Broken(
        "says-nothing",
        "real = process.execute\ndef execute(*words):\n    os.dup2(os.open('/dev/null', os.O_RDWR), 1)\n    real(*words)\nprocess.execute = execute",
        ("create-start-attach/start",), "v0.5.0",
    ),
    Broken("sends-no-terminal", "real = terminal._send\nterminal._send = lambda to, fd: real(to, os.open('/dev/null', os.O_RDWR))", ("create-start-attach/console",)),
    Broken("has-no-console", f"terminal._stand_for_console = {NOTHING}", ("console-and-detached/foreground", "console-and-detached/detached")),
    Broken("stays-in-our-session", f"lean_os.setsid = {NOTHING}", ("console-and-detached/no-terminal",)),
    execs_outside("uts", "exec-by-joining/exec"),
    execs_outside("uts", "exec-by-joining/exec-file", release="v0.5.0"),
    execs_outside("mount", "exec-into-another/carry"),
    Broken("sets-no-hostname", f"syscalls.sethostname = {NOTHING}", ("exec-by-joining/nsenter", "exec-into-another/nsenter")),
    Broken(
        "makes-instead-of-joining", "real = namespaces.wanted\nnamespaces.wanted = lambda c: dict.fromkeys(real(c), '')",
        (
            "exec-by-joining/container", "exec-into-another/debugger", "shared-namespaces/holder", "shared-namespaces/first",
            "persisted-namespaces/before", "persisted-namespaces/descriptor", "networking/prepared", "after-stop/sub-container",
        ),
    ),
    Broken(
        "shares-our-network",
        "real, birth = namespaces.enter, namespaces.at_birth\nless = lambda kinds: {k: v for k, v in kinds.items() if k != 'network'}\n"
        f"namespaces.enter, namespaces.at_birth = lambda k: real(less(k)), lambda k: birth(less(k))\nnamespaces.raise_loopback = {NOTHING}",
        (
            "persisted-namespaces/between", "networking/orchestrator", "user-space-networking/tap", "user-space-networking/inherit",
            "user-space-networking/socket", "rootless/outer",
        ),
    ),
    without_hooks("prestart", "networking/prestart", release="v1.0.0"),
    without_hooks("createRuntime", "networking/create-runtime"),
    without_hooks("createContainer", "mounts-before-pivot/hook"),
    without_hooks("poststart", "hooks-outside/file", "hooks-outside/flag", "hooks-outside/config-flag"),
    without_hooks("poststop", "after-stop/poststop"),
    Broken("moves-no-device", f"netdevices.move = {NOTHING}", ("networking/net-devices",)),
    Broken("forgets-a-mount", "real = mounts.place\nmounts.place = lambda r, m, *rest: real(r, m, *rest) if m['destination'] != '/data' else None", ("mounts-before-pivot/config",)),
    Broken(
        "takes-the-root-alone",
        "real = syscalls.mount\nsyscalls.mount = lambda source, target, kind, flags, *rest: real(source, target, kind, flags & ~0x4000 if source == target else flags, *rest)",
        ("mounts-before-pivot/beforehand",),
    ),
    Broken(
        "carries-no-annotations", "real = state.Container.document\nstate.Container.document = lambda *a, **k: {**real(*a, **k), 'annotations': {}}",
        ("hooks-outside/annotation",),
    ),
    Broken("never-stops", "real = state.Container.status\nstate.Container.status = lambda self: {'stopped': 'running'}.get(real(self), real(self))", ("after-stop/wait",)),
    Broken("hides-the-exit-code", "real = foreground.Watch.wait\nforeground.Watch.wait = lambda *words: real(*words) * 0", ("after-stop/run",)),
    Broken("leaves-the-root-writable", f"rootfs.close_off = {NOTHING}", ("read-only-root/tmpfs", "read-only-root/bind")),
    Broken(
        "makes-every-root-read-only", "real = rootfs.close_off\nrootfs.close_off = lambda r, c: real(r, {**c, 'root': {**c['root'], 'readonly': True}})",
        ("read-only-root/overlay",),
    ),
    Broken(
        "maps-to-seven",
        "real = config.load\ndef load(*words):\n    found = real(*words)\n    found['process']['user'] = {'uid': 7, 'gid': 7}\n"
        "    for name in ('uidMappings', 'gidMappings'):\n        found['linux'][name][0]['containerID'] = 7\n    return found\nconfig.load = load\n"
        "lean_os.setresuid = lambda *ids: os.setresuid(*[i or 7 for i in ids])\nlean_os.setresgid = lambda *ids: os.setresgid(*[i or 7 for i in ids])",
        ("rootless/one-id",),
    ),
    Broken("is-always-root", "real = process._become\nprocess._become = lambda user: real({'uid': 0, 'gid': 0})", ("rootless/many-ids",)),
)  # fmt: skip
