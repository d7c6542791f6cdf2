"""stack.py PID: a network in one program. It answers ARP and ping as 10.0.2.2 on a tap device in the network of a process.

The device is made in there, the program stays out here: slirp4netns and pasta do so too, and carry whole connections.
"""

import ctypes
import fcntl
import os
import struct
import sys

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 2, 0x1000  # include/uapi/linux/if_tun.h
MAC, ADDRESS = bytes.fromhex("020000000202"), bytes([10, 0, 2, 2])


def device(pid: str) -> int:
    """A tap device tap0 in the network namespace of a process; its other end is the descriptor."""
    with open(f"/proc/{pid}/ns/net", "rb") as namespace:
        if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), 0) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    tap = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", b"tap0", IFF_TAP | IFF_NO_PI))
    return tap


def answer(frame: bytes) -> bytes:
    """The frame that goes back; nothing for what is not for us."""
    source, kind = frame[6:12], frame[12:14]
    if kind == b"\x08\x06" and frame[38:42] == ADDRESS:  # who has 10.0.2.2?
        return source + MAC + kind + frame[14:20] + b"\0\2" + MAC + ADDRESS + frame[22:32]
    if kind == b"\x08\x00" and frame[30:34] == ADDRESS and frame[23] == 1 and frame[34] == 8:  # a ping
        echo = b"\0\0\0\0" + frame[38:]
        return source + MAC + frame[12:26] + ADDRESS + frame[26:30] + echo[:2] + checksum(echo) + echo[4:]
    return b""


def checksum(text: bytes) -> bytes:
    total = sum(struct.unpack(f">{len(text) // 2}H", text[: len(text) // 2 * 2])) + (
        text[-1] << 8 if len(text) % 2 else 0
    )
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack(">H", ~total & 0xFFFF)


if __name__ == "__main__":
    end = device(sys.argv[1])
    print("ready", flush=True)
    while True:
        if reply := answer(os.read(end, 2048)):
            os.write(end, reply)
            print("answered", flush=True)
