"""Attacks by a bundle or an image: with every defence the host's markers stay as they are; without it, each is seen to work."""

from dataclasses import replace
from pathlib import Path

import pytest

from runtime.conformance.bundles import Bundle
from tests.runtime.attacks import oldkernel
from tests.runtime.attacks.attack import (
    Attack,
    a_marker,
    appeared,
    attack,
    given_away,
    heard,
    is_as_it_was,
    overwritten,
    words,
)
from tests.runtime.attacks.weakened import Defence, without
from tests.runtime.conftest import Yard
from tests.soaking import IS_SOAKING


def no_mount(bundle: Bundle, destination: str) -> None:
    bundle.config["mounts"] = [each for each in bundle.config["mounts"] if each["destination"] != destination]


def shell(bundle: Bundle, script: str) -> None:
    bundle.process["args"] = ["/bin/sh", "-c", script]


def start(bundle: Bundle) -> None:
    shell(bundle, "echo started > /journal/seen")


def mount_through_a_link(bundle: Bundle, marker: Path) -> None:
    (bundle.rootfs / "way").symlink_to(marker)
    bundle.mount("/way/deep", "tmpfs", "tmpfs")
    bundle.args("exit", "0")


def bind_a_file_through_a_link(bundle: Bundle, marker: Path) -> None:
    (bundle.folder / "given").write_text("given")
    (bundle.rootfs / "way").symlink_to(f"../../../../../../../../../..{marker}")
    bundle.mount("/way/deep/file", "bind", str(bundle.folder / "given"), "bind")
    bundle.args("exit", "0")


def dev_is_a_link(bundle: Bundle, marker: Path) -> None:
    no_mount(bundle, "/dev")
    (bundle.rootfs / "dev").rmdir()
    (bundle.rootfs / "dev").symlink_to(marker)
    bundle.args("exit", "0")


def the_null_device_is_a_link(bundle: Bundle, marker: Path) -> None:
    no_mount(bundle, "/dev")
    for name in ("secret", "masked"):
        (bundle.rootfs / "etc" / name).write_text(f"{name}\n")
    (bundle.rootfs / "dev" / "null").symlink_to("/etc/secret")
    bundle.linux["maskedPaths"] = ["/etc/masked"]
    shell(bundle, "cat /etc/masked > /journal/seen")


def a_terminal_is_a_link(bundle: Bundle, marker: Path) -> None:
    (bundle.rootfs / "dev" / "pts").mkdir()
    for number in range(50):
        (bundle.rootfs / "dev" / "pts" / str(number)).symlink_to(marker / "untouched")
    no_mount(bundle, "/dev")
    bundle.process.update(terminal=True, user={"uid": 1234, "gid": 0})
    bundle.args("exit", "0")


def proc_is_a_plain_folder(bundle: Bundle, marker: Path) -> None:
    no_mount(bundle, "/proc")
    bundle.mount("/proc", "bind", str(marker), "bind")
    start(bundle)


def proc_is_a_link(bundle: Bundle, marker: Path) -> None:
    (bundle.rootfs / "proc").rmdir()
    (bundle.rootfs / "proc").symlink_to("tmp")
    start(bundle)


def sys_is_a_link(bundle: Bundle, marker: Path) -> None:
    (bundle.rootfs / "sys").rmdir()
    (bundle.rootfs / "sys").symlink_to("tmp")
    bundle.mount("/sys", "sysfs", "sysfs", "ro")
    start(bundle)


def inside_proc(bundle: Bundle, marker: Path) -> None:
    bundle.mount("/proc/self/attr", "tmpfs", "tmpfs")
    start(bundle)


def inside_proc_by_a_link(bundle: Bundle, marker: Path) -> None:
    (bundle.rootfs / "volume").symlink_to("/proc/self/attr")
    bundle.mount("/volume", "tmpfs", "tmpfs")
    start(bundle)


def a_file_inside_proc_by_a_link(bundle: Bundle, marker: Path) -> None:
    (bundle.rootfs / "volume").symlink_to("proc/sys/kernel")
    bundle.mount("/volume/hostname", "bind", str(marker / "untouched"), "bind")
    start(bundle)


def parameters_are_a_plain_folder(bundle: Bundle, marker: Path) -> None:
    bundle.mount("/proc/sys", "bind", str(marker), "bind")
    bundle.linux["sysctl"] = {"net.ipv4.ip_default_ttl": "77"}
    start(bundle)


def the_host_s_parameter(bundle: Bundle, marker: Path) -> None:
    """kernel.pid_max and its like are the whole host's; the value is what it is already."""
    value = Path("/proc/sys/kernel/printk_ratelimit").read_text().strip()
    bundle.linux["sysctl"] = {"kernel.printk_ratelimit": value}
    start(bundle)


def the_folder_is_outside(bundle: Bundle, marker: Path) -> None:
    """Descriptor 3 is the marker, which the caller asks to be kept."""
    bundle.process["cwd"] = "/proc/self/fd/3"
    shell(bundle, ": > escaped")


def a_folder_was_left_open(bundle: Bundle, marker: Path) -> None:
    """Descriptor 3 is the marker, of which nobody said anything."""
    shell(bundle, ": > /proc/self/fd/3/escaped")


def the_program_is_the_runtime(bundle: Bundle, marker: Path) -> None:
    bundle.process["args"] = ["/proc/self/exe", "--version"]


def a_script_of_the_runtime(bundle: Bundle, marker: Path) -> None:
    script = bundle.rootfs / "script"
    script.write_text("#!/proc/self/exe\n")
    script.chmod(0o755)
    bundle.process["args"] = ["/script"]


def was_executed(bundle: Bundle, marker: Path) -> bool:
    """The loader of the host's program was asked for inside: it is not in the container, which only execve(2) can say."""
    return "link into a process" not in words(bundle)


def the_program_s_folder_is_a_link(bundle: Bundle, marker: Path) -> None:
    (bundle.rootfs / "way").symlink_to("/proc/self")
    bundle.process["args"] = ["/way/exe", "--version"]


RESOLVED = Defence("inroot.py", "return syscalls.openat2(root, path, flags, RESOLVE)", "return syscalls.openat2(root, path, flags, 0)")  # fmt: skip
STEPWISE = Defence("inroot.py", "return stepwise.open_path(root, path, flags)", "return os.open(path, flags | os.O_CLOEXEC, dir_fd=root)")  # fmt: skip
PROC_ONLY = Defence("mounts.py", 'if destination == "/proc" and fstype not in OWN["/proc"]:', "if False:")
PROC_ROOM = Defence("mounts.py", 'if destination.startswith("/proc/") and destination not in INSIDE_PROC:', "if False:")  # fmt: skip
PROC_PLACE = Defence("mounts.py", "if destination not in INSIDE_PROC and k.fstatfs(target) == k.PROC_SUPER_MAGIC:", "if False:")  # fmt: skip
ORDINARY = Defence("mounts.py", "os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=root", "os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=root")  # fmt: skip
NULL_MADE = Defence("devices.py", "if found.st_rdev != number or stat.S_IFMT(found.st_mode) != KINDS[kind]:", "if False:")  # fmt: skip
NULL_OPENED = Defence("rootfs.py", '"/dev/null", os.O_PATH | os.O_NOFOLLOW)', '"/dev/null", os.O_PATH)')
NULL_CHECKED = Defence("rootfs.py", "if not stat.S_ISCHR(found.st_mode) or found.st_rdev != NULL_DEVICE:", "if False:")  # fmt: skip
PEER = Defence("terminal.py", "peer = fcntl.ioctl(ends, TIOCGPTPEER, FLAGS)", 'peer = os.open(f"/proc/self/fd/{root}/dev/pts/{int.from_bytes(fcntl.ioctl(ends, 0x80045430, bytes(4)), sys.byteorder)}", os.O_RDWR)')  # fmt: skip
PEER_CHECKED = Defence("terminal.py", "os.major(os.fstat(peer).st_rdev) not in PTS_MAJORS", "False")
PEER_PLACE = Defence("terminal.py", "syscalls.fstatfs(peer) != syscalls.DEVPTS_SUPER_MAGIC", "False")
OWN_PARAMETERS = Defence("sysctls.py", "if needs not in kinds:", "if False:")
INSIDE = Defence("process.py", "here = os.getcwd()", 'here = "/"')
CLOSED = Defence(
    "lifecycle.py", "    syscalls.close_range(3 + init.listening() + options.preserve_fds)", "    pass"
)
CLOSED_LATE = Defence("process.py", "    syscalls.close_range_cloexec(first_fd)\n", "")
NO_LINK = Defence("process.py", "            refuse_magic_links(path)\n", "")
AIMED = Defence("process.py", "    if not by_name:", "    by_name = True\n    if False:")

ATTACKS = [
    Attack("CVE-2019-18837 a mount through a link", mount_through_a_link, appeared, (RESOLVED,)),
    Attack("CVE-2024-45310 a file bound through a link", bind_a_file_through_a_link, appeared, (RESOLVED,)),
    Attack("CVE-2026-41579 /dev is a link", dev_is_a_link, appeared, (RESOLVED,), needs_root=True),
    Attack("CVE-2019-16884 /proc is a plain folder", proc_is_a_plain_folder, heard("started"), (PROC_ONLY,)),
    Attack("CVE-2023-27561 /proc is a link", proc_is_a_link, heard("started"), (ORDINARY,)),
    Attack("CVE-2023-28642 /sys is a link", sys_is_a_link, heard("started"), (ORDINARY,)),
    Attack("CVE-2019-19921 a mount inside /proc", inside_proc, heard("started"), (PROC_ROOM, PROC_PLACE)),
    Attack("CVE-2019-19921 a mount inside /proc by a volume's link", inside_proc_by_a_link, heard("started"), (PROC_PLACE,)),
    Attack("CVE-2019-19921 a file inside /proc by a volume's link", a_file_inside_proc_by_a_link, heard("started"), (PROC_PLACE,)),
    Attack("CVE-2025-31133 the null device is a link", the_null_device_is_a_link, heard("secret"), (NULL_MADE, NULL_OPENED, NULL_CHECKED)),
    Attack("CVE-2025-52565 a terminal is a link", a_terminal_is_a_link, given_away, (PEER, PEER_CHECKED, PEER_PLACE), needs_root=True),
    Attack("CVE-2025-52881 parameters are a plain folder", parameters_are_a_plain_folder, heard("started"), (PROC_ROOM, PROC_PLACE)),
    Attack("CVE-2025-52881 a parameter of the host's", the_host_s_parameter, heard("started"), (OWN_PARAMETERS,), needs_root=True),
    Attack("CVE-2024-21626 the folder is outside", the_folder_is_outside, appeared, (INSIDE,), options=("--preserve-fds", "1")),
    Attack("CVE-2024-21626 a folder was left open", a_folder_was_left_open, appeared, (CLOSED, CLOSED_LATE)),
    Attack("CVE-2019-5736 the program is the runtime", the_program_is_the_runtime, was_executed, (NO_LINK, AIMED)),
    Attack("CVE-2019-5736 a script of the runtime", a_script_of_the_runtime, was_executed, (NO_LINK, AIMED)),
    Attack("CVE-2019-5736 a link to the runtime's folder", the_program_s_folder_is_a_link, was_executed, (NO_LINK, AIMED)),
]  # fmt: skip
IDS = [each.cve for each in ATTACKS]
ON_OLD_KERNELS = [replace(each, defences=(STEPWISE,)) if each.defences == (RESOLVED,) else each for each in ATTACKS]  # fmt: skip


@pytest.mark.parametrize("each", ATTACKS, ids=IDS)
def test_the_attack_fails_and_the_host_is_as_it_was(yard: Yard, each: Attack) -> None:
    bundle, marker = attack(yard, each)
    assert each.succeeded(bundle, marker) is False, words(bundle)
    assert is_as_it_was(marker)


@pytest.mark.parametrize("each", ATTACKS, ids=IDS)
def test_without_its_defence_the_attack_succeeds_on_the_marker(yard: Yard, each: Attack) -> None:
    weak = replace(yard, refrun=without(yard.root, *each.defences))
    bundle, marker = attack(weak, each)
    assert each.succeeded(bundle, marker) is True, words(bundle)


@pytest.mark.parametrize("kernel", oldkernel.KINDS if IS_SOAKING else ["before-5.2"])
@pytest.mark.parametrize("each", ON_OLD_KERNELS, ids=IDS)
def test_the_attack_fails_on_an_old_kernel_too(yard: Yard, each: Attack, kernel: str) -> None:
    old = replace(yard, refrun=oldkernel.on(kernel, yard.refrun))
    bundle, marker = attack(old, each)
    assert each.succeeded(bundle, marker) is False, words(bundle)
    assert is_as_it_was(marker)


@pytest.mark.parametrize("each", ON_OLD_KERNELS, ids=IDS)
def test_without_its_defence_the_attack_succeeds_on_an_old_kernel_too(yard: Yard, each: Attack) -> None:
    weak = replace(yard, refrun=oldkernel.on("before-5.2", without(yard.root, *each.defences)))
    bundle, marker = attack(weak, each)
    assert each.succeeded(bundle, marker) is True, words(bundle)


@pytest.mark.usefixtures("root_only")
def test_a_parameter_that_something_covers_is_not_written(yard: Yard) -> None:
    """CVE-2025-52881: in refrun's own mount namespace, too, only procfs is written to."""
    for defences, written in (((), False), ((COVERED, COVERED_PLACE), True)):
        weak = replace(yard, refrun=without(yard.root / str(len(defences)), *defences))
        marker = a_marker(replace(yard, root=yard.root / str(len(defences))))
        bundle = yard.trial.bundle()
        bundle.linux["sysctl"] = {"net.ipv4.ip_default_ttl": "77"}
        start(bundle)
        (marker.parent / "sys" / "net" / "ipv4").mkdir(parents=True)
        (marker.parent / "sys" / "net" / "ipv4" / "ip_default_ttl").symlink_to(marker / "untouched")
        cover = f'mount --bind {marker.parent}/sys /proc/sys && exec "$@"'
        covered = replace(weak, refrun=["unshare", "-m", "sh", "-c", cover, "sh", *weak.refrun])
        answer = covered.call("run", "--bundle", str(bundle.write().folder), yard.trial.new_id())
        assert (answer.ok, is_as_it_was(marker)) == (written, not written), answer.err
        assert overwritten(bundle, marker) is written


COVERED = Defence(
    "procfs.py", "resolve = syscalls.RESOLVE_NO_XDEV | syscalls.RESOLVE_NO_MAGICLINKS", "resolve = 0"
)
COVERED_PLACE = Defence("procfs.py", "if syscalls.fstatfs(fd) != syscalls.PROC_SUPER_MAGIC:", "if False:")


def test_a_working_directory_cannot_lie_outside(yard: Yard) -> None:
    """CVE-2024-21626: /proc/self/fd/N of a descriptor of the runtime's own."""
    for number in range(3, 12):
        bundle = yard.trial.bundle()
        bundle.process.update(cwd=f"/proc/self/fd/{number}", args=["/bin/sh", "-c", "ls .. > /journal/seen"])
        answer = yard.call("run", "--bundle", str(bundle.write().folder), yard.trial.new_id())
        assert (answer.code != 0, bundle.lines("seen")) == (True, []), f"descriptor {number}: {answer.err}"
