"""The way from Python into the kernel: a C function called with whole numbers and bytes, its result checked.

`ctypes` itself costs 1.5 ms to import, a tenth of a whole `refrun run`; the C module beneath it costs 0.3. What is used
of it here (a function's address, one integer type, an array of bytes) has been the same from Python 3.8 to 3.13.
"""

from __future__ import annotations

from _ctypes import (
    FUNCFLAG_CDECL,
    FUNCFLAG_USE_ERRNO,
    Array,
    CFuncPtr,
    _SimpleCData,
    addressof,
    dlopen,
    dlsym,
    get_errno,
)
from sys import byteorder

from runtime import lean_os as os
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any


class Long(_SimpleCData):  # type: ignore[type-arg]
    """Every number goes as a long: the kernel's registers are that wide."""

    _type_ = "l"


class Function(CFuncPtr):
    _flags_ = FUNCFLAG_CDECL | FUNCFLAG_USE_ERRNO
    _restype_ = Long


class _Byte(_SimpleCData):  # type: ignore[type-arg]
    _type_ = "c"


_libc = dlopen(None, 2)  # type: ignore[arg-type]  # what is loaded already; 2 is RTLD_NOW
_functions: dict[str, Any] = {}


def call(name: str, what: str, *arguments: Any) -> int:
    """Calls the C library's function. Arguments: int, bytes, str (in the file system's encoding), None, a buffer.

    Returns what it returned; -1 is an OSError with `what` as its path.
    """
    function = _functions.get(name)
    if function is None:
        function = _functions[name] = Function(dlsym(_libc, name))
    result: int = function(*[
        Long(each) if each.__class__ is int else os.fsencode(each) if each.__class__ is str else each
        for each in arguments
    ])  # fmt: skip
    if result == -1:
        number = get_errno()
        raise OSError(number, os.strerror(number), what)
    return result


# The numbers of system calls that the C library has no function for. Those of 2019 and later are the same everywhere.
NUMBERS = {
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "clone3": 435, "close_range": 436,
    "openat2": 437, "mount_setattr": 442,
}  # fmt: skip
OLDER = {
    "x86_64": {
        "pivot_root": 155, "keyctl": 250, "sched_setattr": 314, "ioprio_set": 251, "set_mempolicy": 238, "seccomp": 317, "bpf": 321, "execveat": 322,
    },
    "aarch64": {
        "pivot_root": 41, "keyctl": 219, "sched_setattr": 274, "ioprio_set": 30, "set_mempolicy": 237, "seccomp": 277, "bpf": 280, "execveat": 281,
    },
    "s390x": {
        "pivot_root": 217, "keyctl": 280, "sched_setattr": 345, "ioprio_set": 282, "set_mempolicy": 270, "seccomp": 348, "bpf": 351, "execveat": 354,
    },
    "ppc64le": {
        "pivot_root": 203, "keyctl": 271, "sched_setattr": 355, "ioprio_set": 273, "set_mempolicy": 261, "seccomp": 358, "bpf": 361, "execveat": 362,
    },
}  # fmt: skip
OLDER["riscv64"] = OLDER["loongarch64"] = OLDER["aarch64"]


def syscall(name: str, what: str, *arguments: Any) -> int:
    """Calls the kernel by number, like `call`. Raises Fault where the number is not known."""
    number = NUMBERS.get(name)
    if number is None:
        machine = os.uname().machine
        number = OLDER.get(machine, {}).get(name)
        if number is None:
            raise Fault(f"{name} has no known number on {machine}")
        NUMBERS[name] = number
    return call("syscall", what, number, *arguments)


def number_bytes(*pairs: tuple[int, int]) -> bytes:
    """The bytes of a C structure without padding: (value, size in bytes) of each field, in this machine's order."""
    return b"".join([value.to_bytes(size, byteorder, signed=value < 0) for value, size in pairs])


def buffer(content: bytes | int) -> Any:
    """Memory the kernel may write to, filled with `content` or as long as it says; `.raw` has its bytes."""
    size = content if isinstance(content, int) else len(content)
    kind = type("buffer", (Array,), {"_type_": _Byte, "_length_": size})
    made = kind()
    if not isinstance(content, int):
        made.raw = content
    return made


def address(memory: Any) -> int:
    """Where a buffer lies, for a structure that points to it; the caller keeps the buffer alive."""
    return addressof(memory)
