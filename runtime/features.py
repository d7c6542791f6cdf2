"""What this runtime can do (features.md)."""

from runtime import capabilities, hooks, mount_options, namespaces, scheduling, seccomp, seccomp_bpf
from runtime.releases import NEWEST, OLDEST


def features() -> "dict[str, object]":
    """The document of features.md and features-linux.md. Every release between min and max is truly taken.

    No annotation changes what refrun does, so it has neither list of them.

    See features.md#features-structure, features.md#specification-version, features.md#hooks, features.md#mount-options,
    features.md#platform-specific-features, features.md#annotations, features.md#unsafe-annotations-in-configjson,
    features-linux.md#namespaces, features-linux.md#capabilities, features-linux.md#cgroup, features-linux.md#seccomp,
    features-linux.md#apparmor, features-linux.md#selinux, features-linux.md#memorypolicy, features-linux.md#intel-rdt,
    features-linux.md#mountextensions, features-linux.md#netdevices.
    """
    return {
        "ociVersionMin": OLDEST,
        "ociVersionMax": NEWEST,
        "hooks": list(hooks.POINTS),
        "mountOptions": sorted(mount_options.NAMES),
        "linux": {
            "namespaces": sorted(namespaces.NAMESPACES),
            "capabilities": list(capabilities.NUMBERS),
            "cgroup": {"v1": True, "v2": True, "systemd": False, "systemdUser": False, "rdma": True},
            "seccomp": {
                "enabled": True,
                "actions": list(seccomp.ACTIONS),
                "operators": list(seccomp_bpf.OPERATORS),
                "archs": list(seccomp.ARCHITECTURES),
                "knownFlags": list(seccomp.FLAGS),
                "supportedFlags": list(seccomp.FLAGS),
            },
            "apparmor": {"enabled": True},
            "selinux": {"enabled": True},
            "intelRdt": {"enabled": True, "schemata": True, "monitoring": True},
            "memoryPolicy": {"modes": list(scheduling.MEMORY_MODES), "flags": list(scheduling.MEMORY_FLAGS)},
            "netDevices": {"enabled": True},
            "mountExtensions": {"idmap": {"enabled": True}},
        },
    }
