"""Results that still hold: the same runtime, suite, claims and host gave them, so that nothing would come out differently.

Kept are passed, failed and not-applicable. What was skipped may have been mended meanwhile, what took too long may have been the
host's doing, and an error is our own fault: they are always tried again.
"""

import fcntl
import hashlib
import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from runtime.conformance import cache, suite
from runtime.conformance.driver import Runtime
from runtime.conformance.results import Outcome
from runtime.conformance.rootfs import Source

KEPT = ("passed", "failed", "not-applicable")
FILES = 24  # runtimes and hosts that are remembered; the oldest go first
FORMAT = 1
Book = dict[
    str, dict[str, Any]
]  # release -> {"oci_version": ..., "results": {case: the fields of an Outcome}}


class Store:
    """What is known of one runtime on one host. `fresh`: nothing is taken over, but what comes out is kept."""

    def __init__(self, note: Callable[[str], None], *, fresh: bool) -> None:
        self.note, self.fresh = note, fresh
        self.path: Path | None = None
        self.key: dict[str, Any] = {}
        self.before: Book = {}
        self.new: Book = {}
        self.lock = threading.Lock()

    def open(self, runtime: Runtime, source: Source, host: dict[str, object]) -> None:
        """Finds what was stored; a file that is damaged is told, and not used."""
        self.key = {
            "format": FORMAT,
            "suite": suite.digest(source),
            "runtime": [runtime.name, runtime.build.fingerprint, runtime.features],
            "claims": [runtime.claims.oldest, runtime.claims.newest],
            "host": host,
        }
        folder = cache.folder("results")
        if folder is None:
            self.note("results cannot be stored: there is no folder to write to; set XDG_CACHE_HOME to one")
            return
        name = hashlib.sha256(json.dumps(self.key, sort_keys=True).encode()).hexdigest()[:32]
        self.path = folder / f"{name}.json"
        if not self.fresh:
            self.before = self._read()

    def version(self, tag: str) -> str:
        """The ociVersion with which a release was tried, "" when it never was."""
        return str(self.before.get(tag, {}).get("oci_version", ""))

    def outcome(self, tag: str, case: str) -> Outcome | None:
        row = self.before.get(tag, {}).get("results", {}).get(case)
        return Outcome(**row) if row else None

    def keep(self, tag: str, version: str, case: str, came: Outcome, at: str) -> None:
        if came.outcome in KEPT and not came.slow:
            row = asdict(replace(came, stored=at))
            with self.lock:
                self.new.setdefault(tag, {"oci_version": version, "results": {}})["results"][case] = row

    def save(self) -> None:
        """Adds what came out to what another run may have stored meanwhile."""
        if self.path is None or not self.new:
            return
        try:
            with open(self.path.parent / "lock", "w", encoding="ascii") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                book = self._read(quiet=True)
                for tag, fresh in self.new.items():
                    old = book.get(tag, {}).get("results", {})
                    book[tag] = {**fresh, "results": {**old, **fresh["results"]}}
                cache.write(self.path, {"key": self.key, "releases": book})
                _keep_newest(self.path.parent.glob("*.json"))
        except OSError as failed:
            self.note(f"results cannot be stored: {failed}")

    def _read(self, *, quiet: bool = False) -> Book:
        if self.path is None or not self.path.exists():
            return {}
        try:
            document = json.loads(self.path.read_text(encoding="utf-8"))
            if document["key"] != json.loads(json.dumps(self.key)):
                raise ValueError("they are of another runtime or host")
            book: Book = document["releases"]
            for each in book.values():
                _checked(each)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as broken:
            if not quiet:
                self.note(
                    f"the stored results in {self.path} are damaged and not used: {type(broken).__name__}: {broken}"
                )
            return {}
        return book


def _checked(release: dict[str, Any]) -> None:
    """Raises ValueError, KeyError or TypeError for what no run of ours has written."""
    types: dict[str, tuple[type, ...]] = {
        "outcome": (str,), "reason": (str,), "seconds": (int, float), "counted": (bool,),
        "output": (str,), "config": (str,), "slow": (bool,), "stored": (str,),
    }  # fmt: skip
    if not isinstance(release["oci_version"], str):
        raise TypeError("a release without its ociVersion")
    for case, row in release["results"].items():
        if set(row) != {each.name for each in fields(Outcome)} or row["outcome"] not in KEPT:
            raise ValueError(f"{case} is no result")
        for name, kinds in types.items():
            if not isinstance(row[name], kinds):
                raise TypeError(f"{case}: {name} is {row[name]!r}")


def _keep_newest(paths: Iterable[Path]) -> None:
    by_age = sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[FILES:]:
        path.unlink(missing_ok=True)
