"""Which build of a runtime is under test: its name, the package that brought it, and digests by which a change is seen."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).resolve().parent.parent  # refrun's own; the suite in it is not part of the runtime
QUERIES = (  # of the package that owns a file: the program, its words before the path, and the version's own words
    ("dpkg-query", ("-S",), ("dpkg-query", "-W", "-f", "${Version}")),
    ("rpm", ("-qf", "--qf", "%{NAME}: "), ("rpm", "-q", "--qf", "%{VERSION}-%{RELEASE}")),
)


@dataclass(frozen=True, slots=True)
class Build:
    """`build` is the package's version, else the commit that --version tells, else "". `digest` is of the executable (of refrun:
    of its sources), `fingerprint` of everything that could change what is executed."""

    name: str
    build: str
    digest: str
    fingerprint: str


def of(command: list[str], told: str, ours: bool) -> Build:
    """`command` as it was resolved, `told` its whole --version, `ours` whether it is this package's refrun."""
    program = Path(command[0])
    sources = _digest(_sources())
    parts = [program, *(Path(word) for word in command[1:] if os.path.isfile(word))]
    if ours:  # the launcher, and the linked code that it runs
        parts += sorted((SOURCES / "__pycache__").glob("refrun.*"))
    return Build(
        _name(told, program.name),
        "" if ours else package_version(program) or _commit(told),
        sources if ours else _digest([program]),
        hashlib.sha256(
            "\0".join([sources, _digest(parts), *command, told, *_libraries(program)]).encode()
        ).hexdigest(),
    )


def package_version(program: Path) -> str:
    """The exact version of the distribution's package that brought a program; "" for a program of no package."""
    for asker, owner, shown in QUERIES:
        if not shutil.which(asker):
            continue
        for path in _names(program):
            package = _words(asker, *owner, path).partition(":")[0]
            if package and (found := _words(*shown, package)):
                return found
    return ""


def _names(program: Path) -> Iterator[str]:
    """The paths under which a package may list a program: /usr/bin/x, and /bin/x where these are one folder."""
    for path in dict.fromkeys((str(program), os.path.realpath(program))):
        yield path
        if path.startswith("/usr/"):
            yield path.removeprefix("/usr")
        elif os.path.exists(f"/usr{path}"):
            yield f"/usr{path}"


def _words(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def _name(told: str, program: str) -> str:
    """`runc` of `runc version 1.1.5`; the program's own name where --version does not begin so."""
    found = re.match(r"([A-Za-z][\w.-]*) (?:version )?v?\d", told)
    return found[1] if found else program


def _commit(told: str) -> str:
    found = re.search(r"^commit: *(\S+)", told, re.MULTILINE)
    return found[1] if found else ""


def _sources() -> list[Path]:
    return sorted(
        path for path in SOURCES.rglob("*.py") if "conformance" not in path.relative_to(SOURCES).parts
    )


def _digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in paths:
        try:
            total.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError:  # it can be executed but not read
            total.update(repr(path).encode())
    return f"sha256:{total.hexdigest()}"


def _libraries(program: Path) -> list[str]:
    """What a program loads: another libseccomp is another runtime."""
    listed = re.findall(r"(/\S+) \(0x", _words("ldd", str(program))) if shutil.which("ldd") else []
    return [
        f"{path} {os.stat(path).st_size} {os.stat(path).st_mtime_ns}"
        for path in listed
        if os.path.exists(path)
    ]
