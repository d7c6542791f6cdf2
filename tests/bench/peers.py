"""The runtimes that are measured side by side, each in the form that works on this host, with bundles, containers and an end for all of them."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.conformance import rootfs

PATIENCE = 60
HYBRID = Path("/sys/fs/cgroup/unified")
# crun refuses the hybrid layout of cgroups; in a mount namespace without the unified mount it works.
WITHOUT_UNIFIED = ("unshare", "-m", "sh", "-c", 'umount /sys/fs/cgroup/unified && exec "$@"', "sh")


@dataclass(frozen=True, slots=True)
class Peer:
    """`around` is what a whole measurement of this runtime runs in (nothing for most), never part of what is timed."""

    name: str
    program: str
    around: tuple[str, ...]
    root: Path
    bundles: dict[str, Path]

    def words(self, *args: str) -> list[str]:
        return [self.program, "--root", str(self.root), *args]

    def call(self, *args: str, check: bool = True) -> str:
        """One call, its output in a file: a container keeps what it inherits open. Raises SystemExit with the runtime's words."""
        with (self.root.parent / f"{self.name}.said").open("w+") as said:
            done = subprocess.run(
                [*self.around, *self.words(*args)], stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                timeout=PATIENCE, check=False,
            )  # fmt: skip
            said.seek(0)
            text = said.read()
        if check and done.returncode:
            raise SystemExit(f"{self.name} {' '.join(args)} ended with {done.returncode}: {text}")
        return text

    def state(self, id_: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.call("state", id_))
        return found

    def version(self) -> str:
        """The first line of `--version`, with the commit where it tells one (a distribution's package does)."""
        lines = subprocess.run(
            [self.program, "--version"], capture_output=True, text=True, check=False
        ).stdout.splitlines()
        commit = [line for line in lines[1:] if line.startswith("commit:")]
        return ", ".join([lines[0].replace(" version", ""), *commit])

    def end(self, *ids: str) -> None:
        for id_ in ids:
            self.call("delete", "--force", id_, check=False)


def refrun() -> str:
    """The installed launcher beside this interpreter: the very command that users and tests run."""
    found = Path(sys.executable).with_name("refrun")
    if not found.exists():
        raise SystemExit("refrun is not installed beside this interpreter: `make install` first")
    return str(found)


def interpreter(launcher: str) -> str:
    """The Python by absolute path that the launcher names: what refrun's start is compared with."""
    first, second = Path(launcher).read_text().splitlines()
    return shlex.split(second)[1] if first == "#!/bin/sh" else first.removeprefix("#!").split()[0]


def peers(folder: Path) -> list[Peer]:
    """Those that are installed, refrun first. Each has the bundle of its own `spec`, and runc's and refrun's are given to all."""
    here = {"refrun": refrun()} | {name: path for name in ("runc", "crun") if (path := which(name))}
    source = rootfs.find()
    if source.kind != "busybox":
        raise SystemExit("no static busybox here (Debian's package is busybox-static): it makes the bundles")
    source.make(folder / "rootfs")
    made = []
    for name, program in here.items():
        around = WITHOUT_UNIFIED if name == "crun" and HYBRID.is_dir() else ()
        (folder / name).mkdir()
        bundles: dict[str, Path] = {
            origin: _bundle(folder, here[origin], name, origin)
            for origin in ("runc", "refrun")
            if origin in here
        }
        made.append(Peer(name, program, around, folder / name, bundles))
    return made


def _bundle(folder: Path, spec: str, name: str, origin: str) -> Path:
    """What `runtime spec` writes, with /bin/true, without a terminal; nothing else is changed but what crun's closed list of versions asks."""
    bundle = folder / f"{name}-{origin}"
    bundle.mkdir()
    subprocess.run([spec, "spec"], cwd=bundle, check=True, stdout=subprocess.DEVNULL)
    path = bundle / "config.json"
    config = json.loads(path.read_text())
    config["process"] |= {"terminal": False, "args": ["/bin/true"]}
    config["root"]["path"] = str(folder / "rootfs")
    if name == "crun":
        config["ociVersion"] = "1.0.2"  # crun 1.8.1 takes only versions with "1.0" in them
    path.write_text(json.dumps(config))
    stay = folder / f"{name}-{origin}-stay"
    stay.mkdir()
    config["process"]["args"] = ["/bin/sleep", "3600"]
    (stay / "config.json").write_text(json.dumps(config))
    return bundle


def staying(bundle: Path) -> Path:
    """The same bundle with a program that stays."""
    return bundle.with_name(bundle.name + "-stay")


def memory(peer: Peer, bundle: Path, id_: str) -> dict[str, int]:
    """KiB of the process that waits in a created container, as the kernel counts them."""
    peer.call("create", "--bundle", str(bundle), id_)
    try:
        time.sleep(0.2)  # it comes to rest
        pid = peer.state(id_)["pid"]
        found = _numbers(f"/proc/{pid}/status", "VmRSS") | _numbers(
            f"/proc/{pid}/smaps_rollup", "Pss", "Anonymous"
        )
    finally:
        peer.end(id_)
    return found


def _numbers(path: str, *names: str) -> dict[str, int]:
    rows = dict(line.split(":", 1) for line in Path(path).read_text().splitlines()[1:])
    return {name.lower(): int(rows[name].split()[0]) for name in names}


def which(name: str) -> str | None:
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin")
    return os.path.abspath(found) if found else None
