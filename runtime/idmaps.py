"""Mounts with mapped ids: made before the container's user namespace is entered, since only the host may map (config.md#posix-platform-mounts)."""

from __future__ import annotations

from runtime import lean_os as os
from runtime import mount_options, namespaces, syscalls
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any


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
    child = os.fork()
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
        namespaces.write_mappings(child, holder)
        return os.open(f"/proc/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(ready_read)
        os.close(stay_write)
        os.waitpid(child, 0)
