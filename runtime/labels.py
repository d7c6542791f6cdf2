"""Labels of the kernel's security modules: AppArmor's profile, SELinux's context of the process and of its mounts (config.md#linux-process, config-linux.md#mount-label).

A process writes its own label into `attr/` of its procfs folder, where it waits for the next execve(2). The host's procfs is
held by a descriptor from before the container is entered, so that nothing inside can stand in for the file (CVE-2019-16884,
CVE-2025-52881).
"""

from __future__ import annotations

from runtime import inroot, syscalls
from runtime import lean_os as os
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Writes = list[tuple[str, str, str]]  # (property, file under /proc/self, text)

PROPERTIES = {  # property -> the module it needs
    "apparmorProfile": "AppArmor",
    "selinuxLabel": "SELinux",
}
UNCONFINED = "unconfined"  # AppArmor's word for no profile: every host can do that
# File systems whose files the policy itself labels: the kernel takes no context= for them, or it would mean nothing.
LABELLED_BY_POLICY = ("proc", "sysfs", "cgroup", "cgroup2", "mqueue")
XATTR = "security.selinux"


def modules() -> frozenset[str]:
    """The modules of PROPERTIES that this kernel runs."""
    return frozenset(
        name for name, runs in (("AppArmor", _runs_apparmor), ("SELinux", _runs_selinux)) if runs()
    )


def _runs_apparmor() -> bool:
    try:
        with open("/sys/module/apparmor/parameters/enabled", encoding="ascii") as file:
            return file.read(1) == "Y"
    except OSError:
        return False


def _runs_selinux() -> bool:
    return os.path.exists("/sys/fs/selinux/enforce")


def problems(config: dict[str, Any], here: frozenset[str]) -> Iterator[tuple[str, str]]:
    """(anchor, sentence) for each label whose module does not run here: it cannot be applied, which is an error (runtime.md#create)."""
    process = config.get("process") or {}
    for name, module in PROPERTIES.items():
        if process.get(name) and module not in here and process[name] != UNCONFINED:
            yield (
                "config.md#configLinuxProcess",
                f"process.{name} needs {module}, which this kernel does not run",
            )
    if (config.get("linux") or {}).get("mountLabel") and "SELinux" not in here:
        yield (
            "config-linux.md#configLinuxMountLabel",
            "linux.mountLabel needs SELinux, which this kernel does not run",
        )


class Held:
    """What a process that will be labelled takes with it into the container: the host's procfs, and what to write there.

    Raises Fault for a label that this kernel cannot give.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        here = modules()
        for _, problem in problems(config, here):
            raise Fault(problem)
        process = config.get("process") or {}
        self.writes, self.key_writes = plan(process, here), key_plan(process, here)
        self.proc = hold_procfs() if self.writes else -1

    def write(self) -> None:
        """Labels the calling process, from its next execve(2) on. Raises Fault."""
        write(self.proc, self.writes)

    def write_for_keys(self) -> None:
        """Labels the keyrings that the calling process makes. Raises Fault."""
        write(self.proc, self.key_writes)


def plan(process: dict[str, Any], here: frozenset[str]) -> Writes:
    """What the process writes about itself before it becomes the program (config.md#linux-process).

    AppArmor has a folder of its own since Linux 5.8; the plain file belongs to whichever module comes first.
    """
    found = []
    profile, label = process.get("apparmorProfile"), process.get("selinuxLabel")
    if profile and "AppArmor" in here:
        found.append(("process.apparmorProfile", "attr/apparmor/exec|attr/exec", f"exec {profile}"))
    if label and "SELinux" in here:
        found.append(("process.selinuxLabel", "attr/exec", label))
    return found


def key_plan(process: dict[str, Any], here: frozenset[str]) -> Writes:
    """What is written before a keyring is made, so that the labelled process may use it; execve(2) takes it back."""
    label = process.get("selinuxLabel")
    return [("process.selinuxLabel", "attr/keycreate", label)] if label and "SELinux" in here else []


def hold_procfs() -> int:
    """A descriptor of this mount namespace's /proc, checked to be procfs. Raises Fault."""
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    if syscalls.fstatfs(proc) != syscalls.PROC_SUPER_MAGIC:
        os.close(proc)
        raise Fault("/proc is not a proc file system, so that no label can be written there")
    return proc


def write(proc: int, writes: Writes) -> None:
    """Carries out a plan for the calling process. Raises Fault with the property's name."""
    for name, files, text in writes:
        try:
            fd = _open_own(proc, files.split("|"))
            try:
                os.write(fd, text.encode())
            finally:
                os.close(fd)
        except OSError as failed:
            raise Fault(f"{name} {text.removeprefix('exec ')!r} cannot be set: {failed.strerror}") from None


def _open_own(proc: int, files: list[str]) -> int:
    """The first of the files that there is, in our own folder of that very procfs: a mount laid over it is not followed."""
    rules = syscalls.RESOLVE_NO_XDEV | syscalls.RESOLVE_NO_MAGICLINKS
    for file in files[:-1]:
        try:
            return syscalls.openat2(proc, f"self/{file}", os.O_WRONLY | os.O_CLOEXEC, rules)
        except FileNotFoundError:
            continue
    return syscalls.openat2(proc, f"self/{files[-1]}", os.O_WRONLY | os.O_CLOEXEC, rules)


# --- mounts


def context(label: str) -> str:
    """The label as an option of mount(2); in quotes, since its categories have commas."""
    return f'context="{label}"'


def labelled(config: dict[str, Any]) -> dict[str, Any]:
    """The config with the mount label among the options of each file system that takes one; bind mounts keep their files' own.

    See config-linux.md#mount-label.
    """
    label = (config.get("linux") or {}).get("mountLabel")
    if not label:
        return config
    return {**config, "mounts": [_labelled(each, label) for each in config.get("mounts") or []]}


def _labelled(each: dict[str, Any], label: str) -> dict[str, Any]:
    options = each.get("options") or []
    is_bind = each.get("type") == "bind" or "bind" in options or "rbind" in options
    if is_bind or each.get("type") in LABELLED_BY_POLICY:
        return each
    return {**each, "options": [*options, context(label)]}


def label_queues(root: int, config: dict[str, Any]) -> None:
    """Message queues take no context=, but their folder an attribute. Raises Fault (config-linux.md#mount-label)."""
    label = config["linux"]["mountLabel"]
    for each in config.get("mounts") or []:
        if each.get("type") == "mqueue":
            fd = inroot.open_path(root, each["destination"], os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.setxattr(fd, XATTR, label.encode())
            except OSError as failed:
                raise Fault(
                    f"linux.mountLabel cannot be set on {each['destination']}: {failed.strerror}"
                ) from None
            finally:
                os.close(fd)
