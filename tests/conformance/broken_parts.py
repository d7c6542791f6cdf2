"""More refruns broken on purpose, by the section of the specification that each of them breaks."""

from tests.conformance.variant import NOTHING, Variant

STOCK = "{'ociVersion': '1.3.0', 'root': {'path': 'rootfs'}, 'process': {'cwd': '/', 'args': ['/probe', 'exit', '0']}, 'mounts': [], 'linux': {'namespaces': [{'type': 'mount'}, {'type': 'pid'}]}}"


def claiming(name: str, claim: str, *red: str, topic: str = "features", needs_root: bool = False) -> Variant:
    """A refrun whose features document says something else."""
    patch = f"real = features.features\nfeatures.features = lambda: (lambda d, l: {claim})(real(), real()['linux'])"
    return Variant(name, patch, tuple(f"{topic}/{each}" for each in red), needs_root=needs_root)


PARTS = (
    # the bundle
    Variant("makes-up-a-config", f"import os\nreal = config.load\nconfig.load = lambda b, f: real(b, f) if os.path.exists(b + '/config.json') else {STOCK}", ("bundle/the-config-is-read-from-the-bundle",), needs_root=True),
    Variant("takes-any-root", "rootfs.find = lambda c, b: b + '/rootfs'", ("bundle/a-root-that-is-not-there-is-an-error",)),
    Variant("joins-the-root-by-string", "real = rootfs.find\nrootfs.find = lambda c, b: real({'root': {'path': './' + c['root']['path']}}, b)", ("bundle/the-root-may-be-an-absolute-path",)),
    Variant("reads-every-version", "real = lifecycle.Rules\nlifecycle.Rules = lambda v: real(v if v[:1].isdigit() else '1.3.0')", ("bundle/a-malformed-oci-version-is-an-error",)),
    Variant("states-no-version", "real = state.Container.document\nstate.Container.document = lambda *a, **k: {**real(*a, **k), 'ociVersion': 'new'}", ("bundle/the-state-has-a-version-too",)),
    Variant("fears-other-systems", "real = config.check\nconfig.check = lambda c, r: 1 / 0 if 'solaris' in c else real(c, r)", ("bundle/what-is-for-other-systems-changes-nothing",)),
    Variant(
        "checks-no-part",
        f"from runtime import intelrdt, labels\nconfig.check = labels.context = labels.label_queues = {NOTHING}\n"
        "labels.problems, labels.labelled = lambda *_: (), lambda config: config\nintelrdt.prepare = lambda *_: intelrdt.Plan()",
        (
            "bundle/an-invalid-value-is-an-error", "bundle/an-empty-annotation-key-is-an-error", "namespaces/a-relative-namespace-path-is-an-error",
            "mounts/relative-readonly-paths-are-an-error",
        ),
        needs_root=True,
    ),
    Variant(
        "asks-the-host-nothing", f"lifecycle._ask_host = {NOTHING}",
        (
            "kernel/intel-rdt-without-resctrl-is-an-error",
            "kernel/a-mount-label-without-selinux-is-an-error", "kernel/a-profile-that-cannot-be-applied-is-an-error",
            "features/apparmor-is-never-ignored", "features/selinux-is-never-ignored", "features/intel-rdt-is-never-ignored",
        ),
        needs_root=True,
    ),
    # what holds for every operation
    Variant(
        "only-for-its-creator",
        "import os\nreal = operations.kill\noperations.kill = lambda c, *rest: real(c, *rest) if c.load().facts['creator'][0] == os.getpid() else 1 / 0",
        ("operations/each-operation-works-from-another-process",),
    ),
    Variant(
        "an-error-leaves-a-trace",
        "real = starting.start\ndef start(c, w):\n    try:\n        real(c, w)\n    except BaseException:\n        c.save(annotations={'spoiled': 'yes'})\n        raise\nstarting.start = start",
        ("operations/errors-leave-the-state-as-it-was",),
    ),
    Variant("a-warning-ends-it", "from runtime import cli, faults\ndef warn(self, text):\n    raise faults.Fault(text)\ncli.Log.warn = warn", ("operations/a-warning-changes-nothing",)),
    Variant(
        "mounts-on-the-host",
        "from runtime import deletion\nmake, take = lifecycle.create, deletion.delete\ndef create(*words):\n    c = make(*words)\n    place = c.facts['rootfs'] + '/tmp'\n    syscalls.mount(place, place, None, 0x1000)\n    return c\n"
        "def delete(c, force, warn):\n    if force:\n        try:\n            syscalls.umount2(c.load().facts['rootfs'] + '/tmp', 2)\n        except Exception:\n            pass\n    take(c, force, warn)\n"
        "lifecycle.create, deletion.delete = create, delete",
        ("operations/delete-leaves-no-mount-on-the-host",), needs_root=True,
    ),
    Variant("takes-every-group-away", "real = cgroups.remove\ncgroups.remove_empty = lambda *words: False\ncgroups.remove = lambda folders, made: real(folders, list(folders.values()))", ("operations/delete-spares-what-create-did-not-make",), needs_root=True),
    # seccomp
    Variant(
        "no-filter", f"seccomp.of = {NOTHING}",
        (
            "seccomp/an-allowed-call-does-what-it-does", "seccomp/an-errno-action-refuses-the-call", "seccomp/errno-ret-is-the-error-the-program-sees",
            "seccomp/a-kill-action-ends-the-program", "seccomp/a-kill-process-action-ends-the-program", "seccomp/arguments-choose-the-calls",
            "seccomp/a-notify-action-asks-the-agent", "features/every-claimed-word-of-seccomp-is-taken",
        ),
    ),
    Variant("reads-no-older-spelling", "dialects.STEPS = ()", ("seccomp/an-errno-action-refuses-the-call", "cgroups/throttles-are-the-config-s"), release="v1.0.0-rc4", needs_root=True),
    Variant("one-error-for-all", "real = seccomp._answer\nseccomp._answer = lambda action, errno: real(action, None)", ("seccomp/errno-ret-is-the-error-the-program-sees",)),
    Variant("never-asks-the-arguments", "real = seccomp_bpf._condition\nseccomp_bpf._condition = lambda *w: []", ("seccomp/arguments-choose-the-calls",)),
    # what the kernel gives
    Variant(
        "leaves-the-process-as-it-is", f"scheduling.apply = {NOTHING}",
        (
            "kernel/the-scheduler-is-the-config-s", "kernel/scheduler-flags-are-the-config-s", "kernel/the-io-priority-is-the-config-s",
            "kernel/the-memory-policy-is-the-config-s",
        ),
    ),
    Variant("any-memory-policy", f"scheduling.apply = {NOTHING}\nconfig.check = {NOTHING}", ("kernel/a-memory-policy-that-there-is-not-is-an-error",)),
    Variant("pins-nobody", f"scheduling.pin = {NOTHING}", ("kernel/exec-cpu-affinity-is-for-exec-alone",)),
    Variant("changes-the-oom-score", "real = process.set_oom_score\nprocess.set_oom_score = lambda score: real(500 if score is None else score)", ("kernel/an-unset-oom-score-is-left-alone",)),
    Variant("one-personality", f"syscalls.personality = {NOTHING}", ("kernel/the-personality-is-the-config-s",), needs_root=True),
    Variant("the-host-s-time", "from types import SimpleNamespace\nreal = init._time_offsets\ninit._time_offsets = lambda plan, rest: real(SimpleNamespace(config={}), rest)", ("kernel/time-offsets-are-the-config-s",), needs_root=True),
    # mount options
    Variant("no-flag-of-a-mount", "real = mount_options.parse\ndef parse(o):\n    found = real(o)\n    found.flags &= mounts.k.MS_BIND | mounts.k.MS_REC\n    found.data = []\n    return found\nmount_options.parse = parse", ("mount-options/each-option-sets-its-flag", "mount-options/unknown-options-are-the-file-system-s")),
    Variant("the-first-option-holds", "real = mount_options.parse\nmount_options.parse = lambda o: real(o[::-1])", ("mount-options/the-later-of-two-opposites-holds",)),
    Variant("follows-every-link", "real = mount_options.parse\nmount_options.parse = lambda o: real([each for each in o if each != 'nosymfollow'])", ("mount-options/nosymfollow-keeps-links-from-being-followed",)),
    Variant("only-the-top", "real = mount_options.parse\nmount_options.parse = lambda o: real([each for each in o if each not in mount_options.RECURSIVE])", ("mount-options/recursive-options-reach-the-mounts-below",), needs_root=True),
    Variant("shares-nothing", "real = mount_options.parse\ndef parse(o):\n    found = real(o)\n    found.propagation = 0\n    return found\nmount_options.parse = parse", ("mount-options/propagation-options-are-the-mount-s",)),
    Variant("copies-nothing-up", f"mounts._copy_up = {NOTHING}", ("mount-options/tmpcopyup-copies-what-lies-below",)),
    Variant("sources-from-the-top", "real = mounts.place\nmounts.place = lambda r, e, b, *rest: real(r, e, '/', *rest)", ("mount-options/a-relative-source-is-read-from-the-bundle",)),
    Variant("maps-no-owners", f"idmaps.prepare = lambda c, b: {{}}\nmount_options.check = {NOTHING}", ("mount-options/a-mapped-mount-shows-other-owners", "mount-options/one-mapping-without-the-other-is-an-error", "features/idmap-is-as-it-is-claimed"), needs_root=True),
    Variant("a-private-root", "real = rootfs.enter\nrootfs.enter = lambda r, p, propagation: real(r, p, '')", ("mount-options/the-root-s-propagation-is-the-config-s", "mount-options/an-unbindable-root-is-unbindable")),
    Variant("no-devpts", "real = mounts.place\nmounts.place = lambda r, e, *rest: None if e.get('type') == 'devpts' else real(r, e, *rest)", ("mount-options/the-usual-file-systems-can-be-mounted",)),
    # terminals
    Variant("a-terminal-for-two", "import os\nreal = os.dup2\ndef dup2(fd, to, *more):\n    return to if to == 1 and os.isatty(fd) else real(fd, to, *more)\nterminal.os.dup2 = dup2", ("terminal/a-terminal-is-the-program-s-streams",)),
    Variant("a-terminal-without-size", f"terminal.resize = {NOTHING}", ("terminal/the-console-size-is-the-config-s",)),
    Variant("no-console", f"terminal._stand_for_console = {NOTHING}", ("terminal/the-console-is-the-terminal",), needs_root=True),
    # hooks
    Variant(
        "hooks-hear-nothing", "hooks.dumps = lambda state: '{}'",
        ("hooks/hooks-inside-see-the-pid-of-their-namespace", "hooks/poststop-gets-the-state-of-what-was"),
    ),
    Variant("hooks-know-the-host-s-pid", "real = init.hooks.run_all\ninit.hooks.run_all = lambda hs, s, p: real(hs, {**s, 'pid': 77}, p)", ("hooks/hooks-inside-see-the-pid-of-their-namespace",)),
    Variant(
        "no-hook-inside", "real = hooks.of\nhooks.of = lambda c, p: [] if p == 'startContainer' else real(c, p)",
        ("hooks/start-container-runs-in-the-container-namespaces", "hooks/each-hook-runs-at-its-point"),
    ),
    Variant("hooks-in-a-namespace", "real = hooks.run\nhooks.run = lambda *words: (syscalls.unshare(0x04000000), real(*words))", ("hooks/hooks-of-the-runtime-run-in-its-namespaces",), needs_root=True),
    Variant("zero-is-no-timeout", f"config.check = {NOTHING}\nreal = hooks.run\nhooks.run = lambda h, *rest: real({{**h, 'timeout': h.get('timeout') or 9}}, *rest)", ("hooks/a-timeout-of-zero-is-an-error",)),
    Variant("a-hook-may-be-missing", "real = hooks.run\ndef run(*words):\n    try:\n        real(*words)\n    except Exception:\n        pass\nhooks.run = run", ("hooks/a-hook-that-is-not-there-is-an-error",)),
    # the process
    Variant("has-args-anyway", "real = config.load\ndef load(b, f):\n    found = real(b, f)\n    found['process']['args'] = found['process']['args'] or ['/probe', 'exit', '0']\n    return found\nconfig.load = load", ("process/a-process-without-args-is-an-error",)),
    Variant("a-path-of-its-own", "real = process.find_program\nprocess.find_program = lambda p: real({**p, 'env': []})", ("process/a-bare-name-is-looked-for-in-the-config-s-path",)),
    Variant("limits-nothing", f"process.set_rlimits = {NOTHING}", ("process/each-kind-of-rlimit-is-set",)),
    Variant("never-new-privileges", "real = process.execute\ndef execute(c, *rest):\n    c['process']['noNewPrivileges'] = True\n    real(c, *rest)\nprocess.execute = execute", ("process/new-privileges-are-as-they-were",)),
    # devices and namespaces
    Variant("makes-no-device", f"devices.make_all = {NOTHING}", ("mounts/every-kind-of-device-is-made", "mounts/another-file-in-a-device-s-place-is-an-error"), needs_root=True),
    Variant("maps-seven-ids", "real = idmaps.write\nidmaps.write = lambda pid, linux: real(pid, {n: [{**row, 'size': 7} for row in v] if 'Mappings' in n else v for n, v in linux.items()})", ("namespaces/several-ranges-of-ids-are-mapped",), needs_root=True),
    Variant("no-new-time", "real = namespaces.enter\nnamespaces.enter = lambda kinds: real({k: v for k, v in kinds.items() if k != 'time'})", ("namespaces/a-new-time-namespace", "features/every-claimed-namespace-can-be-made"), needs_root=True),
    # control groups
    Variant("groups-of-its-own-choice", "real = cgroups.paths\ncgroups.paths = lambda c, i: real({**c, 'linux': {**c['linux'], 'cgroupsPath': None}}, i)", ("cgroups/the-same-path-is-the-same-group",), needs_root=True),
    Variant("gives-its-groups-away", "import os\nreal = cgroups.make\ndef make(*words):\n    found = real(*words)\n    for folder in found[1]:\n        os.chown(folder, 100000, 100000)\n    return found\ncgroups.make = make", ("cgroups/groups-of-version-1-stay-the-host-s",), needs_root=True),
    Variant("no-group", "cgroups.make = lambda *words: ({}, [])", ("features/the-claimed-cgroup-version-is-used",), needs_root=True),
    Variant(
        "limits-no-resource", f"from runtime import limits\nlimits.apply = {NOTHING}",
        (
            "cgroups/a-negative-pids-limit-is-none", "cgroups/each-memory-property-is-the-config-s", "cgroups/shares-quota-and-period-are-the-config-s",
            "cgroups/idle-is-the-config-s", "cgroups/cpus-and-mems-are-the-config-s", "cgroups/throttles-are-the-config-s",
            "cgroups/huge-page-limits-are-the-config-s", "cgroups/unified-values-are-written", "cgroups/unified-of-no-controller-is-an-error",
            "cgroups/network-classes-are-set-or-refused", "cgroups/rdma-limits-are-set-or-refused", "cgroups/a-device-that-is-not-allowed-cannot-be-opened",
        ),
        needs_root=True,
    ),
    # network devices
    Variant(
        "moves-no-device", f"netdevices.move = {NOTHING}",
        (
            "network-devices/a-device-is-moved-with-all-it-has", "network-devices/a-name-that-is-taken-is-an-error",
            "network-devices/a-device-that-is-not-there-is-an-error", "network-devices/a-device-stays-in-the-namespace-it-went-to",
            "features/network-devices-are-as-they-are-claimed",
        ),
        needs_root=True,
    ),
    Variant("loses-the-address", "netdevices._addresses = lambda *words: []", ("network-devices/a-device-is-moved-with-all-it-has",), needs_root=True),
    # the features document
    claiming("claims-a-later-release", "{**d, 'ociVersionMax': '9.0.0'}", "both-ends-of-the-claimed-range-are-taken"),
    claiming("claims-another-hook", "{**d, 'hooks': [*d['hooks'], 'preflight']}", "every-claimed-hook-is-run"),
    claiming("claims-another-option", "{**d, 'mountOptions': ['planet']}", "every-claimed-mount-option-is-known"),
    claiming("claims-in-prose", "{**d, 'hooks': 'all of them'}", "the-document-has-the-shape-of-its-section"),
    claiming("annotates-in-numbers", "{**d, 'annotations': {'org.example.answer': 42}}", "the-document-s-annotations-are-strings"),
    claiming("fears-every-annotation", "{**d, 'potentiallyUnsafeConfigAnnotations': ['org.example.']}", "only-unsafe-annotations-change-anything"),
    claiming("claims-another-namespace", "{**d, 'linux': {**l, 'namespaces': [*l['namespaces'], 'planet']}}", "every-claimed-namespace-can-be-made", needs_root=True),
    claiming("claims-another-capability", "{**d, 'linux': {**l, 'capabilities': ['CAP_PLANET']}}", "every-claimed-capability-is-known"),
    claiming("claims-another-operator", "{**d, 'linux': {**l, 'seccomp': {**l['seccomp'], 'operators': ['SCMP_CMP_PLANET']}}}", "every-claimed-word-of-seccomp-is-taken"),
    claiming("claims-another-policy", "{**d, 'linux': {**l, 'memoryPolicy': {'modes': ['MPOL_PLANET']}}}", "every-claimed-memory-policy-is-taken"),
)  # fmt: skip
