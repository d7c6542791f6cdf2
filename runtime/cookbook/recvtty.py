"""recvtty.py SOCKET: takes one terminal from a runtime's --console-socket; our stdin is typed there, what it shows goes to stdout."""

import os
import socket
import sys
import threading


def main(path: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(path)
        listener.listen(1)
        connection, _ = listener.accept()
        _, (terminal, *_), _, _ = socket.recv_fds(connection, 4096, 1)
    threading.Thread(target=carry, args=(0, terminal), daemon=True).start()
    carry(terminal, 1)


def carry(source: int, target: int) -> None:
    """Until the source ends; a terminal whose last program is gone answers EIO."""
    try:
        while text := os.read(source, 4096):
            os.write(target, text)
    except OSError:
        pass


if __name__ == "__main__":
    main(sys.argv[1])
