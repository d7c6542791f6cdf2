"""What this runtime can do (features.md), and a config to start a bundle from."""

import os

from runtime import capabilities, hooks, mounts, namespaces
from runtime.releases import NEWEST


def features() -> "dict[str, object]":
    """The document of features.md and features-linux.md. Every release between min and max is truly taken."""
    off = {"enabled": False}
    return {
        "ociVersionMin": "1.0.0-rc1",
        "ociVersionMax": NEWEST,
        "hooks": list(hooks.POINTS),
        "mountOptions": sorted({*mounts.OPTIONS, *mounts.PROPAGATION}),
        "linux": {
            "namespaces": sorted(namespaces.NAMESPACES),
            "capabilities": list(capabilities.NUMBERS),
            "cgroup": {"v1": True, "v2": True, "systemd": False, "systemdUser": False, "rdma": False},
            "seccomp": off,
            "apparmor": off,
            "selinux": off,
            "intelRdt": off,
            "mountExtensions": {"idmap": off},
        },
    }


def starter(rootless: bool) -> str:
    """A config.json that runs `sh` in ./rootfs, indented for a person to edit."""
    import json  # not on the hot path

    kinds = ["pid", "network", "ipc", "uts", "mount", "cgroup"] + (["user"] if rootless else [])
    linux: dict[str, object] = {
        "namespaces": [{"type": kind} for kind in kinds],
        "maskedPaths": ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
        "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
    }
    if rootless:
        linux["uidMappings"] = [{"containerID": 0, "hostID": os.geteuid(), "size": 1}]
        linux["gidMappings"] = [{"containerID": 0, "hostID": os.getegid(), "size": 1}]
    kept = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]
    document = {
        "ociVersion": NEWEST,
        "process": {
            "terminal": False,
            "user": {"uid": 0, "gid": 0},
            "args": ["sh"],
            "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
            "cwd": "/",
            "capabilities": {"bounding": kept, "effective": kept, "permitted": kept},
            "noNewPrivileges": True,
        },
        "root": {"path": "rootfs", "readonly": True},
        "hostname": "refrun",
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
            {"destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]},
            {"destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]},
            {"destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid", "noexec", "nodev", "ro"]},
        ],
        "linux": linux,
    }  # fmt: skip
    return json.dumps(document, indent=2) + "\n"
