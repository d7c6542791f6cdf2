"""Seccomp (config-linux.md#seccomp): what each action does to the program, told by what it could do."""

import json
import os
import socket
import threading
from typing import Any

from runtime.conformance.bundles import Bundle
from runtime.conformance.declare import case
from runtime.conformance.driver import Answer
from runtime.conformance.trial import Trial

ANCHOR = "config-linux.md#seccomp"
SPELLED = "seccomp's `name` of one call"
MKDIR = ["mkdir", "mkdirat"]
SIGSYS = 31
WINCH = 28  # a signal that does nothing to a program that does not ask for it


def _filtered(t: Trial, action: str, **more: Any) -> Bundle:
    """A bundle in which mkdir(2) meets an action, and the program calls it."""
    t.speaks(SPELLED, until="v1.0.0-rc4")
    bundle = t.bundle().args("mkdir", "/tmp/made")
    bundle.linux["seccomp"] = {
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [{"names": MKDIR, "action": action, **more}],
    }
    return bundle


def _made(bundle: Bundle) -> bool:
    return (bundle.rootfs / "tmp" / "made").is_dir()


@case(ANCHOR, needs=("seccomp",))
def an_allowed_call_does_what_it_does(t: Trial) -> None:
    """SCMP_ACT_ALLOW lets a call through, by default and by name; the filter is there all the same."""
    bundle = _filtered(t, "SCMP_ACT_ALLOW")
    bundle.linux["seccomp"]["syscalls"].append({"names": ["swapoff"], "action": "SCMP_ACT_ERRNO"})
    t.accepted(t.run(bundle), "mkdir")
    t.check(_made(bundle), "mkdir was allowed and made nothing")
    t.equal("Seccomp in the program's status", t.report(bundle.args("report")).status("Seccomp"), "2")


@case(ANCHOR, needs=("seccomp",))
def an_errno_action_refuses_the_call(t: Trial) -> None:
    """SCMP_ACT_ERRNO gives the program EPERM, and the call is not made."""
    bundle = _filtered(t, "SCMP_ACT_ERRNO")
    _says(t, t.run(bundle), os.strerror(1))
    t.check(not _made(bundle), "the call that was refused was made")


@case(ANCHOR, since="v1.1.0-rc.1", needs=("seccomp",))
def errno_ret_is_the_error_the_program_sees(t: Trial) -> None:
    """errnoRet (since v1.1) is the error of SCMP_ACT_ERRNO."""
    bundle = _filtered(t, "SCMP_ACT_ERRNO", errnoRet=28)
    _says(t, t.run(bundle), os.strerror(28))


def _says(t: Trial, answer: Answer, words: str) -> None:
    t.check(
        words in answer.err + answer.out, f"expected the program to say {words!r}, it said {answer.words!r}"
    )


@case(ANCHOR, since="v1.0.0-rc1", needs=("seccomp",))
def a_kill_action_ends_the_program(t: Trial) -> None:
    """SCMP_ACT_KILL ends the program with SIGSYS at the call."""
    bundle = _filtered(t, "SCMP_ACT_KILL")
    t.equal("exit code", t.run(bundle).code, 128 + SIGSYS)
    t.check(not _made(bundle), "the call that was to kill was made")


@case(ANCHOR, since="v1.1.0-rc.1", needs=("seccomp",))
def a_kill_process_action_ends_the_program(t: Trial) -> None:
    """SCMP_ACT_KILL_PROCESS (since v1.1) ends every thread of the program with SIGSYS."""
    bundle = _filtered(t, "SCMP_ACT_KILL_PROCESS")
    t.equal("exit code", t.run(bundle).code, 128 + SIGSYS)
    t.check(not _made(bundle), "the call that was to kill was made")


@case(ANCHOR, needs=("seccomp",))
def arguments_choose_the_calls(t: Trial) -> None:
    """args compare a call's arguments: kill(2) with one signal is refused, with another it is not."""
    t.speaks(SPELLED, until="v1.0.0-rc4")
    for op, refused in (
        ("SCMP_CMP_EQ", WINCH),
        ("SCMP_CMP_NE", 0),
        ("SCMP_CMP_GT", WINCH),
        ("SCMP_CMP_LE", 0),
    ):
        bundle = t.bundle()
        value = {"SCMP_CMP_EQ": WINCH, "SCMP_CMP_NE": WINCH, "SCMP_CMP_GT": 0, "SCMP_CMP_LE": 0}[op]
        bundle.linux["seccomp"] = {
            "defaultAction": "SCMP_ACT_ALLOW",
            "syscalls": [
                {
                    "names": ["kill"],
                    "action": "SCMP_ACT_ERRNO",
                    "args": [{"index": 1, "value": value, "op": op}],
                }
            ],
        }
        for signal in (0, WINCH):
            expected = "no" if signal == refused else "yes"
            t.equal(
                f"{op} {value}: kill with {signal}",
                t.output(bundle.args("signal", str(signal))).strip(),
                expected,
            )


@case(f"{ANCHOR} config-linux.md#the-container-process-state", since="v1.1.0-rc.1", needs=("seccomp",))
def a_notify_action_asks_the_agent(t: Trial) -> None:
    """SCMP_ACT_NOTIFY (since v1.1): the agent at listenerPath gets the container process state and the descriptor."""
    bundle = _filtered(t, "SCMP_ACT_NOTIFY")
    path = bundle.folder / "agent"
    bundle.linux["seccomp"].update(listenerPath=str(path), listenerMetadata="MKDIR=/tmp/made")
    heard: list[tuple[dict[str, Any], list[str]]] = []
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
    state, links = heard[0]
    t.equal("fds", state.get("fds"), ["seccompFd"])
    t.equal("what came with it", links, ["anon_inode:seccomp notify"])
    t.equal("pid", state.get("pid"), pid)
    t.equal("metadata", state.get("metadata"), "MKDIR=/tmp/made")
    t.equal("the id in its state", state.get("state", {}).get("id"), container.id)


def _listen(agent: socket.socket, heard: list[tuple[dict[str, Any], list[str]]]) -> None:
    """Takes one message, and closes the descriptor that came: the kernel then ends the program's call with ENOSYS."""
    try:
        connection, _ = agent.accept()
    except OSError:
        return
    with connection:
        connection.settimeout(5)
        text, fds, _, _ = socket.recv_fds(connection, 1 << 16, 4)
        links = [os.readlink(f"/proc/self/fd/{fd}") for fd in fds]
        while not _is_whole(text) and (piece := connection.recv(1 << 16)):
            text += piece
        for fd in fds:
            os.close(fd)
    heard.append((json.loads(text), links))


def _is_whole(text: bytes) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
