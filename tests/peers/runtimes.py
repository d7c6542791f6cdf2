"""The runtimes that are compared: which of them are here, exactly which version of which package, and what each claims."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.conformance.driver import Runtime
from runtime.conformance.releases import TAGS, position, version
from tests.bench.peers import HYBRID, WITHOUT_UNIFIED, refrun, which

NAMES = ("refrun", "runc", "crun", "youki")


@dataclass(frozen=True, slots=True)
class Column:
    """One runtime that is here; `claims` are the oldest and newest tag it says it takes."""

    name: str
    program: str
    told: str  # the version in its own words
    package: str  # and in the distribution's
    features: dict[str, Any]
    claims: tuple[str, str]


def programs() -> dict[str, str]:
    """{name: path} of those that are here."""
    found = {name: refrun() if name == "refrun" else which(name) for name in NAMES}
    return {name: path for name, path in found.items() if path}


def around(name: str) -> tuple[str, ...]:
    """What everything that is asked of this runtime runs in, the asking included, so that both see one host."""
    return WITHOUT_UNIFIED if name == "crun" and HYBRID.is_dir() else ()


def column(name: str, folder: Path) -> Column:
    program = programs()[name]
    runtime = Runtime(program, folder)
    words = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    told = words.splitlines()[0].removeprefix(f"{name} version ").strip()
    claims = claims_of(runtime.features, words)
    return Column(name, program, told, _package(name, program), runtime.features, claims)


def _package(name: str, program: str) -> str:
    """`runc 1.1.5+ds1-1+deb12u1 (Debian GNU/Linux 12)`; "this checkout" for refrun, "" for a program of no package."""
    if name == "refrun":
        return "this checkout"
    dpkg = shutil.which("dpkg-query")
    owner = (
        subprocess.run([dpkg, "-S", program], capture_output=True, text=True, check=False) if dpkg else None
    )
    if dpkg is None or owner is None or owner.returncode:
        return ""
    package = owner.stdout.partition(":")[0]
    shown = subprocess.run([dpkg, "-W", package], capture_output=True, text=True, check=True)
    rows = [row.partition("=") for row in Path("/etc/os-release").read_text().splitlines()]
    system = {key: value.strip('"') for key, _, value in rows}
    return f"{' '.join(shown.stdout.split())} ({system['NAME']} {system['VERSION_ID']})"


def claims_of(features: dict[str, Any], words: str) -> tuple[str, str]:
    """By `features`; else from 1.0.0 to the `spec:` line of --version. A -dev claims the release it leads to."""
    line = re.search(r"^spec: (\S+)", words, re.MULTILINE)
    oldest = str(features.get("ociVersionMin") or "1.0.0")
    newest = str(features.get("ociVersionMax") or (line[1] if line else "1.0.0"))
    return _tag(oldest), _tag(newest)


def _tag(text: str) -> str:
    """The tag of a version, or the newest one of the same or an earlier version."""
    exact = f"v{text}"
    if exact in TAGS:
        return exact
    core = _numbers(text)
    return max((tag for tag in TAGS if _numbers(version(tag)) <= core), key=position)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.split(r"[-+]", text)[0].split("."))
