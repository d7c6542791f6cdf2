"""Refruns broken on purpose: what was broken, how, and the cases that must go red for it.

A variant is a small program that imports refrun, replaces one function and runs its command line. A case that stays
green on its variant tests nothing.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Variant:
    name: str
    patch: str
    red: tuple[str, ...]
    release: str = "v1.3.0"
    needs_root: bool = False

    def write(self, folder: Path) -> Path:
        """A refrun with this fault, as a program."""
        path = folder / f"{self.name}.py"
        path.write_text(
            f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
            "from runtime import capabilities, cgroups, config, devices, dialects, hooks, init, inroot, lifecycle, mounts\n"
            "from runtime import namespaces, process, releases, rootfs, state, syscalls\n"
            f"{self.patch}\nfrom runtime.cli import main\nsys.exit(main(sys.argv[1:]))\n"
        )
        path.chmod(0o755)
        return path


NOTHING = "lambda *_, **__: None"
VARIANTS = (
    # hooks
    Variant("hooks-in-reverse", "real = hooks.run_all\nhooks.run_all = lambda hs, s, p: real(hs[::-1], s, p)", ("hooks/hooks-run-in-the-listed-order",)),
    Variant("hooks-without-state", "hooks.dumps = lambda state: '{}'", ("hooks/hooks-get-the-state-on-stdin",)),
    Variant(
        "hooks-may-fail",
        "real = hooks.run\ndef run(*words):\n    try:\n        real(*words)\n    except Exception:\n        pass\nhooks.run = run",
        (
            "hooks/a-failed-prestart-stops-the-container", "hooks/a-failed-create-runtime-stops-the-container",
            "hooks/a-failed-create-container-stops-the-container", "hooks/a-failed-start-container-stops-the-container",
            "hooks/a-failed-poststart-does-what-its-release-says", "hooks/a-hook-that-takes-too-long-is-ended",
        ),
    ),
    Variant("hooks-with-our-environment", "import os\nreal = os.execve\nos.execve = lambda p, a, e: real(p, a, {**os.environ, **e})", ("hooks/hooks-get-their-own-environment", "process/env-is-exactly-the-config")),
    Variant("no-poststop", "real = lifecycle.destroy\nlifecycle.destroy = lambda c, s, w: real(c, {}, w)", ("hooks/poststop-runs-in-delete", "hooks/a-failed-poststop-does-not-stop-delete")),
    Variant("no-startcontainer", "real = hooks.of\nhooks.of = lambda c, p: [] if p == 'startContainer' else real(c, p)", ("hooks/start-container-runs-inside-before-the-program",)),
    Variant("prestart-in-start", "releases.TABLE['prestart_in_create'] = (('1.0.0-rc1', False),)", ("hooks/prestart-runs-in-the-operation-of-its-release",)),
    Variant("poststart-goes-on", "releases.TABLE['poststart_stops'] = (('1.0.0-rc1', False),)", ("hooks/a-failed-poststart-does-what-its-release-says",)),
    Variant("poststart-stops-too-early", "releases.TABLE['poststart_stops'] = (('1.0.0-rc1', True),)", ("hooks/a-failed-poststart-does-what-its-release-says",), release="v1.2.1"),
    # the life cycle
    Variant("runs-at-create", f"init._wait_for_start = {NOTHING}", ("lifecycle/create-does-not-run-the-program",)),
    Variant("kills-with-nine", "real = lifecycle._signal_all\nlifecycle._signal_all = lambda pids, n: real(pids, 9)", ("lifecycle/kill-sends-the-signal-that-was-asked-for",)),
    Variant(
        "deletes-what-runs", "real = lifecycle.delete\nlifecycle.delete = lambda c, f, w: real(c, True, w)",
        ("lifecycle/delete-of-a-running-container-is-an-error", "lifecycle/delete-of-a-created-container-is-an-error", "lifecycle/operations-on-an-unknown-container-are-errors"),
    ),
    Variant("forgets-nothing", f"state.Container.forget = {NOTHING}", ("lifecycle/a-failed-create-leaves-nothing", "lifecycle/delete-takes-everything-away")),
    Variant("says-pid-one", "real = state.Container.document\nstate.Container.document = lambda *a, **k: {**real(*a, **k), 'pid': 1}", ("lifecycle/state-has-the-pid-on-the-host",)),
    Variant("always-created", "state.Container.status = lambda self: 'created'", ("lifecycle/state-follows-the-life-cycle",)),
    Variant("a-kill-too-many", "state.Container.status = (lambda real: lambda self: 'running' if real(self) == 'stopped' else real(self))(state.Container.status)", ("lifecycle/kill-of-a-stopped-container-is-an-error",)),
    Variant("old-bundle-key", "releases.TABLE['bundle_key'] = (('1.0.0-rc1', 'bundlePath'),)", ("lifecycle/state-names-the-bundle",)),
    # the user and the process
    Variant("stays-root", f"process._become = {NOTHING}", ("process/uid-and-gid-are-the-config-s", "process/additional-gids-are-the-config-s", "process/ambient-capabilities-survive-an-ordinary-user"), needs_root=True),
    Variant("no-umask", "dialects.SINCE['process.user.umask'] = '2.0.0'", ("process/umask-is-the-config-s",)),
    Variant("umask-too-early", "del dialects.SINCE['process.user.umask']", ("process/umask-is-an-unknown-property",), release="v1.0.1"),
    Variant("keeps-the-bounding-set", f"capabilities.drop_bounding = {NOTHING}", ("process/capabilities-are-exactly-the-config-s", "process/capability-sets-are-told-apart")),
    Variant("unknown-capability-fails", "releases.TABLE['unknown_capability_fails'] = (('1.0.0-rc1', True),)", ("process/an-unknown-capability-does-what-its-release-says",)),
    Variant("unknown-capability-passes", "releases.TABLE['unknown_capability_fails'] = (('1.0.0-rc1', False),)", ("process/an-unknown-capability-does-what-its-release-says",), release="v1.0.2"),
    Variant("no-rlimits", f"process.set_rlimits = {NOTHING}", ("process/rlimits-are-the-config-s",)),
    Variant("checks-nothing", f"process.check = hooks.check = namespaces.check = {NOTHING}", ("process/duplicate-rlimits-are-an-error", "hooks/a-relative-hook-path-is-an-error", "process/a-relative-cwd-is-an-error")),
    Variant("no-oom-score", f"process.set_oom_score = {NOTHING}", ("process/oom-score-adj-is-the-config-s",)),
    Variant("leaks-a-descriptor", "import os\nsyscalls.close_range_cloexec = lambda first: os.dup2(os.open('/', os.O_RDONLY), 7)", ("process/no-descriptor-of-the-runtime-leaks",)),
    # namespaces
    *(
        Variant(
            f"no-new-{kind}", f"real = namespaces.enter\nnamespaces.enter = lambda kinds: real({{k: v for k, v in kinds.items() if k != {kind!r}}})",
            (f"namespaces/a-new-{kind}-namespace",), needs_root=True,
        )
        for kind in ("ipc", "uts", "network", "cgroup")
    ),
    Variant("no-hostname", f"syscalls.sethostname = {NOTHING}", ("namespaces/hostname-is-the-config-s",)),
    Variant("no-domainname", f"syscalls.setdomainname = {NOTHING}", ("namespaces/domainname-is-the-config-s",)),
    Variant("no-sysctl", f"init._sysctl = {NOTHING}", ("namespaces/sysctl-is-set-inside-only",)),
    # root, mounts and devices
    Variant("mounts-in-reverse", "real = rootfs.prepare\nrootfs.prepare = lambda c, *rest: real({**c, 'mounts': c['mounts'][:-2] + c['mounts'][:-3:-1]}, *rest)", ("mounts/mounts-are-made-in-the-listed-order",)),
    Variant("everything-writable", f"mounts.remount = {NOTHING}", ("mounts/a-readonly-root-cannot-be-written", "mounts/a-read-only-bind-cannot-be-written", "mounts/readonly-paths-cannot-be-written")),
    Variant("no-mount-options", "real = mounts.parse\nmounts.parse = lambda o: (real(o)[0] & (mounts.k.MS_BIND | mounts.k.MS_REC), *real(o)[1:])", ("mounts/mount-options-are-applied",)),
    Variant("masks-nothing", f"rootfs._mask = {NOTHING}", ("mounts/masked-paths-cannot-be-read",)),
    Variant("follows-links-out", "import os\ninroot.open_path = lambda r, p, f=os.O_PATH: os.open(p.lstrip('/') or '.', f | os.O_CLOEXEC, dir_fd=r)", ("mounts/a-link-in-the-root-cannot-lead-a-mount-outside",)),
    Variant("no-devices", f"devices.make_all = {NOTHING}", ("mounts/the-default-devices-are-there", "mounts/the-links-in-dev-are-there")),
    Variant("relative-destinations-too-early", "releases.TABLE['relative_destination'] = (('1.0.0-rc1', True),)", ("mounts/a-relative-destination-does-what-its-release-says",), release="v1.1.0"),
    # control groups
    Variant("no-limits", f"cgroups.limit = {NOTHING}\nreal = cgroups.make\ncgroups.make = lambda f, p, r, q: real(f, p, {{}}, False)", ("cgroups/the-pids-limit-is-the-config-s", "cgroups/the-memory-limit-is-the-config-s", "cgroups/the-device-list-is-applied-in-order"), needs_root=True),
    Variant("leaves-its-groups", f"cgroups.remove = {NOTHING}", ("cgroups/the-program-is-in-the-group-of-cgroups-path",), needs_root=True),
)  # fmt: skip
