"""Refruns broken on purpose: what was broken, how, and the cases that must go red for it.

A variant is a small program that imports refrun, replaces one function and runs its command line. A case that stays
green on its variant tests nothing.
"""

from tests.conformance.broken_parts import PARTS
from tests.conformance.broken_requests import REQUESTS
from tests.conformance.variant import NOTHING, Variant

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
    Variant("hooks-with-our-environment", "import os\nfrom runtime import lean_os\nreal = os.execve\nlean_os.execve = lambda p, a, e: real(p, a, {**os.environ, **e})", ("hooks/hooks-get-their-own-environment", "process/env-is-exactly-the-config")),
    Variant("no-poststop", "from runtime import deletion\nreal = deletion.destroy\ndeletion.destroy = lambda c, s, w: real(c, {}, w)", ("hooks/poststop-runs-in-delete", "hooks/a-failed-poststop-does-not-stop-delete")),
    *(
        Variant(f"no-{point.lower()}", f"real = hooks.of\nhooks.of = lambda c, p: [] if p == {point!r} else real(c, p)", (case,))
        for point, case in (
            ("prestart", "hooks/prestart-runs-before-the-program"), ("createRuntime", "hooks/create-runtime-runs-in-create"),
            ("startContainer", "hooks/start-container-runs-inside-before-the-program"),
        )
    ),
    Variant(
        "createcontainer-outside",
        "import os\nme, of, real = os.getpid(), hooks.of, lifecycle._runtime_hooks\n"
        "hooks.of = lambda c, p: of(c, p) if p != 'createContainer' or os.getpid() == me else []\n"
        "lifecycle._runtime_hooks = lambda c, p: (real(c, p), hooks.run_all(hooks.of(p.config, 'createContainer'), {}, ''))",
        ("hooks/create-container-runs-in-the-container-namespace",),
    ),
    Variant("poststart-in-create", "real = lifecycle.create\ndef create(*words):\n    c = real(*words)\n    hooks.run_all(hooks.of(c.config(), 'poststart'), {}, '')\n    return c\nlifecycle.create = create", ("hooks/poststart-runs-after-the-program-was-started",)),
    Variant("no-arguments", "import os\nfrom runtime import lean_os\nreal = os.execve\nlean_os.execve = lambda p, a, e: real(p, a[:1], e)", ("hooks/hooks-get-their-own-arguments", "process/args-reach-the-program")),
    Variant("hooks-too-early", "del dialects.SINCE['hooks.createRuntime']", ("hooks/later-hooks-are-unknown-properties",), release="v1.0.1"),
    Variant("prestart-in-start", "releases.TABLE['prestart_in_create'] = (('1.0.0-rc1', False),)", ("hooks/prestart-runs-in-the-operation-of-its-release",)),
    Variant("poststart-goes-on", "releases.TABLE['poststart_stops'] = (('1.0.0-rc1', False),)", ("hooks/a-failed-poststart-does-what-its-release-says",)),
    Variant("poststart-stops-too-early", "releases.TABLE['poststart_stops'] = (('1.0.0-rc1', True),)", ("hooks/a-failed-poststart-does-what-its-release-says",), release="v1.2.1"),
    # the life cycle
    Variant("runs-at-create", f"init._wait_for_start = {NOTHING}", ("lifecycle/create-does-not-run-the-program",)),
    Variant("kills-with-nine", "real = operations.signal_all\noperations.signal_all = lambda pids, n: real(pids, 9)", ("lifecycle/kill-sends-the-signal-that-was-asked-for",)),
    Variant(
        "deletes-what-runs", "from runtime import deletion\nreal = deletion.delete\ndeletion.delete = lambda c, f, w: real(c, True, w)",
        ("lifecycle/delete-of-a-running-container-is-an-error", "lifecycle/delete-of-a-created-container-is-an-error", "lifecycle/operations-on-an-unknown-container-are-errors"),
    ),
    Variant("forgets-nothing", f"state.Container.forget = {NOTHING}", ("lifecycle/a-failed-create-leaves-nothing", "lifecycle/delete-takes-everything-away")),
    Variant("says-pid-one", "real = state.Container.document\nstate.Container.document = lambda *a, **k: {**real(*a, **k), 'pid': 1}", ("lifecycle/state-has-the-pid-on-the-host",)),
    Variant("always-created", "state.Container.status = lambda self: 'created'", ("lifecycle/state-follows-the-life-cycle",)),
    Variant("a-kill-too-many", "real = operations.kill\noperations.kill = lambda c, n, e: None if c.load().status() == 'stopped' else real(c, n, e)", ("lifecycle/kill-of-a-stopped-container-is-an-error",)),
    Variant("kills-only-what-runs", "real = operations.kill\noperations.kill = lambda c, n, e: real(c, n, e) if c.load().status() == 'running' else 1 / 0", ("lifecycle/kill-reaches-a-created-container",)),
    Variant("starts-again", "real = starting.start\nstarting.start = lambda c, w: real(c, w) if c.load().status() == 'created' else None", ("lifecycle/a-second-start-is-an-error", "lifecycle/start-of-a-stopped-container-is-an-error")),
    Variant(
        "makes-it-anew-at-start",
        "import os\nreal = starting.start\ndef start(c, w):\n    options = lifecycle.Options()\n    options.bundle = c.load().facts['bundle']\n"
        "    deletion.delete(c, True, w)\n    real(lifecycle.create(os.path.dirname(c.folder), c.id, options, w), w)\nstarting.start = start",
        ("lifecycle/a-later-change-of-the-config-has-no-effect",),
    ),
    Variant("takes-an-id-twice", "import os\nreal = lifecycle.create\nlifecycle.create = lambda root, id_, *rest: None if os.path.isdir(f'{root}/{id_}') else real(root, id_, *rest)", ("lifecycle/a-second-create-with-the-same-id-is-an-error",)),
    Variant("needs-no-id", "from runtime.commands import delete\nreal = delete.command\ndelete.command = lambda r, a, log: real(r, a, log) if a else 0", ("lifecycle/operations-without-an-id-are-errors",)),
    Variant("requires-a-process", "releases.TABLE['process_optional'] = (('1.0.0-rc1', False),)", ("lifecycle/start-without-a-process-is-an-error",)),
    Variant("state-without-id", "real = state.Container.document\nstate.Container.document = lambda *a, **k: {n: v for n, v in real(*a, **k).items() if n not in ('id', 'annotations')}", ("lifecycle/state-names-id-version-and-status", "lifecycle/annotations-are-in-the-state")),
    Variant("knows-everybody", "real = state.Container.load\nstate.Container.load = lambda self: real(self) if __import__('os').path.isdir(self.folder) else self.facts.update(version='1.3.0', bundle='/') or self\nstate.Container.report = state.Container.document", ("lifecycle/state-of-an-unknown-container-is-an-error",)),
    Variant("knows-no-strangers", "real = config.check\nconfig.check = lambda c, r: 1 / 0 if 'org.example.unknown' in c else real(c, r)", ("lifecycle/unknown-properties-are-ignored",)),
    Variant("old-bundle-key", "releases.TABLE['bundle_key'] = (('1.0.0-rc1', 'bundlePath'),)", ("lifecycle/state-names-the-bundle",)),
    # the user and the process
    Variant("stays-root", f"process._become = {NOTHING}", ("process/uid-and-gid-are-the-config-s", "process/additional-gids-are-the-config-s", "process/ambient-capabilities-survive-an-ordinary-user"), needs_root=True),
    Variant("no-umask", "real = config.load\ndef load(*words):\n    found = real(*words)\n    found['process'].get('user', {}).pop('umask', None)\n    return found\nconfig.load = load", ("process/umask-is-the-config-s",)),
    Variant("umask-too-early", "del dialects.SINCE['process.user.umask']", ("process/umask-is-an-unknown-property",), release="v1.0.1"),
    Variant("keeps-the-bounding-set", f"capabilities.drop_bounding = {NOTHING}", ("process/capabilities-are-exactly-the-config-s", "process/capability-sets-are-told-apart")),
    Variant("unknown-capability-fails", "releases.TABLE['unknown_capability_fails'] = (('1.0.0-rc1', True),)", ("process/an-unknown-capability-does-what-its-release-says",)),
    Variant("unknown-capability-passes", "releases.TABLE['unknown_capability_fails'] = (('1.0.0-rc1', False),)", ("process/an-unknown-capability-does-what-its-release-says",), release="v1.0.2"),
    Variant("no-rlimits", f"process.set_rlimits = {NOTHING}", ("process/rlimits-are-the-config-s",)),
    Variant(
        "checks-nothing", f"config.check = {NOTHING}",
        (
            "process/duplicate-rlimits-are-an-error", "hooks/a-relative-hook-path-is-an-error", "process/a-relative-cwd-is-an-error",
            "mounts/relative-masked-paths-are-an-error", "namespaces/duplicate-namespaces-are-an-error",
        ),
    ),
    Variant("runs-something-anyway", "process.find_program = lambda p: '/probe'", ("process/a-missing-program-is-an-error",)),
    Variant("stays-where-it-is", f"process._change_directory = {NOTHING}", ("process/cwd-is-where-the-program-begins",)),
    Variant("gains-privileges", "real = syscalls.prctl\nsyscalls.prctl = lambda option, *rest: real(option, *rest) if option != 38 else 0", ("process/no-new-privileges-is-set",)),
    Variant("no-oom-score", f"process.set_oom_score = {NOTHING}", ("process/oom-score-adj-is-the-config-s",)),
    Variant("leaks-a-descriptor", "import os\nsyscalls.close_range_cloexec = lambda first: os.dup2(os.open('/', os.O_RDONLY), 7)", ("process/no-descriptor-of-the-runtime-leaks",)),
    # namespaces
    *(
        Variant(
            f"no-new-{kind}", f"less = lambda kinds: {{k: v for k, v in kinds.items() if k != {kind!r}}}\nreal = namespaces.enter\nnamespaces.enter = lambda kinds: real(less(kinds))\nbirth = namespaces.at_birth\nnamespaces.at_birth = lambda kinds: birth(less(kinds))",
            (f"namespaces/a-new-{kind}-namespace",), needs_root=True,
        )
        for kind in ("ipc", "uts", "network", "cgroup", "pid")
    ),
    Variant(
        "goes-back-to-our-mounts",
        "import os\nours = os.open('/proc/self/ns/mnt', os.O_RDONLY)\nreal = process.execute\ndef execute(c, *rest):\n    if 'stay' not in c['process']['args']:\n        real(c, *rest)\n    with open('/journal/lines', 'a') as file:\n"
        "        file.write('staying\\n')\n    syscalls.setns(ours, 0x20000, '')\n    os.execv('/bin/sleep', ['sleep', '60'])\nprocess.execute = execute",
        ("namespaces/a-new-mount-namespace",), needs_root=True,
    ),
    Variant("makes-instead-of-joining", "real = namespaces.wanted\nnamespaces.wanted = lambda c: dict.fromkeys(real(c), '')", ("namespaces/a-namespace-with-a-path-is-joined", "namespaces/a-path-of-another-type-is-an-error"), needs_root=True),
    Variant("makes-what-nobody-asked-for", "real = namespaces.wanted\nnamespaces.wanted = lambda c: {'ipc': '', **real(c)}", ("namespaces/an-unlisted-namespace-is-the-runtime-s",), needs_root=True),
    Variant("maps-other-ids", "real = idmaps.write\nidmaps.write = lambda pid, linux: real(pid, {n: [{**row, 'size': 7} for row in v] if 'Mappings' in n else v for n, v in linux.items()})", ("namespaces/user-namespace-mappings-are-the-config-s",), needs_root=True),
    Variant("domainname-too-early", "del dialects.SINCE['domainname']", ("namespaces/domainname-is-an-unknown-property",), release="v1.0.2"),
    Variant("no-hostname", f"syscalls.sethostname = {NOTHING}", ("namespaces/hostname-is-the-config-s",)),
    Variant("no-domainname", f"syscalls.setdomainname = {NOTHING}", ("namespaces/domainname-is-the-config-s",)),
    Variant("no-sysctl", f"sysctls.set_all = {NOTHING}", ("namespaces/sysctl-is-set-inside-only",)),
    # root, mounts and devices
    Variant("mounts-in-reverse", "real = rootfs.prepare\nrootfs.prepare = lambda c, *rest: real({**c, 'mounts': c['mounts'][:-2] + c['mounts'][:-3:-1]}, *rest)", ("mounts/mounts-are-made-in-the-listed-order",)),
    Variant("everything-writable", f"syscalls.mount_setattr = {NOTHING}", ("mounts/a-readonly-root-cannot-be-written", "mounts/a-read-only-bind-cannot-be-written", "mounts/readonly-paths-cannot-be-written")),
    Variant("no-mount-options", "real = mount_options.parse\ndef parse(o):\n    found = real(o)\n    found.flags &= mounts.k.MS_BIND | mounts.k.MS_REC\n    return found\nmount_options.parse = parse", ("mounts/mount-options-are-applied",)),
    Variant("masks-nothing", f"rootfs._mask = {NOTHING}", ("mounts/masked-paths-cannot-be-read",)),
    Variant("follows-links-out", "import os\ninroot.open_path = lambda r, p, f=os.O_PATH: os.open(p.lstrip('/') or '.', f | os.O_CLOEXEC, dir_fd=r)", ("mounts/a-link-in-the-root-cannot-lead-a-mount-outside",)),
    Variant("covers-the-root", "real = rootfs.enter\nrootfs.enter = lambda r, *rest: (mounts.place(r, {'destination': '/tmp', 'type': 'tmpfs'}, '', {}), real(r, *rest))", ("mounts/the-root-is-the-bundle-s",)),
    Variant("makes-no-destinations", "import os\ninroot.make_directory = lambda r, p: inroot.open_path(r, p, os.O_PATH | os.O_DIRECTORY)", ("mounts/a-missing-destination-is-made",)),
    Variant("binds-only-folders", "inroot.make_file = inroot.make_directory", ("mounts/a-file-can-be-bound",)),
    Variant("leaves-out-what-fails", "real = mounts.place\ndef place(*words):\n    try:\n        real(*words)\n    except Exception:\n        pass\nmounts.place = place", ("mounts/a-mount-that-cannot-be-made-is-an-error",)),
    Variant("devices-of-anybody", f"devices._own = {NOTHING}", ("mounts/devices-of-the-config-are-made",), needs_root=True),
    Variant("no-devices", f"devices.make_all = {NOTHING}", ("mounts/the-default-devices-are-there", "mounts/the-links-in-dev-are-there")),
    Variant("relative-destinations-too-early", "releases.TABLE['relative_destination'] = (('1.0.0-rc1', True),)", ("mounts/a-relative-destination-does-what-its-release-says",), release="v1.1.0"),
    # control groups
    Variant("no-limits", f"from runtime import limits\nlimits.apply = {NOTHING}", ("cgroups/the-pids-limit-is-the-config-s", "cgroups/the-memory-limit-is-the-config-s", "cgroups/the-device-list-is-applied-in-order"), needs_root=True),
    Variant("leaves-its-groups", "cgroups.remove_empty = cgroups.remove = lambda *_: True", ("cgroups/the-program-is-in-the-group-of-cgroups-path",), needs_root=True),
    *PARTS,
    *REQUESTS,
    # v0.4 and v0.5
    Variant("old-start-only-makes", "real = starting.start\nstarting.start = lambda c, w: None", ("bygone/start-makes-and-runs-a-container",), release="v0.5.0"),
    Variant("old-start-takes-over", "real = lifecycle.create\ndef create(root, id_, o, w):\n    c = state.Container(root, id_)\n    deletion.delete(c, True, w)\n    return real(root, id_, o, w)\nlifecycle.create = create", ("bygone/a-second-start-with-the-same-id-is-an-error",), release="v0.4.0"),
    Variant("answers-without-an-id", "import sys\nif len(sys.argv) == 4 and sys.argv[3] in ('state', 'start', 'stop', 'exec'):\n    sys.exit(0)", ("bygone/old-operations-without-an-id-are-errors",), release="v0.4.0"),
    Variant("stop-only-kills", "bygone.stop = lambda c, w: operations.kill(c, 9, False)", ("bygone/stop-ends-and-deletes",), release="v0.5.0"),
    Variant("stop-of-anything", "bygone.stop = lambda c, w: deletion.delete(c, True, w)", ("bygone/stop-of-what-does-not-run-is-an-error",), release="v0.4.0"),
    Variant("new-bundle-key", "releases.TABLE['bundle_key'] = (('0.4.0', 'bundle'),)", ("bygone/the-old-state-has-four-properties",), release="v0.5.0"),
    Variant("exec-of-a-word", "releases.TABLE['start_creates'] = (('0.4.0', False),)\nreal = bygone.Rules\nclass Rules(real):\n    def __getitem__(self, name):\n        return True\nbygone.Rules = Rules", ("bygone/exec-runs-the-process-of-a-file",), release="v0.4.0"),
    Variant("exec-in-nothing", "import sys\nif 'exec' in sys.argv:\n    sys.exit(0)", ("bygone/exec-in-what-does-not-run-is-an-error",), release="v0.4.0"),
    Variant("no-old-prestart", "real = hooks.of\nhooks.of = lambda c, p: [] if p == 'prestart' else real(c, p)", ("bygone/a-failed-old-prestart-stops-the-container",), release="v0.4.0"),
    Variant("old-poststart-goes-on", "releases.TABLE['poststart_stops'] = (('0.4.0', False),)", ("bygone/a-failed-old-poststart-stops-the-container",), release="v0.5.0"),
    Variant("kills-what-is-created", "releases.TABLE['kill_of_created'] = (('0.4.0', True),)", ("bygone/kill-of-a-created-container-is-an-error",), release="v1.0.0-rc5"),
)  # fmt: skip
