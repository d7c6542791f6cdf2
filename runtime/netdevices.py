"""Network devices moved into the container, with their addresses, over netlink (config-linux.md#network-devices)."""

from __future__ import annotations

import _socket
import sys

from runtime import lean_os as os
from runtime import syscalls
from runtime.faults import Fault
from runtime.voice import words

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from runtime.releases import Rules

# include/uapi/linux/rtnetlink.h, netlink.h, if_link.h, if_addr.h
NETLINK_ROUTE, NLMSG_ERROR, NLMSG_DONE = 0, 2, 3
RTM_NEWLINK, RTM_GETLINK, RTM_NEWADDR, RTM_GETADDR = 16, 18, 20, 22
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP, NLM_F_CREATE = 0x01, 0x04, 0x300, 0x400
IFLA_IFNAME, IFLA_NET_NS_FD = 3, 28
IFA_FLAGS, IFA_CACHEINFO = 8, 6
IFA_F_PERMANENT, RT_SCOPE_UNIVERSE, IFF_UP = 0x80, 0, 1
CLONE_NEWNET = 0x40000000
ORDER = sys.byteorder


def problems(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """Names that no device can have, and devices without a network namespace of the container's own.

    See config-linux.md#network-devices.
    """
    linux = config.get("linux") or {}
    devices = linux.get("netDevices") or {}
    if devices and not any(each["type"] == "network" for each in linux.get("namespaces") or []):
        yield "linux.netDevices needs a network namespace"
    for host, each in devices.items():
        for name in (host, (each or {}).get("name") or host):
            if (
                not name
                or len(name.encode()) > 15
                or name in (".", "..")
                or any(c in name for c in "/: \t\n")
            ):
                yield f"linux.netDevices has {name!r}, which no network device can be called"


def move(devices: dict[str, Any], pid: int) -> None:
    """Moves the devices into the network namespace of process `pid`. Raises Fault.

    See config-linux.md#network-devices, config-linux.md#namespace-lifecycle-and-container-termination.
    """
    if not devices:
        return
    said_read, said_write = os.pipe()
    child = syscalls.fork()
    if child == 0:  # a child, since this process must stay in its own namespace
        try:
            _move_all(devices, f"/proc/{pid}/ns/net")
        except BaseException as failed:
            os.write(said_write, words(failed).encode())
        finally:
            os._exit(0)
    os.close(said_write)
    with open(said_read, encoding="utf-8") as said:
        fault = said.read()
    os.waitpid(child, 0)
    if fault:
        raise Fault(fault)


def _move_all(devices: dict[str, Any], path: str) -> None:
    target = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    outside = _open()
    syscalls.setns(target, CLONE_NEWNET, path)
    inside = _open()  # each socket stays in the namespace in which it was made
    for host, each in devices.items():
        name = (each or {}).get("name") or host
        index = _links(outside).get(host)
        if index is None:
            raise Fault(f"linux.netDevices asks for {host}, but there is no such device")
        addresses = _addresses(outside, index)
        before = _links(inside)
        if name in before:
            raise Fault(
                f"linux.netDevices asks for {host} as {name}, but the container has a device of that name"
            )
        try:
            change = _attribute(IFLA_NET_NS_FD, target.to_bytes(4, ORDER)) + _attribute(
                IFLA_IFNAME, name.encode() + b"\0"
            )
            _ask(outside, RTM_NEWLINK, NLM_F_ACK, _link(index) + change)
            moved = next(number for number in _links(inside).values() if number not in before.values())
            for header, attributes in addresses:
                _ask(
                    inside,
                    RTM_NEWADDR,
                    NLM_F_ACK | NLM_F_CREATE,
                    header + moved.to_bytes(4, ORDER) + attributes,
                )
            _ask(inside, RTM_NEWLINK, NLM_F_ACK, _link(moved, IFF_UP))
        except OSError as failed:
            raise Fault(
                f"the network device {host} cannot be moved into the container: {failed.strerror}"
            ) from None


def _open() -> _socket.socket:
    made = _socket.socket(_socket.AF_NETLINK, _socket.SOCK_RAW, NETLINK_ROUTE)
    made.bind((0, 0))
    return made


def _link(index: int, flags: int = 0) -> bytes:
    """struct ifinfomsg: family, type, index, flags and which of them change."""
    return bytes(4) + index.to_bytes(4, ORDER) + flags.to_bytes(4, ORDER) + flags.to_bytes(4, ORDER)


def _attribute(kind: int, value: bytes) -> bytes:
    return (len(value) + 4).to_bytes(2, ORDER) + kind.to_bytes(2, ORDER) + value + bytes(-len(value) % 4)


def _ask(connection: _socket.socket, kind: int, flags: int, body: bytes) -> list[bytes]:
    """Sends a request and returns the bodies of the answers. Raises OSError with the kernel's error."""
    header = (
        (len(body) + 16).to_bytes(4, ORDER)
        + kind.to_bytes(2, ORDER)
        + (flags | NLM_F_REQUEST).to_bytes(2, ORDER)
        + bytes(8)
    )
    connection.send(header + body)
    found: list[bytes] = []
    while True:
        data = connection.recv(1 << 20)
        while data:
            length, answer = int.from_bytes(data[:4], ORDER), int.from_bytes(data[4:6], ORDER)
            body, data = data[16:length], data[length + 3 & ~3 :]
            if answer == NLMSG_ERROR:
                error = -int.from_bytes(body[:4], ORDER, signed=True)
                if error:
                    raise OSError(error, os.strerror(error))
                return found
            if answer == NLMSG_DONE:
                return found
            found.append(body)


def _attributes(body: bytes) -> dict[int, bytes]:
    found = {}
    while len(body) >= 4:
        length, kind = int.from_bytes(body[:2], ORDER), int.from_bytes(body[2:4], ORDER)
        found[kind & 0x3FFF] = body[4:length]
        body = body[length + 3 & ~3 :]
    return found


def _links(connection: _socket.socket) -> dict[str, int]:
    """Name -> index of every device."""
    bodies = _ask(connection, RTM_GETLINK, NLM_F_DUMP, bytes(16))
    return {
        _attributes(body[16:])[IFLA_IFNAME].rstrip(b"\0").decode(): int.from_bytes(body[4:8], ORDER)
        for body in bodies
    }


def _addresses(connection: _socket.socket, index: int) -> list[tuple[bytes, bytes]]:
    """(the head of struct ifaddrmsg, attributes) of each permanent address of global scope: those are kept."""
    found = []
    for body in _ask(connection, RTM_GETADDR, NLM_F_DUMP, bytes(8)):
        attributes = _attributes(body[8:])
        flags = int.from_bytes(attributes.get(IFA_FLAGS, body[2:3]), ORDER)
        if (
            int.from_bytes(body[4:8], ORDER) == index
            and flags & IFA_F_PERMANENT
            and body[3] == RT_SCOPE_UNIVERSE
        ):
            kept = {kind: value for kind, value in attributes.items() if kind != IFA_CACHEINFO}
            found.append((body[:4], b"".join(_attribute(kind, value) for kind, value in kept.items())))
    return found
