"""Network devices on the kernel: moved with name, addresses and state; clashes refused. In a network of the test's own."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime import netdevices
from runtime.netdevices import _ask, _attribute, _link, _links, _open
from tests.runtime.conftest import Yard
from tests.skips import skip_host

IFLA_LINKINFO, IFLA_INFO_KIND, IFLA_MTU, IFA_LOCAL, IFA_ADDRESS, NLM_F_EXCL = 18, 1, 4, 2, 1, 0x200


def make_device(name: str, mtu: int, address: bytes) -> None:
    """A pair of virtual devices, one of them with this name and an address, in the network namespace of this process."""
    connection = _open()
    kind = _attribute(IFLA_LINKINFO, _attribute(IFLA_INFO_KIND, b"veth"))
    body = (
        _link(0)
        + _attribute(3, name.encode() + b"\0")
        + _attribute(IFLA_MTU, mtu.to_bytes(4, sys.byteorder))
        + kind
    )
    _ask(
        connection, netdevices.RTM_NEWLINK, netdevices.NLM_F_ACK | netdevices.NLM_F_CREATE | NLM_F_EXCL, body
    )
    index = _links(connection)[name]
    header = bytes((2, 24, 0, 0)) + index.to_bytes(4, sys.byteorder)
    local = _attribute(IFA_LOCAL, address) + _attribute(IFA_ADDRESS, address)
    _ask(connection, netdevices.RTM_NEWADDR, netdevices.NLM_F_ACK | netdevices.NLM_F_CREATE, header + local)
    connection.close()


def in_a_network_of_its_own(yard: Yard, bundle_folder: Path, id_: str) -> tuple[int, str]:
    """`refrun run` in a child that has a network namespace with the device crane0; its exit code and stderr."""
    err = yard.root / "err"
    child = os.fork()
    if child == 0:
        code = 99
        try:
            ctypes.CDLL(None).unshare(netdevices.CLONE_NEWNET)
            make_device("crane0", 1400, bytes((10, 9, 8, 7)))
            with open(err, "w") as file:
                code = subprocess.run(
                    [*yard.refrun, "run", "-b", str(bundle_folder), id_], stderr=file, timeout=30, check=False
                ).returncode
        except OSError as failed:
            err.write_text(f"{failed}")
            code = 98
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), err.read_text()


def run(yard: Yard, devices: dict[str, Any], program: str) -> tuple[int, str, list[str]]:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    bundle = yard.trial.bundle()
    bundle.linux["netDevices"] = devices
    bundle.mount("/sys", "sysfs", "sysfs")
    bundle.process["args"] = ["/bin/sh", "-c", program]
    code, said = in_a_network_of_its_own(yard, bundle.write().folder, yard.trial.new_id())
    if code == 98:
        skip_host("no-veth", f"this kernel makes no virtual network device: {said}")
    return code, said, bundle.lines("seen")


LOOK = "cd /sys/class/net; for each in *; do echo $each $(cat $each/mtu $each/flags); done > /journal/seen; grep -c 10.9.8.7 /proc/net/fib_trie >> /journal/seen"


@pytest.mark.parametrize(
    ("devices", "name"),
    [
        pytest.param({"crane0": {}}, "crane0", id="with its own name"),
        pytest.param({"crane0": {"name": "hook7"}}, "hook7", id="with another name"),
        pytest.param({"crane0": {"name": "eth%d"}}, "eth0", id="with a name of the kernel's choice"),
    ],
)
def test_a_device_comes_with_its_attributes_and_is_up(yard: Yard, devices: dict[str, Any], name: str) -> None:
    code, said, seen = run(yard, devices, LOOK)
    assert code == 0, said
    rows = {line.split()[0]: line.split()[1:] for line in seen if " " in line}
    assert rows[name][0] == "1400"
    assert int(rows[name][1], 16) & netdevices.IFF_UP
    assert int(seen[-1]) > 0, "its address is gone"


@pytest.mark.parametrize(
    ("devices", "said"),
    [
        pytest.param({"nosuch": {}}, "asks for nosuch, but there is no such device", id="no such device"),
        pytest.param(
            {"crane0": {"name": "lo"}},
            "but the container has a device of that name",
            id="a name that is taken",
        ),
        pytest.param(
            {"crane0": {"name": "a/b"}},
            "'a/b', which no network device can be called",
            id="no name for a device",
        ),
        pytest.param(
            {"crane0": {"name": "x" * 16}}, "which no network device can be called", id="too long a name"
        ),
    ],
)
def test_a_device_that_cannot_be_moved_is_a_failed_create(
    yard: Yard, devices: dict[str, Any], said: str
) -> None:
    code, err, _ = run(yard, devices, "true")
    assert (code, said in err, yard.ids()) == (1, True, []), err
