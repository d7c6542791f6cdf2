"""--pidfd-socket: a descriptor of the process goes to whoever listens there, as runc sends it (SCM_RIGHTS, unix(7))."""

from __future__ import annotations

import _socket
import sys

from runtime import lean_os as os
from runtime.faults import Fault


def send(path: str, pid: int, word: str) -> None:
    """Connects, and sends the pidfd with the word runc says: `standard` for a container, `setns` for exec. Raises Fault."""
    pidfd = os.pidfd_open(pid)
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.connect(path)
        rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, pidfd.to_bytes(4, sys.byteorder))
        connection.sendmsg([word.encode()], [rights])
    except OSError as failed:
        raise Fault(f"--pidfd-socket {path} cannot be sent to: {failed.strerror or failed}") from None
    finally:
        connection.close()
        os.close(pidfd)
