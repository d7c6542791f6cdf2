"""What a script of a use case finds ready: its bundles with a root file system, in the release's dialect, and its environment."""

import json
import os
import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.conformance.bundles import Bundle
from runtime.conformance.recipes import COOKBOOK, Way
from runtime.conformance.rootfs import Source

APPLETS = "dash ip nc logger ping wc tail tr tty head sort timeout".split()  # besides those of the cases
HOST_PROGRAMS = ("usr", "bin", "sbin", "lib", "lib32", "lib64")
NOBODY = 65534  # the ordinary user that root becomes where a way asks for one


@dataclass(frozen=True, slots=True)
class Serving:
    """`work` is empty and the script's own, `folder` a copy of the use case, `state` where the runtime keeps its containers;
    `reach` are the folders that an ordinary user must be able to enter.
    """

    place: Path
    id: str
    environ: dict[str, str]
    reach: tuple[Path, ...]

    @property
    def work(self) -> Path:
        return self.place / "work"

    @property
    def folder(self) -> Path:
        return self.place / "recipe"

    @property
    def state(self) -> Path:
        return self.place / "state"


class Laid(Bundle):
    """A bundle as it stands in the folder: written in today's spelling, with the root left to us."""

    def __init__(self, folder: Path, config: dict[str, Any], release: str, oci_version: str) -> None:
        self.folder, self.release, self.oci_version = folder, release, oci_version
        self.rootfs = folder / "rootfs"
        self.config = {key: value for key, value in config.items() if key != "ociVersion"}


def lay(
    way: Way, command: list[str], runtime: str, release: str, oci_version: str, source: Source, place: Path, id_: str, soon: int
) -> Serving:  # fmt: skip
    """Copies the use case, fills in its bundles, and gives what the script needs to know (runtime/cookbook/README.md)."""
    folder, tools = place / "recipe", place / "tools"
    shutil.copytree(way.folder, folder, symlinks=True)
    for path in (place / "work", place / "state", tools):
        path.mkdir()
    _program(tools / "runtime", [*command, "--root", str(place / "state")])
    environ = {
        "PATH": os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
        "RUNTIME": str(tools / "runtime"), "RUNTIME_NAME": runtime, "RELEASE": release, "ID": id_, "WORK": str(place / "work"),
        "RECIPE": str(folder), "COOKBOOK": str(place), "WORDS": str(place / "words.sh"), "PYTHON": sys.executable, "LC_ALL": "C.UTF-8",
        "SOON": str(soon),
    }  # fmt: skip
    for name in ("words.sh", "recvtty.py"):
        shutil.copy(COOKBOOK / name, place)
    bundles = sorted(path.parent for path in folder.glob("*/config.json"))
    environ |= {_variable(bundle.name): str(bundle) for bundle in bundles}
    if (folder / "bundle").is_dir():
        environ["ROOTFS"] = str(folder / "bundle" / "rootfs")
    for path in folder.glob("**/*.json"):
        path.write_text(_filled(path.read_text(encoding="utf-8"), environ), encoding="utf-8")
    for bundle in bundles:
        _finish(bundle, way, release, oci_version, source)
    if way.as_user and os.geteuid() == 0:
        for path in (place, *place.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    ours = Path(sys.executable).resolve().parent.parent, Path(sys.prefix), COOKBOOK.parent.parent
    return Serving(place, id_, environ, (*dict.fromkeys((*ours, Path(command[0]).parent)),))


def _program(path: Path, words: list[str]) -> None:
    path.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def _variable(bundle: str) -> str:
    """`BUNDLE` for bundle/, `BUNDLE_APP` for app/."""
    return "BUNDLE" if bundle == "bundle" else f"BUNDLE_{bundle.upper().replace('-', '_')}"


def _filled(text: str, environ: dict[str, str]) -> str:
    """$WORK, $RECIPE and the bundles, which a JSON file cannot know; any other $NAME is for a shell inside."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        ours = name in ("WORK", "RECIPE", "ROOTFS") or name.startswith("BUNDLE")
        return environ.get(name, found[0]) if ours else found[0]

    return re.sub(r"\$([A-Z][A-Z_]*)", value, text)


def _finish(bundle: Path, way: Way, release: str, oci_version: str, source: Source) -> None:
    """Its root file system, and config.json in the release's own spelling."""
    config = json.loads((bundle / "config.json").read_text(encoding="utf-8"))
    config["mounts"] = [*config.get("mounts", []), *_root(bundle / "rootfs", source)]
    if os.geteuid() != 0 and not way.as_user:
        _map_to_self(config.setdefault("linux", {}))
    laid = Laid(bundle, config, release, oci_version)
    text = json.dumps(laid.translated(), indent=2)
    (bundle / "config.json").write_text(text + "\n", encoding="utf-8")


def _root(folder: Path, source: Source) -> tuple[dict[str, Any], ...]:
    """Lays a root file system that has the usual programs; returns the mounts it needs."""
    if source.kind == "busybox":
        source.make(folder)
        for name in APPLETS:
            (folder / "bin" / name).symlink_to("busybox")
        return ()
    for name in ("proc", "sys", "dev", "tmp", "etc"):
        (folder / name).mkdir(parents=True)
    mounts = []
    for name in HOST_PROGRAMS:
        there = Path("/", name)
        if there.is_symlink():
            (folder / name).symlink_to(os.readlink(there))
        elif there.is_dir():
            mounts.append(
                {"destination": str(there), "type": "bind", "source": str(there), "options": ["rbind", "ro"]}
            )
    return tuple(mounts)


def _map_to_self(linux: dict[str, Any]) -> None:
    """What an ordinary user needs in order to have any other namespace."""
    spaces = linux.setdefault("namespaces", [])
    if any(each["type"] == "user" for each in spaces):
        return
    spaces.append({"type": "user"})
    linux["uidMappings"] = [{"containerID": 0, "hostID": os.geteuid(), "size": 1}]
    linux["gidMappings"] = [{"containerID": 0, "hostID": os.getegid(), "size": 1}]
