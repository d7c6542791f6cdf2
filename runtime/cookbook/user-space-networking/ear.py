"""ear.py SOCKET: prints what is sent to a datagram socket, as a syslog daemon, or the end of a user-space switch, listens."""

import socket
import sys

with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
    ear.bind(sys.argv[1])
    while True:
        print(ear.recv(4096).decode().strip("\0\n"), flush=True)
