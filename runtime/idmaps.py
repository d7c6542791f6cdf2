"""Mapped ids: of a user namespace (config-linux.md#user-namespace-mappings), and of mounts (config.md#posix-platform-mounts).

Both are made from outside, before the container's user namespace is entered, since only the host may map.
"""

from __future__ import annotations

from runtime import lean_os as os
from runtime import mount_options, namespaces, procfs, syscalls
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


FILES = (("uidMappings", "uid_map", "newuidmap"), ("gidMappings", "gid_map", "newgidmap"))


def _rows(linux: dict[str, Any], ids: str) -> list[tuple[int, int, int]]:
    return [(row["containerID"], row["hostID"], row["size"]) for row in linux.get(ids) or []]


def _needs_program(file: str, rows: list[tuple[int, int, int]]) -> bool:
    """Whether the map is more than an ordinary user may write: its own id, once."""
    own = os.geteuid() if file == "uid_map" else os.getegid()
    return os.geteuid() != 0 and not (len(rows) == 1 and rows[0][1:] == (own, 1))


def lacking(linux: dict[str, Any]) -> Iterator[str]:
    """For each map that this user cannot write alone: that the program for it is not installed."""
    folders = (os.getenv("PATH") or "/usr/bin:/bin").split(":")
    for ids, file, program in FILES:
        if _needs_program(file, _rows(linux, ids)) and not any(
            os.access(f"{folder}/{program}", os.X_OK) for folder in folders
        ):
            yield _without(program, f"linux.{ids}")


def _without(program: str, name: str) -> str:
    return f"{name} maps more than this user's own id, which needs {program} (Debian's package uidmap)"


def write(pid: int, linux: dict[str, Any]) -> None:
    """Writes the maps of a new user namespace from outside it.

    An ordinary user may map its own id by itself; for more it needs newuidmap and newgidmap, which ask /etc/subuid and
    /etc/subgid. Raises Fault (config-linux.md#user-namespace-mappings).
    """
    for ids, file, program in FILES:
        rows = _rows(linux, ids)
        if not rows:
            raise Fault(f"a new user namespace needs linux.{ids}")
        if _needs_program(file, rows):
            _by_program(program, pid, rows, f"linux.{ids}")
            continue
        if file == "gid_map" and os.geteuid() != 0:
            # user_namespaces(7): an unprivileged gid_map is refused until setgroups is given up (CVE-2014-8989)
            _put(f"/proc/{pid}/setgroups", "deny")
        _put(f"/proc/{pid}/{file}", "".join(f"{inside} {outside} {size}\n" for inside, outside, size in rows))


def _put(path: str, text: str) -> None:
    try:
        procfs.write(path, text)
    except OSError as failed:
        raise Fault(f"{path} does not take {text.strip()!r}: {failed.strerror}") from None


def _by_program(program: str, pid: int, rows: list[tuple[int, int, int]], name: str) -> None:
    """newuidmap(1) or newgidmap(1): setuid programs that write the map of whoever owns the process. Raises Fault in their words."""
    words = [program, str(pid), *(str(number) for row in rows for number in row)]
    said_read, said_write = os.pipe()
    try:
        child = os.posix_spawnp(
            program, words, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, said_write, 2)]
        )
    except OSError:
        os.close(said_read)
        raise Fault(_without(program, name)) from None
    finally:
        os.close(said_write)
    with open(said_read, encoding="utf-8", errors="replace") as file:
        said = " ".join(file.read().split())
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        raise Fault(f"{name} cannot be applied: {said or f'{program} failed'}")


def prepare(config: dict[str, Any], bundle: str) -> dict[int, int]:
    """Position in `mounts` -> descriptor of a detached tree with mapped ids. Raises Fault.

    See config.md#posix-platform-mounts.
    """
    found = {}
    for at, each in enumerate(config.get("mounts") or []):
        options = mount_options.parse(each.get("options") or [])
        if options.idmap or each.get("uidMappings"):
            found[at] = _tree(each, options, config.get("linux") or {}, bundle)
    return found


def _tree(each: dict[str, Any], options: mount_options.Options, linux: dict[str, Any], bundle: str) -> int:
    where = f"the mount on {each['destination']}"
    source = os.path.join(bundle, each.get("source") or "")
    below = syscalls.AT_RECURSIVE if options.idmap == "ridmap" else 0
    user = _user_namespace(each, linux, where)
    try:
        recursive = syscalls.AT_RECURSIVE if options.flags & syscalls.MS_REC else 0
        tree = syscalls.open_tree(syscalls.AT_FDCWD, source, syscalls.OPEN_TREE_CLONE | recursive)
        syscalls.mount_setattr(tree, below, syscalls.MOUNT_ATTR_IDMAP, 0, user)
    except OSError as failed:
        raise Fault(f"{where} cannot be mapped to other ids: {failed.strerror}") from None
    finally:
        os.close(user)
    return tree


def _user_namespace(each: dict[str, Any], linux: dict[str, Any], where: str) -> int:
    """A user namespace that holds the mapping: the mount's own, else the container's. Raises Fault where there is none.

    See config.md#posix-platform-mounts.
    """
    if each.get("uidMappings"):
        return _with_maps(each)
    for namespace in linux.get("namespaces") or []:
        if namespace["type"] == "user":
            if namespace.get("path"):
                return os.open(namespace["path"], os.O_RDONLY | os.O_CLOEXEC)
            return _with_maps(linux)
    raise Fault(f"{where} asks for mapped ids, but it has no mappings and the container no user namespace")


def _with_maps(holder: dict[str, Any]) -> int:
    """A new user namespace with the uidMappings and gidMappings of `holder`; a child lives just long enough to have it."""
    ready_read, ready_write = os.pipe()
    stay_read, stay_write = os.pipe()
    child = syscalls.fork()
    if child == 0:
        try:
            os.close(stay_write)
            syscalls.unshare(namespaces.NAMESPACES["user"][0])
            os.write(ready_write, b"u")
            os.read(stay_read, 1)
        finally:
            os._exit(0)
    os.close(ready_write)
    os.close(stay_read)
    try:
        if os.read(ready_read, 1) != b"u":
            raise Fault("a user namespace for mapped ids cannot be made")
        write(child, holder)
        return os.open(f"/proc/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(ready_read)
        os.close(stay_write)
        os.waitpid(child, 0)
