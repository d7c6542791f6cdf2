"""More refruns broken on purpose: what takes configs, agents, claims and requests that it should refuse, and says nothing."""

from tests.conformance.broken_parts import claiming
from tests.conformance.variant import NOTHING, Variant

FILLED = {  # where -> what a refrun that takes anything thinks up for a property that is missing
    "process": {"cwd": "/"},
    "process.consoleSize": {"height": 25, "width": 80},
    "process.rlimits.0": {"type": "RLIMIT_NOFILE"},
    "process.scheduler": {"policy": "SCHED_BATCH"},
    "process.ioPriority": {"priority": 4},
    "hooks.prestart.0": {"path": "/bin/true"},
    "hooks.createRuntime.0": {"path": "/bin/true"},
    "linux.namespaces.2": {"type": "uts"},
    "linux.uidMappings.0": {"containerID": 0},
    "linux.devices.0": {"type": "c"},
    "linux.resources.devices.0": {"allow": True},
    "linux.resources.blockIO.throttleWriteBpsDevice.0": {"rate": 1048576},
    "linux.resources.hugepageLimits.0": {"limit": 4 << 20},
    "linux.seccomp": {"defaultAction": "SCMP_ACT_ALLOW"},
    "linux.personality": {"domain": "LINUX"},
    "linux.memoryPolicy": {"mode": "MPOL_BIND"},
}
FILLING = f"""real = config.load
def load(*words):
    whole = real(*words)
    for path, more in {FILLED}.items():
        found = whole
        try:
            for word in path.split('.'):
                found = found[int(word) if word.isdigit() else word]
        except LookupError:
            continue
        for name, value in more.items():
            found.setdefault(name, value)
    return whole
config.load = load"""

REQUESTS = (
    Variant(
        "thinks-up-what-is-missing", FILLING,
        (
            "required/a-config-needs-its-version-root-and-places", "required/a-limit-needs-its-type-and-both-ends",
            "required/a-scheduler-needs-its-policy", "required/an-io-priority-needs-its-class-and-level", "required/a-hook-needs-its-path",
            "required/a-create-runtime-hook-needs-its-path", "required/a-namespace-needs-its-type",
            "required/a-mapping-needs-both-ends-and-a-size", "required/a-device-needs-its-type-path-and-number",
            "required/a-device-rule-needs-its-verdict", "required/a-throttle-needs-its-device-and-rate",
            "required/a-huge-page-limit-needs-its-size-and-limit", "required/a-filter-needs-its-actions-names-and-comparisons",
            "required/a-personality-needs-its-domain", "required/a-memory-policy-needs-its-mode",
            "required/a-size-needs-its-height-and-width",
        ),
        needs_root=True,
    ),
    Variant(
        "looks-after-devices",
        "from runtime.conformance.network import mtu_inside\nreal = starting.start\n"
        "def start(c, w):\n    mtu_inside(c.load().facts['pid'], 'crane0', 1400)\n    real(c, w)\nstarting.start = start",
        ("network-devices/what-the-container-makes-of-a-device-stays",), needs_root=True,
    ),
    # agents of seccomp
    Variant("tells-the-agent-twice", "real = seccomp.dumps\nseccomp.dumps = lambda about: real(about) * 2", ("agents/an-agent-hears-one-state-and-the-end",)),
    Variant("tells-nobody", "import _socket\nreal = seccomp._connect\ndef connect(path):\n    try:\n        return real(path)\n    except Exception:\n        mine, seccomp.other = _socket.socketpair()\n        return mine.detach()\nseccomp._connect = connect", ("agents/an-agent-that-cannot-be-told-is-an-error",)),
    Variant(
        "takes-any-filter", "seccomp.problems = lambda *_: ()",
        ("agents/metadata-without-an-agent-is-an-error", "agents/an-errno-for-an-action-that-has-none-is-an-error", "agents/a-rule-for-no-call-is-an-error"),
    ),
    # requests and warnings
    Variant("warns-nobody", f"from runtime import cli\ncli.Log.warn = {NOTHING}", ("requests/a-capability-that-cannot-be-granted-is-told", "requests/a-failed-poststop-is-told")),
    Variant("creates-nothing-without-an-id", "from runtime.commands import create\nreal = create.command\ncreate.command = lambda r, a, log: real(r, a, log) if len(a) > 2 else 0", ("requests/create-without-an-id-or-a-bundle-is-an-error",)),
    Variant("ids-may-be-paths", f"state.check_id = {NOTHING}", ("requests/an-id-that-leads-elsewhere-is-an-error",)),
    Variant("a-pid-in-words", "real = state.Container.document\nstate.Container.document = lambda *a, **k: (lambda d: {**d, 'pid': str(d.get('pid', 0))})(real(*a, **k))", ("requests/the-state-has-the-types-of-its-schema",)),
    Variant("leaves-out-odd-annotations", "real = config.load\ndef load(*words):\n    found = real(*words)\n    found.pop('annotations', None)\n    return found\nconfig.load = load", ("requests/an-annotation-that-is-no-string-is-an-error",)),
    Variant("checks-no-hook", f"config.check = {NOTHING}", ("requests/a-create-runtime-hook-that-can-never-be-run-is-an-error",)),
    # claims
    claiming("claims-nothing-at-all", "{**d, 'ociVersionMin': '9.0.0'}", "the-claimed-range-is-one", topic="claims"),
    claiming("claims-something-new", "{**d, 'planets': ['mars']}", "the-document-has-no-property-of-its-own", topic="claims"),
    claiming("claims-another-flag", "{**d, 'linux': {**l, 'seccomp': {**l['seccomp'], 'knownFlags': ['SECCOMP_FILTER_FLAG_PLANET'], 'supportedFlags': ['SECCOMP_FILTER_FLAG_PLANET']}}}", "every-claimed-flag-of-seccomp-is-taken", topic="claims"),
    claiming("claims-another-flag-of-policies", "{**d, 'linux': {**l, 'memoryPolicy': {'flags': ['MPOL_F_PLANET']}}}", "every-claimed-flag-of-memory-policies-is-taken", topic="claims"),
    claiming("claims-a-last-operator", "{**d, 'linux': {**l, 'seccomp': {**l['seccomp'], 'operators': [*l['seccomp']['operators'], 'SCMP_CMP_PLANET']}}}", "every-claimed-operator-of-seccomp-is-taken", topic="claims"),
    claiming("claims-another-architecture", "{**d, 'linux': {**l, 'seccomp': {**l['seccomp'], 'archs': ['SCMP_ARCH_PLANET']}}}", "every-claimed-architecture-is-one", topic="claims"),
    claiming("claims-a-word-of-tmpfs", "{**d, 'mountOptions': ['ro', 'size']}", "no-option-of-one-file-system-is-claimed", topic="claims"),
    # mount options
    Variant("knows-no-iversion", "del mount_options.OPTIONS['iversion']", ("mount-words/options-that-leave-no-name-are-taken",)),
    Variant("slaves-share", "for name in ('slave', 'rslave'):\n    mount_options.PROPAGATION[name] = mount_options.PROPAGATION['shared']", ("mount-words/what-no-longer-shares-does-not",)),
    Variant("the-first-recursive-option-holds", "real = mount_options.parse\nmount_options.parse = lambda o: real(o[::-1])", ("mount-words/recursive-opposites-take-each-other-back",), needs_root=True),
    Variant("follows-every-recursive-link", "real = mount_options.parse\nmount_options.parse = lambda o: real([each for each in o if each != 'rnosymfollow'])", ("mount-words/recursive-links-are-followed-or-not",), needs_root=True),
    Variant("binds-the-top-alone", "real = mount_options.parse\nmount_options.parse = lambda o: real(['bind' if each == 'rbind' else each for each in o])", ("mount-words/rbind-brings-the-mounts-below",), needs_root=True),
    Variant("never-mounts-anew", "real = mounts.place\nmounts.place = lambda r, e, *rest: None if 'remount' in e.get('options', ()) else real(r, e, *rest)", ("mount-words/remount-changes-the-mount-that-is-there",)),
    Variant(
        "maps-nobody", f"idmaps.prepare = lambda c, b: {{}}\nmount_options.check = {NOTHING}",
        ("mount-words/ridmap-maps-the-mount-too", "mount-words/a-mapped-mount-without-a-mapping-is-an-error", "mount-words/half-a-mapping-is-an-error"),
        needs_root=True,
    ),
    Variant("enables-nothing", f"from runtime import limits\nlimits.apply = {NOTHING}", ("cgroups/the-controller-of-a-unified-value-is-enabled",), needs_root=True),
)  # fmt: skip
