"""AppArmor and SELinux: what is written where, and that it reaches the kernel and nothing that stands in for it.

Not run on this kernel: the modules themselves. Where the test lets a host look as if it had one, the kernel's refusal of the
label is what shows that it was asked.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime import joining, labels
from runtime.conformance.driver import Answer
from runtime.faults import Fault
from tests.runtime.conftest import Yard
from tests.skips import skip_host, skip_tool

BOTH = frozenset(("AppArmor", "SELinux"))
LABEL = "system_u:object_r:container_file_t:s0:c715,c811"
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def root() -> None:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")


# --- what is written


@pytest.mark.parametrize(
    ("process", "here", "writes"),
    [
        pytest.param({}, BOTH, "", id="no label"),
        pytest.param({"apparmorProfile": "docker-default"}, BOTH, "attr/apparmor/exec|attr/exec=exec docker-default", id="a profile"),
        pytest.param({"selinuxLabel": LABEL}, BOTH, f"attr/exec={LABEL}", id="a label"),
        pytest.param({"apparmorProfile": "p", "selinuxLabel": "l"}, BOTH, "attr/apparmor/exec|attr/exec=exec p, attr/exec=l", id="both"),
        pytest.param({"apparmorProfile": "unconfined"}, BOTH, "attr/apparmor/exec|attr/exec=exec unconfined", id="no profile, said so"),
        pytest.param({"apparmorProfile": "unconfined"}, frozenset(), "", id="no profile, on a host without"),
    ],
)  # fmt: skip
def test_a_label_is_this_text_in_this_file(
    process: dict[str, Any], here: frozenset[str], writes: str
) -> None:
    assert ", ".join(f"{file}={text}" for _, file, text in labels.plan(process, here)) == writes


@pytest.mark.parametrize(
    ("config", "here", "said"),
    [
        pytest.param({"process": {"apparmorProfile": "p"}}, {"SELinux"}, ["process.apparmorProfile needs AppArmor, which this kernel does not run"], id="no AppArmor"),
        pytest.param({"process": {"selinuxLabel": "l"}}, {"AppArmor"}, ["process.selinuxLabel needs SELinux, which this kernel does not run"], id="no SELinux"),
        pytest.param({"linux": {"mountLabel": "l"}}, {"AppArmor"}, ["linux.mountLabel needs SELinux, which this kernel does not run"], id="no SELinux for mounts"),
        pytest.param({"process": {"apparmorProfile": "unconfined"}}, set(), [], id="unconfined needs nothing"),
        pytest.param({"process": {"apparmorProfile": "p", "selinuxLabel": "l"}, "linux": {"mountLabel": "l"}}, BOTH, [], id="all there"),
    ],
)  # fmt: skip
def test_what_this_kernel_does_not_run_is_a_problem(
    config: dict[str, Any], here: frozenset[str], said: list[str]
) -> None:
    assert [problem for _, problem in labels.problems(config, here)] == said


MOUNTS = [  # the mount, its options with the label
    ({"type": "tmpfs", "options": ["mode=755"]}, ["mode=755", f'context="{LABEL}"']),
    ({"type": "devpts"}, [f'context="{LABEL}"']),
    ({"type": "proc"}, None),
    ({"type": "sysfs", "options": ["ro"]}, ["ro"]),
    ({"type": "mqueue"}, None),
    ({"type": "cgroup"}, None),
    ({"type": "bind"}, None),
    ({"type": "none", "options": ["rbind", "ro"]}, ["rbind", "ro"]),
]


@pytest.mark.parametrize(("mount", "options"), MOUNTS, ids=[str(row[0]) for row in MOUNTS])
def test_a_mount_label_is_an_option_of_the_file_systems_that_take_one(
    mount: dict[str, Any], options: list[str] | None
) -> None:
    config = {"linux": {"mountLabel": LABEL}, "mounts": [mount]}
    assert labels.labelled(config)["mounts"][0].get("options") == options


def test_without_a_mount_label_the_mounts_are_the_config_s() -> None:
    config: dict[str, Any] = {"linux": {}, "mounts": [{"type": "tmpfs"}]}
    assert labels.labelled(config) is config


def test_what_joins_is_as_confined_as_the_container_unless_it_says_otherwise() -> None:
    asked: dict[str, Any] = {"selinuxLabel": "mine"}
    with pytest.raises(Fault, match="needs"):
        joining._labels(asked, {"apparmorProfile": "theirs", "selinuxLabel": "theirs"})
    assert asked == {"selinuxLabel": "mine", "apparmorProfile": "theirs"}


def test_a_keyring_s_label_is_this_text_in_this_file() -> None:
    process = {"selinuxLabel": LABEL, "apparmorProfile": "p"}
    assert labels.key_plan(process, BOTH) == [("process.selinuxLabel", "attr/keycreate", LABEL)]
    assert labels.key_plan(process, frozenset(("AppArmor",))) == []


# --- where it is written


def child(code: str, *words: str) -> str:
    """Runs Python in a mount namespace of its own and returns what it printed."""
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from runtime import labels\n{code}"
    done = subprocess.run(
        [skip_tool("unshare"), "--mount", "--propagation", "private", sys.executable, "-c", script, *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.strip()


WRITE = """
import os, subprocess
held = labels.hold_procfs()
if len(sys.argv) > 1:
    subprocess.run(["mount", "--bind", sys.argv[1], f"/proc/{os.getpid()}/attr"], check=True)
try:
    labels.write(held, [("process.selinuxLabel", "attr/exec", "no:such:label")])
except labels.Fault as fault:
    print(fault)
"""


@pytest.mark.usefixtures("root")
def test_the_kernel_is_asked_for_the_label() -> None:
    assert child(WRITE) == "process.selinuxLabel 'no:such:label' cannot be set: Invalid argument"


@pytest.mark.usefixtures("root")
def test_a_file_that_stands_in_for_the_kernel_s_gets_nothing(tmp_path: Path) -> None:
    (tmp_path / "exec").touch()
    said = child(WRITE, str(tmp_path))
    assert (said.endswith("Invalid cross-device link"), (tmp_path / "exec").read_text()) == (True, "")


@pytest.mark.usefixtures("root")
def test_a_proc_that_is_none_is_refused(tmp_path: Path) -> None:
    code = """
import subprocess
subprocess.run(["mount", "--bind", sys.argv[1], "/proc"], check=True)
try:
    labels.hold_procfs()
except labels.Fault as fault:
    print(fault)
"""
    assert child(code, str(tmp_path)).startswith("/proc is not a proc file system")


# --- in a container

PRETENCES = {  # module -> a script that lets a mount namespace look as if the kernel ran it
    "AppArmor": "mount -t tmpfs t /sys/module && mkdir -p /sys/module/apparmor/parameters && echo Y > /sys/module/apparmor/parameters/enabled",
    "SELinux": "mount -t tmpfs t /sys/fs && mkdir /sys/fs/selinux && echo 1 > /sys/fs/selinux/enforce",
}


def pretending(yard: Yard, module: str, *words: str) -> Answer:
    if module in labels.modules():
        skip_host("has-lsm", f"this kernel runs {module} itself")
    script = f'{PRETENCES[module]} && exec "$@"'
    with open(yard.root / "said", "w+") as said:  # a file: a container keeps what it inherits open
        done = subprocess.run(
            [skip_tool("unshare"), "--mount", "--propagation", "private", "/bin/sh", "-c", script, "sh", *yard.refrun,
             "--cgroup-manager", "disabled", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, timeout=30, check=False,
        )  # fmt: skip
        said.seek(0)
        return Answer(done.returncode, "", said.read())


LABELLED = [
    ("AppArmor", "process", "apparmorProfile", "docker-default", "process.apparmorProfile 'docker-default' cannot be set"),
    ("SELinux", "process", "selinuxLabel", "a:b:c:s0:c1,c2", "process.selinuxLabel 'a:b:c:s0:c1,c2' cannot be set"),
    ("SELinux", "linux", "mountLabel", LABEL, "mounting tmpfs on /dev failed: Invalid argument"),
]  # fmt: skip


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("module", "section", "name", "value", "said"), LABELLED, ids=[row[2] for row in LABELLED]
)
def test_a_container_asks_the_kernel_for_its_label(
    yard: Yard, module: str, section: str, name: str, value: str, said: str
) -> None:
    bundle = yard.trial.bundle().args("exit", "0")
    assert pretending(yard, module, "run", "-b", str(bundle.write().folder), yard.trial.new_id()).code == 0
    bundle.config[section][name] = value
    folder = str(bundle.write().folder)
    done = pretending(yard, module, "run", "--no-new-keyring", "-b", folder, yard.trial.new_id())
    assert (done.code, said in done.err, yard.ids()) == (1, True, []), done.err


@pytest.mark.usefixtures("root")
def test_a_keyring_is_made_under_the_label(yard: Yard) -> None:
    """Asked for in create already, before the keyring is there; the label of the program itself comes with start."""
    bundle = yard.trial.bundle().args("exit", "0")
    bundle.process["selinuxLabel"] = "a:b:c"
    words = ("create", "-b", str(bundle.write().folder), yard.trial.new_id())
    assert "'a:b:c' cannot be set: Invalid argument" in pretending(yard, "SELinux", *words).err
    assert pretending(yard, "SELinux", "create", "--no-new-keyring", *words[1:]).code == 0


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(("option", "module"), [("--apparmor", "AppArmor"), ("--process-label", "SELinux")])
def test_exec_asks_the_kernel_for_its_label(yard: Yard, option: str, module: str) -> None:
    container = yard.trial.running(yard.trial.bundle())
    done = pretending(yard, module, "exec", option, "a:b:c", container.id, "/probe", "exit", "0")
    assert (done.code, "'a:b:c' cannot be set: Invalid argument" in done.err) == (255, True), done.err
    assert container.status == "running"


@pytest.mark.parametrize(
    ("section", "name", "module"),
    [("process", "apparmorProfile", "AppArmor"), ("process", "selinuxLabel", "SELinux"), ("linux", "mountLabel", "SELinux")],
)  # fmt: skip
def test_a_label_without_its_module_is_a_failed_create(
    yard: Yard, section: str, name: str, module: str
) -> None:
    if module in labels.modules():
        skip_host("has-lsm", f"this kernel runs {module}")
    bundle = yard.trial.bundle().args("exit", "0")
    bundle.config[section][name] = "a:b:c"
    answer = yard.trial.run(bundle)
    assert answer.err == f"refrun: {section}.{name} needs {module}, which this kernel does not run\n"
    assert (answer.code, yard.ids()) == (1, [])
