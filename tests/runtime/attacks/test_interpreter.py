"""The interpreter and what it has open, while refrun enters a container: not looked at, not written to, not executed.

refrun runs here on a copy of the interpreter, so that even an attack that succeeds overwrites only the copy.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from runtime.conformance import rootfs
from runtime.conformance.trial import Container, Trial
from tests.runtime.attacks.attack import only_root
from tests.runtime.attacks.weakened import Defence, without
from tests.runtime.conftest import Yard
from tests.soaking import seeds

ORDINARY = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_KILL", "CAP_SETUID", "CAP_SETGID", "CAP_SYS_CHROOT"]  # fmt: skip
DUMPABLE = Defence("joining.py", "        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)\n", "")
DUMPABLE_INIT = Defence("init.py", "        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)\n", "")
SEALED = Defence("interpreter.py", "if seen or forbidden or _has_handlers():", "if False:")
NO_LINK = Defence("process.py", "            refuse_magic_links(path)\n", "")
AIMED = Defence("process.py", "    if not by_name:", "    by_name = True\n    if False:")

# Looks into whatever runs beside it; what is the copied interpreter is kept open and written to as soon as that is allowed.
ATTACKER = """#!{interpreter} -IS
import os, sys, time
inode = int(sys.argv[1])
kept = []
def note(*words):
    with open("/journal/seen", "a") as journal:
        print(*words, file=journal)
note("looking")
while not os.path.exists("/journal/enough"):
    for pid in os.listdir("/proc"):
        if not pid.isdecimal() or int(pid) in (1, os.getpid()):
            continue
        try:
            fd = os.open(f"/proc/{{pid}}/exe", os.O_PATH)
        except OSError:
            continue
        if os.fstat(fd).st_ino != inode:
            os.close(fd)
            continue
        note("exe")
        kept.append(fd)
        try:
            for entry in os.scandir(f"/proc/{{pid}}/map_files"):
                try:
                    os.close(os.open(entry.path, os.O_WRONLY))
                    note("library", os.readlink(entry.path))
                except OSError as failed:
                    note("library-refused", failed.errno)
        except OSError:
            pass
    for fd in kept:
        try:
            os.write(os.open(f"/proc/self/fd/{{fd}}", os.O_WRONLY | os.O_TRUNC), b"overwritten")
            note("overwritten")
        except OSError as failed:
            if failed.errno != 26:  # ETXTBSY: somebody still runs it
                note("refused", failed.errno)
    del kept[5:]
note("done")
"""


class Stage:
    """A refrun on a copied interpreter, and a container whose program is the attacker."""

    def __init__(self, yard: Yard, *defences: Defence) -> None:
        folder = yard.root / f"stage-{len(defences)}"
        self.python = folder / "bin" / "python3"
        self.python.parent.mkdir(parents=True)
        real = Path(os.path.realpath(sys.executable))
        shutil.copy(real, self.python)
        (folder / "pyvenv.cfg").write_text(f"home = {real.parent}\n")
        self.content = self.python.read_bytes()
        command = without(folder, *defences, python=str(self.python))
        self.yard = replace(yard, refrun=[*command[:-1], str(yard.root / "state")])

    def attacked(self, capabilities: list[str] | None, times: int, *, by_run: bool = False) -> list[str]:
        """What the attacker notes while so many processes, or containers that share its pid namespace, come to it."""
        trial = Trial(self.yard.trial.runtime, "v1.3.0", "1.3.0", rootfs.find("host"), self.yard.root / "trial-host")  # fmt: skip
        bundle = trial.bundle()
        program = bundle.rootfs / "attacker"
        program.write_text(ATTACKER.format(interpreter=os.path.realpath(sys.executable)))
        program.chmod(0o755)
        bundle.process["args"] = ["/attacker", str(self.python.stat().st_ino)]
        if capabilities is not None:
            bundle.process["capabilities"] = dict.fromkeys(
                ("bounding", "effective", "permitted"), capabilities
            )
        bundle.write()
        id_ = self.yard.trial.new_id()
        answer = self.yard.call("run", "--detach", "--bundle", str(bundle.folder), id_)
        assert answer.ok, answer.err
        waited(lambda: "looking" in bundle.lines("seen"))
        state = json.loads(self.yard.call("state", id_).out)
        guest = trial.bundle().args("exit", "0")
        guest.linux["namespaces"] = [
            {"type": "mount"},
            {"type": "pid", "path": f"/proc/{state['pid']}/ns/pid"},
        ]
        guest.process["capabilities"] = bundle.process.get("capabilities")
        guest.write()
        for _ in range(times):
            words = ["run", "--bundle", str(guest.folder), self.yard.trial.new_id()]
            answer = self.yard.call(*(words if by_run else ["exec", id_, "/probe", "exit", "0"]))
            if self.is_overwritten() or not answer.ok:
                break
            if "exe" in bundle.lines("seen") and capabilities is ORDINARY:
                break
        time.sleep(0.2)  # the last one's descriptor can be written to from now on
        (bundle.journal / "enough").touch()
        waited(lambda: "done" in bundle.lines("seen"))
        return sorted(set(bundle.lines("seen")) - {"looking", "done"})

    def is_overwritten(self) -> bool:
        return self.python.read_bytes() != self.content


def waited(holds: "object") -> None:
    assert callable(holds)
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def root_yard(yard: Yard) -> Yard:
    only_root()
    return yard


def test_an_ordinary_container_sees_nothing_of_who_enters(root_yard: Yard) -> None:
    """CVE-2016-9962, CVE-2019-5736: without CAP_SYS_PTRACE /proc/PID of refrun is closed."""
    stage = Stage(root_yard)
    assert stage.attacked(ORDINARY, seeds(15, 500)) == []
    assert not stage.is_overwritten()


def test_it_would_see_the_interpreter_if_refrun_were_dumpable(root_yard: Yard) -> None:
    assert "exe" in Stage(root_yard, DUMPABLE).attacked(ORDINARY, 100)


def test_a_container_that_shares_its_pid_namespace_sees_nothing_of_who_comes(root_yard: Yard) -> None:
    """CVE-2016-9962 in create: refrun is closed before it enters a pid namespace that others are in."""
    stage = Stage(root_yard)
    assert stage.attacked(ORDINARY, seeds(10, 300), by_run=True) == []
    assert not stage.is_overwritten()


def test_it_would_see_who_comes_if_refrun_were_dumpable(root_yard: Yard) -> None:
    assert "exe" in Stage(root_yard, DUMPABLE_INIT).attacked(ORDINARY, 60, by_run=True)


def test_who_comes_is_sealed_whatever_the_others_may_do(root_yard: Yard) -> None:
    """CVE-2019-5736 in create: nobody knows what those in a shared pid namespace hold."""
    first = root_yard.trial.running(root_yard.trial.bundle())
    bundle = root_yard.trial.bundle().args("stay")
    bundle.process["capabilities"] = dict.fromkeys(("bounding", "effective", "permitted"), ORDINARY)
    bundle.linux["namespaces"] = [{"type": "mount"}, {"type": "pid", "path": f"/proc/{first.pid}/ns/pid"}]
    container = root_yard.trial.created(bundle)
    assert set(files_of(container.pid).values()) == {True}


POWERFUL = [pytest.param([*ORDINARY, "CAP_SYS_PTRACE"], id="CAP_SYS_PTRACE"), pytest.param(None, id="every capability")]  # fmt: skip


@pytest.mark.parametrize("capabilities", POWERFUL)
def test_a_powerful_container_sees_it_and_cannot_write(
    root_yard: Yard, capabilities: list[str] | None
) -> None:
    """CVE-2019-5736: the program and every library lie on a read-only mount that the container has no way to."""
    stage = Stage(root_yard)
    notes = stage.attacked(capabilities, seeds(15, 500))
    assert not stage.is_overwritten()
    assert {"exe", "refused 30"} <= set(notes), "it looked, and EROFS was all it got"
    assert not [note for note in notes if note.startswith(("library /", "overwritten"))]
    assert ("library-refused 30" in notes) is (capabilities is None)


@pytest.mark.parametrize("capabilities", POWERFUL)
def test_it_would_write_if_the_interpreter_were_not_sealed(
    root_yard: Yard, capabilities: list[str] | None
) -> None:
    stage = Stage(root_yard, SEALED)
    notes = stage.attacked(capabilities, 60)
    assert ("overwritten" in notes, stage.is_overwritten()) == (True, True)


def files_of(pid: int) -> dict[str, bool]:
    """File -> whether its mount is read-only, of everything a process has mapped."""
    folder = Path(f"/proc/{pid}/map_files")
    return {
        os.readlink(entry): bool(os.statvfs(entry).f_flag & os.ST_RDONLY)
        for entry in (*folder.iterdir(), Path(f"/proc/{pid}/exe"))
    }


def test_what_a_powerful_container_waits_with_is_read_only(root_yard: Yard) -> None:
    """A created container's first process is refrun: what it has mapped could be reached by whoever is executed into it."""
    container = root_yard.trial.created(root_yard.trial.bundle().args("stay"))
    assert set(files_of(container.pid).values()) == {True}


def test_an_ordinary_container_does_not_pay_for_it(root_yard: Yard) -> None:
    bundle = root_yard.trial.bundle().args("stay")
    bundle.process["capabilities"] = dict.fromkeys(("bounding", "effective", "permitted"), ORDINARY)
    container = root_yard.trial.created(bundle)
    assert False in files_of(container.pid).values(), (
        "this host's interpreter is on a read-only mount already"
    )


def test_the_way_back_leads_to_where_the_caller_was(root_yard: Yard) -> None:
    """Folder, mount namespace and descriptors are the caller's again: a relative bundle, a relative pid file, standard streams."""
    bundle = root_yard.trial.bundle().args("exit", "7").write()
    answer = subprocess.run(
        [*root_yard.refrun, "run", "--bundle", "rootfs/..", "--pid-file", "pid", root_yard.trial.new_id()],
        cwd=bundle.folder, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert (answer.returncode, answer.stderr, (bundle.folder / "pid").exists()) == (7, "", True)


@contextmanager
def swapping(link: Path, targets: list[str]) -> Iterator[None]:
    """A process that makes `link` lead to each target in turn, as fast as it can."""
    loop = "import os, sys\nlink, targets = sys.argv[1], sys.argv[2:]\nwhile True:\n    for each in targets:\n        os.symlink(each, link + '~')\n        os.rename(link + '~', link)\n"
    racer = subprocess.Popen([sys.executable, "-IS", "-c", loop, str(link), *targets])
    waited(link.is_symlink)
    try:
        yield
    finally:
        racer.kill()
        racer.wait()
        (link.parent / f"{link.name}~").unlink(missing_ok=True)


def outcomes(yard: Yard, container: Container, program: str, times: int) -> set[str]:
    """What comes of executing a program whose path somebody swaps meanwhile: "ran", or refrun's reason."""
    found = set()
    for _ in range(times):
        answer = yard.call("exec", container.id, program, "exit", "0")
        ran = not answer.err.startswith("refrun: ")
        found.add("ran" if ran else answer.err.rsplit(": ", 1)[-1].strip().lower())
        if NO_LOADER in found:
            break
    return found


# execve(2) took the interpreter and asked for its loader, which the container does not have.
NO_LOADER = "no such file or directory"


@pytest.mark.parametrize("way", ["program", "folder", "script"])
def test_a_program_that_is_swapped_for_the_interpreter(root_yard: Yard, way: str) -> None:
    """CVE-2019-5736 with a racer: between refrun's look and execve(2) the path becomes a link to /proc/self/exe."""
    container = ordinary(root_yard)
    with swapping(*raced(container, way)):
        found = outcomes(root_yard, container, PROGRAMS[way], seeds(25, 1000))
    assert found <= {"ran", "it is a link into a process", "too many levels of symbolic links"}
    assert len(found) > 1, "the racer never came in between"


@pytest.mark.parametrize("way", ["program", "folder", "script"])
def test_it_would_be_executed_if_the_last_step_followed_links(root_yard: Yard, way: str) -> None:
    weak = replace(root_yard, refrun=[*without(root_yard.root, AIMED)[:-1], str(root_yard.root / "state")])
    container = ordinary(weak)
    with swapping(*raced(container, way)):
        assert NO_LOADER in outcomes(weak, container, PROGRAMS[way], 500)


PROGRAMS = {"program": "/way/true", "folder": "/swapped/exe", "script": "/script"}


def raced(container: Container, way: str) -> tuple[Path, list[str]]:
    root = container.bundle.rootfs
    if way == "folder":
        return root / "swapped", ["/safe", "/proc/self"]
    return root / "way" / "true", ["/bin/true", "/proc/self/exe"]


def ordinary(yard: Yard) -> Container:
    bundle = yard.trial.bundle().args("stay")
    bundle.process["capabilities"] = dict.fromkeys(("bounding", "effective", "permitted"), ORDINARY)
    for name in ("safe", "way"):
        (bundle.rootfs / name).mkdir()
    shutil.copy(bundle.rootfs / "probe", bundle.rootfs / "safe" / "exe")
    script = bundle.rootfs / "script"
    script.write_text("#!/way/true\n")
    script.chmod(0o755)
    container = Container(yard.trial.runtime, yard.trial.new_id(), bundle.write())
    answer = yard.call("run", "--detach", "--bundle", str(bundle.folder), container.id)
    assert answer.ok, answer.err
    return container
