"""A network namespace of a case's own, with a virtual device in it, so that the host's network is left alone."""

import ctypes
import fcntl
import os
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path

from runtime.conformance.declare import Skipped

CLONE_NEWNET = 0x40000000
# include/uapi/linux/netlink.h, rtnetlink.h, if_link.h, if_addr.h
RTM_NEWLINK, RTM_NEWADDR = 16, 20
NLM_F_REQUEST, NLM_F_ACK, NLM_F_EXCL, NLM_F_CREATE = 1, 4, 0x200, 0x400
IFLA_IFNAME, IFLA_MTU, IFLA_LINKINFO, IFLA_INFO_KIND = 3, 4, 18, 1
IFA_ADDRESS, IFA_LOCAL = 1, 2
SIOCGIFMTU, SIOCSIFMTU = 0x8921, 0x8922  # include/uapi/linux/sockios.h


def in_a_network_of_its_own(work: Callable[[], None]) -> None:
    """Runs `work` in a thread that has a new network namespace; what it starts has it too. Its exceptions come through."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            if ctypes.CDLL(None).unshare(CLONE_NEWNET) != 0:
                raise Skipped("the kernel gives no network namespace here")
            work()
        except BaseException as failed:
            raised.append(failed)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def make_device(name: str, mtu: int, address: str, prefix: int = 24) -> None:
    """One end of a pair of virtual devices, down, with an address. Raises Skipped where the kernel makes none."""
    body = (
        bytes(16)
        + _attribute(IFLA_IFNAME, name.encode() + b"\0")
        + _attribute(IFLA_MTU, struct.pack("=I", mtu))
    )
    body += _attribute(IFLA_LINKINFO, _attribute(IFLA_INFO_KIND, b"veth"))
    try:
        _ask(RTM_NEWLINK, body)
    except OSError as failed:
        raise Skipped(f"this kernel makes no virtual network device: {failed.strerror}") from None
    number = socket.inet_aton(address)
    header = struct.pack("=BBBBI", socket.AF_INET, prefix, 0, 0, socket.if_nametoindex(name))
    _ask(RTM_NEWADDR, header + _attribute(IFA_LOCAL, number) + _attribute(IFA_ADDRESS, number))


def devices_here() -> list[str]:
    """The devices of this thread's network namespace."""
    return names(Path("/proc/thread-self/net/dev").read_text())


def names(table: str) -> list[str]:
    """The devices that a file like /proc/PID/net/dev lists."""
    return sorted(line.partition(":")[0].strip() for line in table.splitlines()[2:])


def mtu_inside(pid: int, name: str, wanted: int | None = None) -> int:
    """The MTU of a device in the network namespace of a process, after setting it if one is `wanted`. Raises OSError."""
    found: list[int | OSError] = []

    def run() -> None:
        library = ctypes.CDLL(None, use_errno=True)
        try:
            with open(f"/proc/{pid}/ns/net", "rb") as file:
                if library.setns(file.fileno(), CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), f"setns into the network of {pid}")
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as inside:
                    if wanted is not None:
                        fcntl.ioctl(inside, SIOCSIFMTU, struct.pack("16si12x", name.encode(), wanted))
                    answer = fcntl.ioctl(inside, SIOCGIFMTU, struct.pack("16si12x", name.encode(), 0))
            found.append(int(struct.unpack("16si12x", answer)[1]))
        except OSError as failed:
            found.append(failed)

    thread = threading.Thread(target=run)  # the namespace is a thread's, and ends with it
    thread.start()
    thread.join()
    if isinstance(found[0], OSError):
        raise found[0]
    return found[0]


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("=HH", len(value) + 4, kind) + value + bytes(-len(value) % 4)


def _ask(kind: int, body: bytes) -> None:
    """One request over rtnetlink. Raises OSError with the kernel's error."""
    flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as connection:
        connection.send(struct.pack("=IHHII", len(body) + 16, kind, flags, 1, 0) + body)
        error = -int(struct.unpack("=i", connection.recv(4096)[16:20])[0])
    if error:
        raise OSError(error, os.strerror(error))
