"""What a seccomp filter may ask for (config-linux.md#seccomp): its agent hears once, and what nobody could do is refused."""

import array
import json
import os
import socket
import threading
from typing import Any

from runtime.conformance.bundles import Bundle
from runtime.conformance.declare import case
from runtime.conformance.trial import Trial

ANCHOR = "config-linux.md#seccomp"
SINCE = "v1.1.0-rc.1"


def _asking(t: Trial, path: str) -> Bundle:
    """A bundle whose program calls mkdir(2), for which an agent at `path` is asked."""
    bundle = t.bundle().args("mkdir", "/tmp/made")
    rule = {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_NOTIFY"}
    bundle.linux["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": path, "syscalls": [rule]}
    return bundle


@case(f"{ANCHOR} config-linux.md#the-container-process-state", since=SINCE, needs=("seccomp",))
def an_agent_hears_one_state_and_the_end(t: Trial) -> None:
    """One connection has one container process state, the descriptor comes with its first bytes, and then it is closed."""
    bundle = _asking(t, "")
    path = bundle.folder / "agent"
    bundle.linux["seccomp"]["listenerPath"] = str(path)
    heard: list[tuple[bytes, int, bool]] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
        agent.bind(str(path))
        agent.listen()
        agent.settimeout(5)
        listening = threading.Thread(target=_listen, args=(agent, heard))
        listening.start()
        container, created = t.create(bundle)
        pid = container.pid
        started = container.start() if created.ok else created
        listening.join()
    t.accepted(started, "a filter with SCMP_ACT_NOTIFY")
    t.check(bool(heard), "nobody sent the agent anything")
    text, with_the_first, is_closed = heard[0]
    t.equal("descriptors with the first bytes", with_the_first, 1)
    t.check(is_closed, "the connection was not closed after the state was sent")
    state = _only(t, text)
    t.check(isinstance(state.get("ociVersion"), str), f"ociVersion is missing: {state}")
    t.equal("pid", state.get("pid"), pid)
    t.equal("fds", state.get("fds"), ["seccompFd"])
    inner = state.get("state") or {}
    t.equal("bundle of the state in it", inner.get("bundle"), str(bundle.folder))
    t.equal("id of the state in it", inner.get("id"), container.id)
    t.check(isinstance(inner.get("status"), str), f"the state in it has no status: {inner}")


def _only(t: Trial, text: bytes) -> dict[str, Any]:
    """The one document that was sent; two of them are no JSON."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    t.check(isinstance(found, dict), f"what was sent is not one JSON object: {text[:200]!r}")
    return dict(found)


def _listen(agent: socket.socket, heard: list[tuple[bytes, int, bool]]) -> None:
    """Takes one connection to its end. The descriptor is closed when it came, so that the program's call ends with ENOSYS."""
    try:
        connection, _ = agent.accept()
    except OSError:
        return
    with connection:
        connection.settimeout(5)
        text, rights, _, _ = connection.recvmsg(1 << 16, socket.CMSG_SPACE(16))
        fds = array.array("i")
        for _, _, data in rights:
            fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
        try:
            while piece := connection.recv(1 << 16):
                text += piece
            is_closed = True
        except OSError:
            is_closed = False
        for fd in fds:
            os.close(fd)
    heard.append((text, len(fds), is_closed))


@case(ANCHOR, since=SINCE, needs=("seccomp",))
def an_agent_that_cannot_be_told_is_an_error(t: Trial) -> None:
    """A listenerPath where nobody listens, or a socket that is no stream, MUST be an error: the state cannot be sent."""
    bundle = _asking(t, "")
    path = bundle.folder / "agent"
    bundle.linux["seccomp"]["listenerPath"] = str(path)
    t.refused(t.run(bundle), "an agent that is not there")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as agent:
        agent.bind(str(path))
        t.refused(t.run(bundle), "an agent on a datagram socket")


@case(ANCHOR, since=SINCE, needs=("seccomp",))
def metadata_without_an_agent_is_an_error(t: Trial) -> None:
    """listenerMetadata MUST NOT be set without listenerPath."""
    bundle = t.bundle()
    bundle.linux["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "listenerMetadata": "barge"}
    t.refused(t.run(bundle), "listenerMetadata without listenerPath")


@case(ANCHOR, since=SINCE, needs=("seccomp",))
def an_errno_for_an_action_that_has_none_is_an_error(t: Trial) -> None:
    """defaultErrnoRet and errnoRet with an action that gives no errno MUST be errors."""
    bundle = t.bundle()
    bundle.linux["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 28}
    t.refused(t.run(bundle), "defaultErrnoRet with SCMP_ACT_ALLOW")
    rule = {"names": ["swapoff"], "action": "SCMP_ACT_KILL", "errnoRet": 28}
    bundle.linux["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule]}
    t.refused(t.run(bundle), "errnoRet with SCMP_ACT_KILL")


@case(ANCHOR, since="v1.0.0-rc6", needs=("seccomp",))
def a_rule_for_no_call_is_an_error(t: Trial) -> None:
    """names of a rule MUST have at least one entry."""
    bundle = t.bundle()
    rule = {"names": [], "action": "SCMP_ACT_ERRNO"}
    bundle.linux["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule]}
    t.refused(t.run(bundle), "a rule without names")
