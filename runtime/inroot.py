"""Paths inside a root file system: resolved by the kernel within that root, component by component, never as strings.

openat2(2) with RESOLVE_IN_ROOT keeps symlinks and `..` inside, which is what CVE-2019-18837, CVE-2021-30465 and
CVE-2024-45310 lacked. Everything is then done on the descriptor. Where the kernel has no openat2 (before 5.6) or a
seccomp filter forbids it, stepwise.py walks to the same place.
"""

from errno import EAGAIN, ENOSYS, EPERM

from runtime import lean_os as os
from runtime import syscalls
from runtime.faults import Fault

RESOLVE = syscalls.RESOLVE_IN_ROOT | syscalls.RESOLVE_NO_MAGICLINKS
ATTEMPTS = (
    128  # a rename anywhere on the host lets the kernel give up a walk over `..` with EAGAIN (openat2(2))
)


def open_path(root: int, path: str, flags: int = os.O_PATH) -> int:
    """A descriptor of `path` inside the root; symlinks end inside it, magic links are refused."""
    path = path.lstrip("/") or "."
    for _ in range(ATTEMPTS):
        try:
            return syscalls.openat2(root, path, flags, RESOLVE)
        except OSError as failed:
            if failed.errno in (ENOSYS, EPERM):
                break
            if failed.errno != EAGAIN:
                raise
    from runtime import stepwise  # seldom needed

    return stepwise.open_path(root, path, flags)


def make_directory(root: int, path: str) -> int:
    """A descriptor of the directory `path`, made with its parents where missing (mode 0755)."""
    try:
        return open_path(root, path, os.O_PATH | os.O_DIRECTORY)
    except OSError:
        pass  # the walk below makes what is missing, or says what is in the way
    done = ""
    current = open_path(root, ".")
    for part in [part for part in path.split("/") if part not in ("", ".")]:
        done = f"{done}/{part}"
        try:
            step = open_path(root, done, os.O_PATH | os.O_DIRECTORY)
        except FileNotFoundError:
            try:
                os.mkdir(part, 0o755, dir_fd=current)
            except FileExistsError:
                pass  # a dangling symlink, or somebody was quicker: the next open says which
            except OSError as failed:
                raise Fault(f"{done} cannot be made in the root file system: {failed.strerror}") from None
            try:
                step = open_path(root, done, os.O_PATH | os.O_DIRECTORY)
            except FileNotFoundError:
                raise Fault(f"{done} in the root file system is a link to nowhere") from None
        except NotADirectoryError:
            raise Fault(f"{done} in the root file system is not a directory") from None
        os.close(current)
        current = step
    return current


def make_file(root: int, path: str) -> int:
    """A descriptor of the file `path`, made empty where missing."""
    try:
        return open_path(root, path)
    except FileNotFoundError:
        folder, _, name = path.rstrip("/").rpartition("/")
        parent = make_directory(root, folder)
        try:
            os.close(
                os.open(
                    name,
                    os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW,
                    0o644,
                    dir_fd=parent,
                )
            )
            return open_path(root, path)
        except FileExistsError:
            raise Fault(f"{path} in the root file system is a link to nowhere") from None
        finally:
            os.close(parent)


def handle(fd: int) -> str:
    """The path by which mount(2) reaches exactly what the descriptor holds."""
    return f"/proc/self/fd/{fd}"
