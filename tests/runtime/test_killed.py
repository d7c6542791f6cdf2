"""Whatever process dies before whatever system call: state, list and delete --force tell the truth and clean up."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtime.conformance.bundles import Bundle
from tests.runtime.conftest import Yard, groups
from tests.runtime.stepping import Walk, walk
from tests.runtime.test_lifecycle import soon
from tests.soaking import IS_SOAKING

MARK = "BERTH"  # an environment variable that all processes of one container have
Prepare = Callable[
    [Yard, Bundle, str], list[str]
]  # makes what the command needs; returns the command's words


def nothing_before(*words: str) -> Prepare:
    return lambda yard, bundle, id_: [*words, "--bundle", str(bundle.folder), id_]


def created(*words: str) -> Prepare:
    def prepare(yard: Yard, bundle: Bundle, id_: str) -> list[str]:
        assert yard.call("create", "--bundle", str(bundle.folder), id_, BERTH=id_).ok
        return [word.format(id=id_) for word in words]

    return prepare


def running(*words: str, first: tuple[str, ...] = ()) -> Prepare:
    def prepare(yard: Yard, bundle: Bundle, id_: str) -> list[str]:
        before = len(bundle.lines())
        assert yard.call("run", "--detach", "--bundle", str(bundle.folder), id_, BERTH=id_).ok
        assert soon(lambda: len(bundle.lines()) > before)
        assert not first or yard.call(*first, id_).ok
        return [word.format(id=id_) for word in words]

    return prepare


SCENES = {  # what is done -> (what comes before, what the container runs)
    "create": (nothing_before("create"), "stay"),
    "run in the background": (nothing_before("run", "--detach"), "stay"),
    "run in the foreground": (nothing_before("run"), "note"),
    "start": (created("start", "{id}"), "stay"),
    "exec": (running("exec", "{id}", "/probe", "note", "x"), "stay"),
    "delete": (created("delete", "--force", "{id}"), "stay"),
    "delete of a running one": (running("delete", "--force", "{id}"), "stay"),
    "delete of a paused one": (running("delete", "--force", "{id}", first=("pause",)), "stay"),
    "update": (running("update", "--pids-limit", "60", "{id}"), "stay"),
    "pause": (running("pause", "{id}"), "stay"),
    "resume": (running("resume", "{id}", first=("pause",)), "stay"),
}


def shown(bundle: Bundle, verb: str, id_: str) -> None:
    bundle.args(verb, "noted")
    bundle.process["env"] = ["PATH=/bin:/usr/bin", f"{MARK}={id_}"]
    bundle.write()


def berthed(id_: str) -> list[str]:
    """Processes that carry the container's mark."""
    found, mark = [], f"{MARK}={id_}".encode()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (path / "environ").read_bytes().split(b"\0"):
                found.append(f"{path.name} {(path / 'cmdline').read_bytes().decode(errors='replace')}")
        except OSError:
            continue
    return found


def points(counted: Walk) -> Iterator[tuple[str, int]]:
    """(role, step): all of them in a soak, else one or two of each process, elsewhere in each scene."""
    for number, (role, names) in enumerate(sorted(counted.steps.items())):
        if IS_SOAKING:
            yield from ((role, step) for step in range(len(names)))
        else:
            yield role, len(names) * (2 * (number % 4) + 1) // 8
            yield from ((role, len(names) * share // 8) for share in (3, 7) if role == "0")


@pytest.mark.usefixtures("root_only")
@pytest.mark.parametrize("name", SCENES)
def test_whoever_dies_the_truth_is_told_and_nothing_is_left(yard: Yard, name: str) -> None:
    prepare, verb = SCENES[name]
    bundle = yard.trial.bundle()
    for point in ("prestart", "createContainer", "poststart", "poststop"):
        bundle.hook(point, "true")
    if name in ("create", "start"):
        bundle.linux["namespaces"] = [each for each in bundle.linux["namespaces"] if each["type"] != "pid"]

    def once(role: str, step: int) -> tuple[Walk, list[str]]:
        id_ = yard.trial.new_id()
        shown(bundle, verb, id_)
        words = prepare(yard, bundle, id_)
        walked = walk([*yard.refrun, *words], {MARK: id_}, role, step)
        return walked, [*wrong(yard, bundle, id_, walked), *left(yard, id_)]

    counted, problems = once("", 0)
    assert (counted.code, problems) == (0, []), counted.said
    assert len(counted.steps["0"]) > 1
    bad = []
    for role, step in points(counted):
        walked, problems = once(role, step)
        bad += [f"{role} before its step {step} ({walked.killed}): {problem}" for problem in problems]
    assert bad == []


def wrong(yard: Yard, bundle: Bundle, id_: str, walked: Walk) -> list[str]:
    """What refrun says although it is not so."""
    found = []
    if "Traceback" in walked.said or (walked.code == 1 and "refrun: " not in walked.said):
        found.append(f"it said {walked.said!r}")
    answers = yard.call("state", id_), yard.call("list", "--format", "json")
    listed = id_ in [row["id"] for row in json.loads(answers[1].out)]
    there = id_ in yard.ids()
    if (listed, answers[0].ok) != (there, there) or not answers[1].ok:
        return [*found, f"there: {there}, listed: {listed}, state: {answers[0]}"]
    if not there:
        return found if soon(lambda: not berthed(id_)) else [*found, f"gone, but {berthed(id_)}"]
    told = json.loads(answers[0].out)
    alive = bool(told["pid"]) and os.path.exists(f"/proc/{told['pid']}")
    status = told["status"]
    if status == "created":
        return [*found, *startable(yard, bundle, id_)]
    if status == "paused" and not yard.call("resume", id_).ok:
        found.append("paused, but it cannot be resumed")
    if status in ("running", "paused"):
        words = Path(f"/proc/{told['pid']}/cmdline").read_bytes() if alive else b""
        if b"probe" not in words and not soon(lambda: state(yard, id_) == "stopped"):
            found.append(f"{status}, but its process is {words!r}")
    elif status == "stopped":
        if not soon(lambda: not berthed(id_)):
            found.append(f"stopped, but {berthed(id_)}")
    else:
        found.append(f"{status}, although nobody is at work on it")
    return found


def state(yard: Yard, id_: str) -> str:
    answer = yard.call("state", id_)
    return str(json.loads(answer.out)["status"]) if answer.ok else "none"


def startable(yard: Yard, bundle: Bundle, id_: str) -> list[str]:
    """A created container can be started, and then its program runs; or its first process was just about to end."""
    before = len(bundle.lines())
    answer = yard.call("start", id_)
    if answer.ok:
        return [] if soon(lambda: len(bundle.lines()) > before) else ["started, but the program does not run"]
    status = state(yard, id_)
    return [] if status in ("stopped", "none") else [f"{status}, but start says {answer.words}"]


def left(yard: Yard, id_: str) -> list[str]:
    """What delete --force leaves behind."""
    began = time.monotonic()
    answer = yard.call("delete", "--force", id_)
    found = [] if answer.ok else [f"delete --force says {answer.words}"]
    if time.monotonic() - began > 5:
        found.append("delete --force took long")
    if yard.ids():
        found.append(f"state folders {yard.ids()}")
    if groups(id_):
        found.append(f"cgroups {groups(id_)}")
    if not soon(lambda: not berthed(id_)):
        found.append(f"processes {berthed(id_)}")
    if extra := [path.name for path in (yard.root / "state").glob("*")]:
        found.append(f"files {extra}")
    if id_ in Path("/proc/self/mountinfo").read_text():
        found.append("mounts")
    return found
