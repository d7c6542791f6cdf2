"""One case on one runtime at one release: what the case works with, and the count of what it asserted."""

import itertools
import json
import os
import random
import re
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from runtime.conformance import bygone
from runtime.conformance.bundles import Bundle
from runtime.conformance.declare import Failed, NotApplicable
from runtime.conformance.driver import Answer, Runtime
from runtime.conformance.releases import position
from runtime.conformance.rootfs import Source

GROUPS = Path("/sys/fs/cgroup")
MOMENT = 5.0  # seconds for something that should happen at once
_numbers = itertools.count(1)


@cache
def _mark(pid: int) -> str:
    """What the ids of this process begin with: a pid alone comes again, and with it a group that a killed run left."""
    return f"case-{pid}-{random.SystemRandom().randint(1000, 9999)}"


def mark() -> str:
    return _mark(os.getpid())


class Trial:
    """Makes bundles and containers for one case; `close` takes away whatever the case left."""

    def __init__(
        self, runtime: Runtime, release: str, oci_version: str, source: Source, folder: Path
    ) -> None:
        self.runtime, self.release, self.oci_version = runtime.session(), release, oci_version
        self.source, self.folder = source, folder
        self.asserted = self.refusals = 0
        self.ids: list[str] = []
        self.bundles: list[Bundle] = []

    def since(self, tag: str) -> bool:
        return position(self.release) >= position(tag)

    def bundle(self) -> Bundle:
        folder = self.folder / f"bundle-{next(_numbers)}"
        self.bundles.append(Bundle(folder, self.source, self.release, self.oci_version))
        return self.bundles[-1]

    def new_id(self) -> str:
        id_ = f"{mark()}{next(_numbers):06}"
        self.ids.append(id_)
        return id_

    def speaks(self, what: str, *, until: str) -> None:
        """Ends the case when this release has a dialect (of until and before) that the runtime does not claim to speak."""
        if position(self.release) <= position(until) and not self.runtime.claims.since(self.release):
            raise NotApplicable(
                f"{what} is older than what {self.runtime.name} claims: {self.runtime.claims.oldest}"
            )

    @property
    def tells_releases_apart(self) -> bool:
        """Whether the runtime claims to read an old config by that release's own rules: it then claims the candidates too."""
        return self.runtime.claims.since("v1.0.0-rc6")

    @property
    def executed(self) -> bool:
        """Whether a container process was seen, or a refusal was tested: only then the case counts as an execution."""
        return self.runtime.created > 0 or self.refusals > 0

    def written(self) -> str:
        """The config.json that was written last, "" when none was."""
        for bundle in reversed(self.bundles):
            try:
                return (bundle.folder / "config.json").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
        return ""

    # --- asserting

    def check(self, holds: bool, otherwise: str) -> None:
        """One assertion. Raises Failed with what was expected and seen."""
        self.asserted += 1
        if not holds:
            raise Failed(otherwise)

    def equal(self, what: str, seen: object, expected: object) -> None:
        self.check(seen == expected, f"{what}: expected {expected!r}, saw {seen!r}")

    def refused(self, answer: Answer, what: str) -> None:
        """The operation MUST have generated an error."""
        self.refusals += 1
        self.check(not answer.ok, f"{what} was accepted; an error is required")

    def accepted(self, answer: Answer, what: str) -> None:
        self.check(answer.ok, f"{what} was refused: {answer.words}")

    def soon(self, what: str, holds: Callable[[], bool]) -> None:
        """Something that must come true at once, give or take the scheduler."""
        deadline, pause = time.monotonic() + MOMENT, 0.001
        while not holds():
            if time.monotonic() > deadline:
                self.check(False, f"{what}: not within {MOMENT:g} s")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)
        self.asserted += 1

    # --- running

    def run(self, bundle: Bundle) -> Answer:
        if bygone.is_bygone(self.release):
            return bygone.run(self, Container(self.runtime, self.new_id(), bundle))
        bundle.write()
        answer = self.runtime.call("run", "--bundle", str(bundle.folder), self.new_id())
        if bundle.born():
            self.runtime.count()
        return answer

    def output(self, bundle: Bundle) -> str:
        """What the program of a bundle wrote to stdout."""
        answer = self.run(bundle)
        self.accepted(answer, "running the bundle")
        return answer.out

    def report(self, bundle: Bundle) -> "Report":
        """Runs the probe and reads what it saw from inside."""
        return Report(self.output(bundle))

    def create(self, bundle: Bundle, *options: str) -> "tuple[Container, Answer]":
        bygone.no_such(self.release, "create")
        bundle.write()
        container = Container(self.runtime, self.new_id(), bundle)
        told = bundle.folder / "pid"
        told.unlink(missing_ok=True)
        answer = self.runtime.call(
            "create", *options, "--bundle", str(bundle.folder), "--pid-file", str(told), container.id
        )
        if answer.ok and container.is_there(told):
            self.runtime.count(container.id)
        return container, answer

    def created(self, bundle: Bundle, *options: str) -> "Container":
        container, answer = self.create(bundle, *options)
        self.accepted(answer, "create")
        return container

    def running(self, bundle: Bundle) -> "Container":
        """A container whose program is up and stays."""
        if bygone.is_bygone(self.release):
            container = Container(self.runtime, self.new_id(), bundle.args("stay"))
            self.accepted(bygone.start(self, container), "start")
        else:
            container = self.created(bundle.args("stay"))
            self.accepted(container.start(), "start")
        self.soon("the program runs after start", lambda: "staying" in bundle.lines())
        return container

    def close(self) -> None:
        for id_ in self.ids:
            if not self.runtime.forgot(id_):
                self.runtime.call("delete", "--force", id_)
            _remove_groups(id_)


def _remove_groups(id_: str) -> None:
    """Empty groups that a runtime left of a container whose create failed; the id is this run's own."""
    for group in (*GROUPS.glob(id_), *GROUPS.glob(f"*/{id_}")):
        try:
            group.rmdir()
        except OSError:
            continue  # somebody is in it: what the runtime left is seen elsewhere


def _number(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


class Container:
    """One container of the runtime under test."""

    def __init__(self, runtime: Runtime, id_: str, bundle: Bundle) -> None:
        self.runtime, self.id, self.bundle = runtime, id_, bundle
        self.is_bygone = bygone.is_bygone(bundle.release)
        self.ending = False  # v0.4 and v0.5 have kill KILL and delete in one: stop

    def start(self) -> Answer:
        bygone.no_such(self.bundle.release, "start without a bundle")
        return self.runtime.call("start", self.id)

    def kill(self, signal: str) -> Answer:
        if self.is_bygone and signal == "KILL" and not self.ending:
            self.ending = True
            return Answer(0, "", "")
        bygone.no_such(self.bundle.release, f"kill {signal}")
        return self.runtime.call("kill", self.id, signal)

    def delete(self) -> Answer:
        if self.ending:
            return self.runtime.call("stop", self.id)
        bygone.no_such(self.bundle.release, "delete")
        return self.runtime.call("delete", self.id)

    def state(self) -> dict[str, Any]:
        """The state document, {} when the runtime gives none."""
        answer = self.runtime.call("state", self.id)
        try:
            found = json.loads(answer.out) if answer.ok else {}
        except ValueError:
            found = {}
        return found if isinstance(found, dict) else {}

    @property
    def status(self) -> str:
        if self.is_bygone:
            return "stopped" if self.ending else bygone.status(self.state())
        return str(self.state().get("status", "none"))

    @property
    def pid(self) -> int:
        return int(self.state().get("pid") or 0)

    def is_there(self, told: Path | None = None) -> bool:
        """Whether the pid it states, or wrote into the file that was asked for, is a living process that is not in our own
        mount namespace."""
        pid = (_number(told) if told else 0) or self.pid
        try:
            return pid > 0 and os.readlink(f"/proc/{pid}/ns/mnt") != os.readlink("/proc/self/ns/mnt")
        except PermissionError:
            return True  # an ordinary user may not look into a runtime that waits for start
        except OSError:
            return False

    def namespace(self, file: str) -> str:
        """The identity of the program's namespace, seen from the host."""
        return os.readlink(f"/proc/{self.pid}/ns/{file}")

    def proc(self, file: str) -> str:
        return Path(f"/proc/{self.pid}/{file}").read_text(errors="replace")


class Report:
    """What /probe report saw from inside, in sections."""

    def __init__(self, text: str) -> None:
        parts = re.split(r"^== (\w+)$", text, flags=re.MULTILINE)
        self.sections = {name: body.strip("\n") for name, body in zip(parts[1::2], parts[2::2], strict=True)}

    def __getitem__(self, name: str) -> str:
        return self.sections.get(name, "")

    def status(self, field: str) -> str:
        """A field of /proc/self/status, such as Uid or CapEff."""
        found = re.search(rf"^{field}:[ \t]*(.*)$", self["status"], re.MULTILINE)
        return found[1].strip() if found else ""

    @property
    def env(self) -> dict[str, str]:
        return dict(pair.partition("=")[::2] for pair in self["env"].strip("\n\0").split("\0") if pair)

    def mount(self, point: str) -> tuple[set[str], str, str] | None:
        """Options (of the mount and of the file system), type and source of the topmost mount on a path."""
        for line in reversed(self["mountinfo"].splitlines()):
            before, _, after = line.partition(" - ")
            fields, (fstype, source, options) = before.split(), after.split()[:3]
            if fields[4] == point:
                return set(fields[5].split(",")) | set(options.split(",")), fstype, source
        return None

    def propagation(self, point: str) -> str:
        """What the mount table says of how the topmost mount on a path shares: `shared:7`, `master:3`, ... or nothing."""
        for line in reversed(self["mountinfo"].splitlines()):
            fields = line.partition(" - ")[0].split()
            if fields[4] == point:
                return " ".join(fields[6:])
        return ""
