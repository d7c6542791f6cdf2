"""Bundles in the dialect of a release: the same wish, spelled as that release spells it."""

import copy
import json
import os
from pathlib import Path
from typing import Any

from runtime.conformance.releases import position, version
from runtime.conformance.rootfs import Source

MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


class Bundle:
    """One bundle. `config` is written in today's spelling; `write` translates it for the release."""

    def __init__(self, folder: Path, source: Source, release: str, oci_version: str) -> None:
        self.folder, self.release, self.oci_version = folder, release, oci_version
        self.rootfs = folder / "rootfs"
        self.journal = folder / "journal"
        self.journal.mkdir(parents=True)
        self.journal.chmod(0o777)  # whatever user the program is
        needed = source.make(self.rootfs)
        self.config: dict[str, Any] = {
            "process": {
                "terminal": False,
                "user": {"uid": 0, "gid": 0},
                "args": ["/probe", "report"],
                "env": ["PATH=/bin:/usr/bin"],
                "cwd": "/",
            },
            "root": {"path": "rootfs", "readonly": False},
            "mounts": [
                {"destination": "/proc", "type": "proc", "source": "proc"},
                {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=64k"]},
                *needed,
                {"destination": "/journal", "type": "bind", "source": str(self.journal), "options": ["bind", "rw"]},
            ],
            "linux": {"namespaces": [{"type": kind} for kind in ("pid", "ipc", "uts", "network", "mount")]},
        }  # fmt: skip
        if os.geteuid() != 0:
            linux = self.config["linux"]
            linux["namespaces"].append({"type": "user"})
            linux["uidMappings"] = [{"containerID": 0, "hostID": os.geteuid(), "size": 1}]
            linux["gidMappings"] = [{"containerID": 0, "hostID": os.getegid(), "size": 1}]

    @property
    def process(self) -> dict[str, Any]:
        found: dict[str, Any] = self.config["process"]
        return found

    @property
    def linux(self) -> dict[str, Any]:
        found: dict[str, Any] = self.config["linux"]
        return found

    def args(self, *words: str) -> "Bundle":
        """What the container runs: a verb of /probe and its words."""
        self.process["args"] = ["/probe", *words]
        return self

    def mount(self, destination: str, type_: str, source: str, *options: str) -> None:
        self.config["mounts"].append(
            {"destination": destination, "type": type_, "source": source, "options": list(options)}
        )

    def hook(self, point: str, script: str, **more: Any) -> None:
        """Adds a hook on the host that runs a shell script; `$JOURNAL` is where it may write."""
        hooks = self.config.setdefault("hooks", {}).setdefault(point, [])
        path = self.folder / f"{point}-{len(hooks)}.sh"
        path.write_text(f"#!/bin/sh\nJOURNAL={self.journal}\n{script}\n")
        path.chmod(0o755)
        hooks.append(
            {"path": str(path), "args": [path.name], "env": ["PATH=/usr/bin:/bin:/usr/sbin:/sbin"], **more}
        )

    def namespaces(self, *kinds: str) -> None:
        """Sets the namespaces, keeping the user namespace an ordinary user needs."""
        kept = [each for each in self.linux["namespaces"] if each["type"] == "user" and "user" not in kinds]
        self.linux["namespaces"] = [{"type": kind} for kind in kinds] + kept

    def lines(self, name: str = "lines") -> list[str]:
        """What hooks and the program wrote into the journal, in order."""
        path = self.journal / name
        return path.read_text().split("\n")[:-1] if path.exists() else []

    def born(self) -> bool:
        """Whether /probe ran since this was asked last: the mark that it leaves itself is taken away."""
        mark = self.journal / "born"
        there = mark.exists()
        mark.unlink(missing_ok=True)
        return there

    def write(self) -> "Bundle":
        (self.folder / "config.json").write_text(json.dumps(self.translated()), encoding="utf-8")
        return self

    def translated(self) -> dict[str, Any]:
        """The config in the release's own spelling (which keys moved: each release's config.md)."""
        config = {"ociVersion": self.oci_version, **copy.deepcopy(self.config)}
        here = position(self.release)
        process = config.get("process")
        if here < position("v1.0.0"):
            _until_rc6(
                (config.get("linux") or {}).get("resources", {}), with_prefix=here < position("v1.0.0-rc6")
            )
        if here <= position("v1.0.0-rc5"):
            machine = os.uname().machine
            config["platform"] = {"os": "linux", "arch": MACHINES.get(machine, machine)}
            if process and "oomScoreAdj" in process:
                config["linux"].setdefault("resources", {})["oomScoreAdj"] = process.pop("oomScoreAdj")
        if here < position("v1.0.0-rc5") and process and "capabilities" in process:
            process["capabilities"] = process["capabilities"]["bounding"]
        if here < position("v1.0.0-rc5"):
            _until_rc4((config.get("linux") or {}).get("seccomp") or {})
        return config


def _until_rc6(resources: dict[str, Any], with_prefix: bool) -> None:
    """disableOOMKiller beside memory, and until rc5 blkioWeight and so on."""
    if "disableOOMKiller" in resources.get("memory", {}):
        resources["disableOOMKiller"] = resources["memory"].pop("disableOOMKiller")
    if with_prefix and "blockIO" in resources:
        resources["blockIO"] = {
            f"blkio{name[0].upper()}{name[1:]}": value for name, value in resources["blockIO"].items()
        }


def _until_rc4(seccomp: dict[str, Any]) -> None:
    """Each rule of a filter had one `name`."""
    if "syscalls" in seccomp:
        seccomp["syscalls"] = [
            {"name": name, **{key: value for key, value in rule.items() if key != "names"}}
            for rule in seccomp["syscalls"]
            for name in rule["names"]
        ]


def own_version(release: str) -> str:
    return version(release)
