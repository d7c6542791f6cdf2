"""A refrun broken on purpose: a small program that imports refrun, replaces one function and runs its command line."""

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
            "from runtime import bygone, capabilities, cgroups, config, deletion, devices, dialects, features, hooks, idmaps, init, inroot, lifecycle, mount_options, mounts, operations\n"
            "from runtime import namespaces, netdevices, process, releases, rootfs, scheduling, seccomp, seccomp_bpf, starting, state, syscalls, sysctls, terminal\n"
            f"{self.patch}\nfrom runtime.cli import main\nsys.exit(main(sys.argv[1:]))\n"
        )
        path.chmod(0o755)
        return path


NOTHING = "lambda *_, **__: None"
