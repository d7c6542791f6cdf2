"""Attacks by words: ids, users, capabilities and lengths on the command line and in the config, each with its defence and without."""

import json
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from runtime.conformance.trial import Container
from tests.runtime.attacks.attack import a_marker, is_as_it_was, only_root
from tests.runtime.attacks.weakened import Defence, without
from tests.runtime.conftest import Yard

HIGHEST = 2**32 - 2


def weak(yard: Yard, *defences: Defence) -> Yard:
    return replace(yard, refrun=without(yard.root, *defences))


def running(yard: Yard, by: Yard) -> Container:
    """A container of root's with a passwd that calls root by a number."""
    bundle = yard.trial.bundle().args("stay")
    (bundle.rootfs / "etc" / "passwd").write_text("root:x:0:0::/:/bin/sh\n1000:x:0:0::/:/bin/sh\n")
    bundle.process["capabilities"] = {key: ["CAP_KILL", "CAP_SETUID"] for key in ("bounding", "effective", "permitted")}  # fmt: skip
    bundle.write()
    id_ = yard.trial.new_id()
    answer = by.call("run", "--detach", "--bundle", str(bundle.folder), id_)
    assert answer.ok, answer.err
    return Container(yard.trial.runtime, id_, bundle)


@dataclass(frozen=True, slots=True)
class Exec:
    """Words of `exec`, and what the process's status must not say."""

    cve: str
    options: tuple[str, ...]
    field: str
    evil: str
    defences: tuple[Defence, ...]
    refused: bool = True  # else it runs, harmlessly


DIGITS = Defence("ids.py", "if not (text.isdecimal() and text.isascii() and len(text) <= 10 and int(text) <= HIGHEST):", "if False:")  # fmt: skip
RANGE = Defence("ids.py", "if not 0 <= (value or 0) <= HIGHEST:", "if False:")
TYPES = Defence("joining.py", '    shape.check(asked, shape.PROCESS, "process")\n', "")
LENIENT = Defence("ids.py", "    return int(text)", "    import re\n    return int((re.match('[0-9]+', text.strip()) or [0])[0])")  # fmt: skip
NUMBERS = Defence("ids.py", "    return int(text)", "    return {'1000': 0}.get(text, int(text))  # as its passwd says")  # fmt: skip
SETS = Defence("commands/exec.py", '("bounding", "effective", "permitted")', '("bounding", "effective", "permitted", "inheritable")')  # fmt: skip

EXECS = [
    Exec("CVE-2016-3697 a user whose name is a number", ("--user", "1000"), "Uid", "0", (NUMBERS,), refused=False),
    Exec("CVE-2026-30892 the user -1", ("--user=-1",), "Uid", "0", (DIGITS, TYPES, RANGE)),
    Exec("CVE-2026-30892 a user that is no number", ("--user=zero",), "Uid", "0", (DIGITS, LENIENT)),
    Exec("CVE-2026-30892 a number with letters", ("--user=0x3e8",), "Uid", "0", (DIGITS, LENIENT)),
    Exec("CVE-2022-29162 an added capability is inheritable", ("--cap", "CAP_KILL"), "CapInh", "0000000000000020", (SETS,), refused=False),
]  # fmt: skip


def status(by: Yard, container: Container, each: Exec) -> str:
    """The field of the executed process's status; "" when it was refused."""
    answer = by.call("exec", *each.options, container.id, "/bin/cat", "/proc/self/status")
    assert "Traceback" not in answer.err
    found = re.search(rf"^{each.field}:\s*(\S+)", answer.out, re.MULTILINE)
    assert answer.ok == bool(found), answer.err
    return found[1] if found else ""


@pytest.mark.parametrize("each", EXECS, ids=[each.cve for each in EXECS])
def test_who_is_executed_is_who_was_asked_for(yard: Yard, each: Exec) -> None:
    only_root()
    seen = status(yard, running(yard, yard), each)
    assert seen != each.evil
    assert (seen == "") is each.refused


@pytest.mark.parametrize("each", EXECS, ids=[each.cve for each in EXECS])
def test_without_its_defence_it_is_somebody_else(yard: Yard, each: Exec) -> None:
    only_root()
    by = weak(yard, *each.defences)
    assert status(by, running(yard, by), each) == each.evil


INSIDE = Defence("process.py", "here = os.getcwd()", 'here = "/"')


@pytest.mark.parametrize(("defences", "escaped"), [((), False), ((INSIDE,), True)], ids=["with", "without"])
def test_exec_cannot_begin_outside(yard: Yard, defences: tuple[Defence, ...], escaped: bool) -> None:
    """CVE-2024-21626: exec --cwd with a folder of the host's that the caller asks to be kept open."""
    by = weak(yard, *defences)
    marker = a_marker(yard)
    container = running(yard, by)
    folder = os.open(marker, os.O_RDONLY)
    answer = by.call(
        "exec", "--preserve-fds", "1", "--cwd", "/proc/self/fd/3", container.id, "/bin/touch", "escaped",
        inherited=[folder],
    )  # fmt: skip
    os.close(folder)
    assert (answer.ok, is_as_it_was(marker)) == (escaped, not escaped), answer.err


IDS = ["../marker/x", "..", ".", "", "a/b", "/marker", "a\nb", "é", "a b", "x" * 2000]


@pytest.mark.parametrize("id_", IDS, ids=[repr(id_[:20]) for id_ in IDS])
@pytest.mark.parametrize("command", ["create", "run", "delete", "state"])
def test_an_id_is_never_a_path(yard: Yard, command: str, id_: str) -> None:
    marker = a_marker(yard)
    bundle = yard.trial.bundle().args("exit", "0").write()
    words = ["--bundle", str(bundle.folder)] if command in ("create", "run") else []
    answer = yard.call(command, *words, id_)
    assert (answer.code, "id" in answer.err, answer.err.count("\n")) == (1, True, 1), answer.err
    assert is_as_it_was(marker)
    assert yard.ids() == []


ID = Defence("state.py", "    if not is_id(id_):", "    if False:")


def test_without_its_defence_an_id_is_a_path(yard: Yard) -> None:
    marker = a_marker(yard)
    bundle = yard.trial.bundle().args("exit", "0").write()
    by = weak(yard, ID)
    assert by.call("create", "--bundle", str(bundle.folder), "../marker/x").ok
    assert not is_as_it_was(marker)
    assert by.call("delete", "--force", "../marker/x").ok


PLACES = [
    ("process.user.uid", HIGHEST + 1), ("process.user.gid", HIGHEST + 1), ("process.user.additionalGids", [HIGHEST + 1]),
    ("linux.uidMappings", [{"containerID": HIGHEST + 1, "hostID": 0, "size": 1}]),
    ("linux.uidMappings", [{"containerID": 0, "hostID": HIGHEST + 1, "size": 1}]),
    ("linux.gidMappings", [{"containerID": 0, "hostID": 0, "size": HIGHEST + 1 + 1}]),
    ("linux.devices", [{"path": "/dev/a", "type": "c", "major": 1, "minor": 3, "uid": HIGHEST + 1}]),
    ("linux.devices", [{"path": "/dev/a", "type": "c", "major": 1, "minor": 3, "gid": HIGHEST + 1}]),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value"), PLACES, ids=[f"{place} {n}" for n, (place, _) in enumerate(PLACES)])  # fmt: skip
def test_no_change_is_no_id(yard: Yard, place: str, value: object) -> None:
    """CVE-2026-30892: 2^32-1 is refused wherever an id stands."""
    bundle = yard.trial.bundle().args("exit", "0")
    section, name, *rest = place.split(".")
    if rest:
        bundle.process["user"] = {"uid": 0, "gid": 0, rest[0]: value}
    else:
        bundle.config[section][name] = value
    answer = yard.trial.run(bundle)
    assert (answer.code, place in answer.err, answer.err.count("\n")) == (1, True, 1), answer.err


@pytest.mark.usefixtures("root_only")
def test_what_is_longer_than_any_message_is_one_sentence(yard: Yard) -> None:
    """CVE-2021-43784: refrun's own messages carry no lengths; what the kernel cannot hold is refused."""
    path = "/" + "x" * 70_000
    rows = [{"containerID": n, "hostID": n, "size": 1} for n in range(8000)]
    for change, said in (
        ({"namespaces": [*MINE, {"type": "network", "path": path}]}, "network namespace"),
        ({"namespaces": [*MINE, {"type": "user"}], "uidMappings": rows, "gidMappings": rows}, "uid_map"),
    ):
        bundle = yard.trial.bundle().args("exit", "0")
        bundle.linux.update(change)
        answer = yard.trial.run(bundle)
        assert (answer.code, said in answer.err, answer.err.count("\n")) == (1, True, 1), answer.err[-300:]
    assert yard.ids() == []


MINE = [{"type": kind} for kind in ("pid", "mount")]


def test_a_file_of_the_image_is_never_written(yard: Yard) -> None:
    """CVE-2025-24965: refrun leaves no file of its own in a root file system, so that no link there can catch it."""
    marker = a_marker(yard)
    bundle = yard.trial.bundle().args("exit", "0")
    for name in (".krun_config", ".krun_config.json", "config.json", "etc/hostname", "etc/hosts", "etc/resolv.conf"):  # fmt: skip
        (bundle.rootfs / name).symlink_to(marker / "untouched")
    before = sorted(str(path) for path in bundle.rootfs.rglob("*"))
    answer = yard.trial.run(bundle)
    assert answer.ok, answer.err
    assert is_as_it_was(marker)
    assert sorted(str(path) for path in bundle.rootfs.rglob("*")) == before


def test_the_starting_config_gives_no_inheritable_capability(yard: Yard, tmp_path: Path) -> None:
    """CVE-2022-29162: neither does what `spec` writes."""
    folder = tmp_path / "spec"
    folder.mkdir()
    assert yard.call("spec", "--bundle", str(folder)).ok
    sets = json.loads((folder / "config.json").read_text())["process"]["capabilities"]
    assert {name for name, names in sets.items() if names} == {"bounding", "effective", "permitted"}
    assert os.path.exists(folder / "config.json")
