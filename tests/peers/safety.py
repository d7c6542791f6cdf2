"""Bundles that runtimes fell to, tried harmlessly: whatever a runtime lets through can change only a marker folder of this run.

The word of a cell is `refused` (an error, and the marker is untouched), `contained` (it ran, and nothing outside was touched
or seen), `accepted` (it ran as the bundle asks, which its project may have chosen) or `let through` (what came out is said). The mechanics are those of the named advisories.
"""

import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.conformance import rootfs
from runtime.conformance.bundles import Bundle
from runtime.conformance.driver import Runtime, TooSlow
from runtime.conformance.trial import Trial
from tests.peers.behaviours import Cell, plain
from tests.peers.runtimes import Column

REFUSED, CONTAINED, ACCEPTED, THROUGH = "refused", "contained", "accepted", "let through"
NOBODY = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Probe:
    """`attempt` returns the word and what was seen; `marker` is a folder outside of every root file system."""

    id: str
    title: str
    advisories: str
    attempt: Callable[[Trial, Path], tuple[str, str]]


def rows(seen: dict[str, dict[str, Cell]]) -> list[dict[str, Any]]:
    return [
        {
            "id": probe.id,
            "title": probe.title,
            "advisories": probe.advisories,
            "cells": {name: found[probe.id] for name, found in seen.items()},
        }
        for probe in PROBES
    ]


def cells(column: Column, folder: Path) -> dict[str, Cell]:
    """{probe: {"word", "seen"}} of one runtime, each in a folder of its own."""
    runtime = Runtime(column.program, Path(tempfile.mkdtemp(dir=folder)))
    source, found = rootfs.find(), {}
    for probe in PROBES:
        trial = Trial(runtime, "v1.0.2", "1.0.2", source, Path(tempfile.mkdtemp(dir=folder, prefix="peers-")))
        marker = trial.folder / "marker"
        marker.mkdir()
        (marker / "untouched").touch()
        try:
            word, seen = probe.attempt(trial, marker)
        except TooSlow as slow:
            word, seen = REFUSED, str(slow)
        finally:
            trial.close()
        found[probe.id] = {"word": word, "seen": plain(seen)}
    return found


def _by_marker(prepare: Callable[[Bundle, Path], None]) -> Callable[[Trial, Path], tuple[str, str]]:
    """Runs a bundle that was turned against the marker; what is new in there is what was let through."""

    def attempt(trial: Trial, marker: Path) -> tuple[str, str]:
        bundle = trial.bundle().args("exit", "0")
        prepare(bundle, marker)
        answer = trial.run(bundle)
        new = sorted(path.name for path in marker.iterdir() if path.name != "untouched")
        if new:
            return THROUGH, f"made {', '.join(new)} outside"
        return (CONTAINED, "") if answer.ok else (REFUSED, answer.words)

    return attempt


def _without(bundle: Bundle, destination: str) -> None:
    bundle.config["mounts"] = [each for each in bundle.config["mounts"] if each["destination"] != destination]


def _dev_is_a_link(bundle: Bundle, marker: Path) -> None:
    _without(bundle, "/dev")
    (bundle.rootfs / "dev").rmdir()
    (bundle.rootfs / "dev").symlink_to(marker)


def _folder_through_a_link(bundle: Bundle, marker: Path) -> None:
    (bundle.rootfs / "way").symlink_to(marker)
    bundle.mount("/way/deep", "tmpfs", "tmpfs")


def _file_through_a_link(bundle: Bundle, marker: Path) -> None:
    (bundle.folder / "given").write_text("given")
    (bundle.rootfs / "way").symlink_to(f"{'../' * 12}{str(marker).lstrip('/')}")
    bundle.mount("/way/deep/file", "bind", str(bundle.folder / "given"), "bind")


def _null_is_a_link(trial: Trial, marker: Path) -> tuple[str, str]:
    bundle = trial.bundle().args("cat", "/etc/masked")
    _without(bundle, "/dev")
    (bundle.rootfs / "etc" / "masked").write_text("masked\n")
    (bundle.rootfs / "etc" / "other").write_text("another file\n")
    (bundle.rootfs / "dev" / "null").symlink_to("/etc/other")
    bundle.linux["maskedPaths"] = ["/etc/masked"]
    answer = trial.run(bundle)
    if not answer.ok:
        return REFUSED, answer.words
    return (CONTAINED, "") if not answer.out else (THROUGH, f"the mask shows {answer.out.strip()!r}")


def _folder_over_proc(trial: Trial, marker: Path) -> tuple[str, str]:
    bundle = trial.bundle().args("exit", "0")
    _without(bundle, "/proc")
    bundle.mount("/proc", "bind", str(marker), "bind")
    answer = trial.run(bundle)
    return (ACCEPTED, "it ran with a folder in place of procfs") if answer.ok else (REFUSED, answer.words)


def _proc_is_a_link(trial: Trial, marker: Path) -> tuple[str, str]:
    bundle = trial.bundle().args("exit", "0")
    (bundle.rootfs / "proc").rmdir()
    (bundle.rootfs / "proc").symlink_to("/tmp")
    answer = trial.run(bundle)
    return (ACCEPTED, "procfs was mounted where the link leads") if answer.ok else (REFUSED, answer.words)


def _sysctl_in_a_folder(trial: Trial, marker: Path) -> tuple[str, str]:
    (marker / "net" / "ipv4").mkdir(parents=True)
    plain_file = marker / "net" / "ipv4" / "ip_forward"
    plain_file.write_text("as it was\n")
    bundle = trial.bundle().args("exit", "0")
    bundle.mount("/proc/sys", "bind", str(marker), "bind")
    bundle.linux["sysctl"] = {"net.ipv4.ip_forward": "1"}
    answer = trial.run(bundle)
    if plain_file.read_text() != "as it was\n":
        return THROUGH, "the sysctl was written into a plain file outside"
    return (CONTAINED, "") if answer.ok else (REFUSED, answer.words)


def _cwd_by_descriptor(trial: Trial, marker: Path) -> tuple[str, str]:
    refused = ""
    for fd in range(3, 16):
        bundle = trial.bundle()
        bundle.process["cwd"] = f"/proc/self/fd/{fd}"
        container, answer = trial.create(bundle.args("stay"))
        if answer.ok and (answer := container.start()).ok and (pid := container.pid):
            inside = {line.split()[2] for line in container.proc("mountinfo").splitlines()}
            where = os.stat(f"/proc/{pid}/cwd").st_dev
            if f"{os.major(where)}:{os.minor(where)}" not in inside:
                return THROUGH, f"descriptor {fd} led to a file system of the host"
        refused = refused or ("" if answer.ok else answer.words)
        trial.runtime.call("delete", "--force", container.id)
    return REFUSED if refused else CONTAINED, refused


def _exec_as(user: str) -> Callable[[Trial, Path], tuple[str, str]]:
    def attempt(trial: Trial, marker: Path) -> tuple[str, str]:
        container = trial.running(trial.bundle())
        answer = trial.runtime.call("exec", "--user", user, container.id, "/bin/id", "-u")
        return (THROUGH, f"it ran as uid {answer.out.strip()}") if answer.ok else (REFUSED, answer.words)

    return attempt


def _run_as_nobody(trial: Trial, marker: Path) -> tuple[str, str]:
    bundle = trial.bundle()
    bundle.process["user"] = {"uid": NOBODY, "gid": 0}
    bundle.process["args"] = ["/bin/id", "-u"]
    answer = trial.run(bundle)
    return (THROUGH, f"it ran as uid {answer.out.strip()}") if answer.ok else (REFUSED, answer.words)


def _exec_with_a_capability(trial: Trial, marker: Path) -> tuple[str, str]:
    container = trial.running(trial.bundle())
    answer = trial.runtime.call("exec", "--cap", "CAP_NET_RAW", container.id, "/bin/cat", "/proc/self/status")
    if not answer.ok:
        return REFUSED, answer.words
    inherited = next(line.split()[1] for line in answer.out.splitlines() if line.startswith("CapInh"))
    return (THROUGH, f"CapInh {inherited}") if int(inherited, 16) else (CONTAINED, "")


def _descriptor_of_the_caller(trial: Trial, marker: Path) -> tuple[str, str]:
    bundle = trial.bundle().write()
    bundle.process["args"] = ["/bin/ls", "/proc/self/fd"]
    bundle.write()
    with (marker / "untouched").open() as file:
        high = os.dup2(file.fileno(), 77)
        words = [
            *trial.runtime.command,
            "--root",
            str(trial.runtime.root / "state"),
            "run",
            "--bundle",
            str(bundle.folder),
        ]
        done = subprocess.run(
            [*words, trial.new_id()],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            pass_fds=(high,),
            check=False,
        )
        os.close(high)
    if done.returncode:
        return REFUSED, done.stderr.strip()
    return (THROUGH, "descriptor 77 was open inside") if "77" in done.stdout.split() else (CONTAINED, "")


def _an_id_that_is_a_path(trial: Trial, marker: Path) -> tuple[str, str]:
    bundle = trial.bundle().args("exit", "0").write()
    words = ""
    for id_ in ("../peers-x", "a/b", "..", "."):
        answer = trial.runtime.call("run", "--bundle", str(bundle.folder), id_)
        if answer.ok:
            trial.runtime.call("delete", "--force", id_)
            return THROUGH, f"{id_} became a container"
        words = words or answer.words
    return REFUSED, words


PROBES = (
    Probe("dev-is-a-link", "the root's /dev is a link to a folder outside, and no mount covers it", "CVE-2026-41579, CVE-2026-47766", _by_marker(_dev_is_a_link)),
    Probe("folder-through-a-link", "a mount's destination leads outside by an absolute link", "CVE-2019-18837, CVE-2024-45310", _by_marker(_folder_through_a_link)),
    Probe("file-through-a-link", "a bound file's destination leads outside by a link of ..", "CVE-2021-30465, CVE-2024-45310", _by_marker(_file_through_a_link)),
    Probe("null-is-a-link", "/dev/null is a link, and a masked path is made of it", "CVE-2025-31133", _null_is_a_link),
    Probe("folder-over-proc", "a plain folder is bound over /proc", "CVE-2019-16884", _folder_over_proc),
    Probe("proc-is-a-link", "the root's /proc is a link", "CVE-2023-27561, CVE-2019-19921", _proc_is_a_link),
    Probe("sysctl-in-a-folder", "a plain folder is bound over /proc/sys, and a sysctl is set", "CVE-2025-52881", _sysctl_in_a_folder),
    Probe("cwd-by-descriptor", "the working directory is /proc/self/fd/N of the runtime", "CVE-2024-21626", _cwd_by_descriptor),
    Probe("exec-as-minus-one", "exec --user -1", "CVE-2026-30892", _exec_as("-1")),
    Probe("exec-as-the-last-uid", "exec --user 4294967295", "CVE-2026-30892", _exec_as(str(NOBODY))),
    Probe("exec-as-a-number-and-more", "exec --user 1000abc", "CVE-2026-30892", _exec_as("1000abc")),
    Probe("run-as-the-last-uid", "process.user.uid 4294967295, which setresuid(2) takes for no change", "", _run_as_nobody),
    Probe("exec-with-a-capability", "exec --cap gives inheritable capabilities", "CVE-2022-29162, CVE-2022-27650", _exec_with_a_capability),
    Probe("descriptor-of-the-caller", "the caller has one more descriptor open", "", _descriptor_of_the_caller),
    Probe("id-is-a-path", "an id with / or ..", "", _an_id_that_is_a_path),
)  # fmt: skip
