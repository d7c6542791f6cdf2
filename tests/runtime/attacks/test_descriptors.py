"""No descriptor of refrun's or of its caller's crosses a boundary it was not meant for (CVE-2024-21626): hooks, program, exec."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from runtime.conformance.bundles import Bundle
from tests.runtime.attacks.weakened import ROOT, Defence, without
from tests.runtime.conftest import Yard

POINTS = ("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop")
LIST = "ls -l /proc/self/fd"
TO_HOOKS = Defence("hooks.py", "            syscalls.close_range_cloexec(3)  # what the caller passes on is for the program\n", "")  # fmt: skip
TO_PROGRAM = (
    Defence("lifecycle.py", "    syscalls.close_range(3 + init.listening() + options.preserve_fds)\n", ""),
    Defence("process.py", "    syscalls.close_range_cloexec(first_fd)\n", ""),
)
TO_EXEC = (
    Defence("joining.py", "    syscalls.close_range(3 + options.preserve_fds)\n", ""),
    Defence("process.py", "    syscalls.close_range_cloexec(first_fd)\n", ""),
)


def listing_bundle(yard: Yard) -> Bundle:
    """A bundle in which every hook and the program note what they have open."""
    bundle = yard.trial.bundle()
    hooks = {}
    for point in POINTS:
        where = bundle.rootfs if point == "startContainer" else bundle.folder
        journal = "/journal" if point == "startContainer" else bundle.journal
        script = where / f"{point}.sh"
        script.write_text(f"#!/bin/sh\n{LIST} > {journal}/{point}\n")
        script.chmod(0o755)
        path = f"/{script.name}" if point == "startContainer" else str(script)
        hooks[point] = [{"path": path, "env": ["PATH=/bin:/usr/bin"]}]
    bundle.config["hooks"] = hooks
    bundle.process["args"] = ["/bin/sh", "-c", f"{LIST} > /journal/program"]
    return bundle.write()


def beyond_the_standard_ones(bundle: Bundle, name: str) -> set[int]:
    """The descriptors that were listed, but for ls's own of the listing."""
    words = [line.split() for line in bundle.lines(name)]
    found = {int(line[line.index("->") - 1]): line[-1] for line in words if "->" in line}
    assert {0, 1, 2} <= set(found), f"{name} noted nothing"
    return {fd for fd, link in found.items() if fd > 2 and not link.startswith("/proc/")}


def seen_from(yard: Yard, *options: str) -> tuple[Bundle, dict[str, set[int]]]:
    """Where -> the descriptors that could be seen there, of two files that the caller has open."""
    bundle = listing_bundle(yard)
    with open(yard.root / "a", "w") as first, open(yard.root / "b", "w") as second:
        id_ = yard.trial.new_id()
        answer = yard.call("run", *options, "--bundle", str(bundle.folder), id_, inherited=[first, second])
    assert answer.ok, answer.err
    return bundle, {name: beyond_the_standard_ones(bundle, name) for name in (*POINTS, "program")}


@pytest.mark.parametrize(("kept", "passed"), [("0", set()), ("1", {3}), ("2", {3, 4})])
def test_only_the_program_gets_what_was_asked_to_be_kept(yard: Yard, kept: str, passed: set[int]) -> None:
    _, seen = seen_from(yard, "--preserve-fds", kept)
    assert seen == {**dict.fromkeys(POINTS, set()), "program": passed}  # noqa: RUF024  # compared only


def test_without_its_defence_hooks_would_get_it_too(yard: Yard) -> None:
    _, seen = seen_from(replace(yard, refrun=without(yard.root, TO_HOOKS)), "--preserve-fds", "1")
    assert {point for point in POINTS if 3 in seen[point]} >= {"createRuntime", "poststop"}


def test_without_its_defences_the_program_would_get_everything(yard: Yard) -> None:
    _, seen = seen_from(replace(yard, refrun=without(yard.root, *TO_PROGRAM)))
    assert {3, 4} <= seen["program"]


@pytest.mark.parametrize(("defences", "leaks"), [((), False), (TO_EXEC, True)], ids=["with", "without"])
def test_exec_passes_on_nothing_of_the_caller_s(
    yard: Yard, defences: tuple[Defence, ...], leaks: bool
) -> None:
    by = replace(yard, refrun=without(yard.root, *defences))
    bundle = yard.trial.bundle().args("stay").write()
    id_ = yard.trial.new_id()
    assert by.call("run", "--detach", "--bundle", str(bundle.folder), id_).ok
    with open(yard.root / "a", "w") as first:
        answer = by.call("exec", id_, "/bin/sh", "-c", f"{LIST} > /journal/exec", inherited=[first])
    assert answer.ok, answer.err
    assert (3 in beyond_the_standard_ones(bundle, "exec")) is leaks


@pytest.mark.usefixtures("root_only")
def test_the_waiting_process_holds_nothing_of_the_host_s(yard: Yard) -> None:
    """Between create and start: two fifos, and no folder or file that leads out."""
    bundle = yard.trial.bundle().args("stay").write()
    id_ = yard.trial.new_id()
    with open(yard.root / "a", "w") as first:
        assert yard.call("create", "--bundle", str(bundle.folder), id_, inherited=[first]).ok
    pid = int((yard.root / "state" / id_ / "state.json").read_text().partition('"pid":')[2].split(",")[0])
    links = {entry.name: entry.readlink().name for entry in Path(f"/proc/{pid}/fd").iterdir()}
    beyond = sorted(link for fd, link in links.items() if int(fd) > 2)
    assert [link for link in beyond if not link.startswith(("pipe:", "exec.fifo", "answer.fifo"))] == []


WITHOUT_CLOSE_RANGE = """
import os, sys
from runtime import seccomp, syscalls
refused = {"names": ["close_range"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38}
syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
seccomp.Filter({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [refused]}).load({}, 0)
for number in (7, 900):
    os.dup2(0, number)
syscalls.close_range(7)
print(*sorted(int(name) for name in os.listdir("/proc/self/fd") if int(name) >= 7))
"""


def test_without_close_range_the_caller_s_descriptors_are_closed_one_by_one() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_CLOSE_RANGE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("\n", "")
