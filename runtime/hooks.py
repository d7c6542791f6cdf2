"""Hooks: programs that run at named points of the life cycle with the container's state on stdin (config.md#posix-platform-hooks)."""

from __future__ import annotations

import time

from runtime import interrupts, syscalls
from runtime import lean_os as os
from runtime.faults import Fault
from runtime.jsontext import dumps

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from runtime.releases import Rules

POINTS = ("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop")
SIGKILL = 9
LONGEST = 2**31 - 1  # milliseconds poll(2) takes at once
KEPT_WORDS = 1000  # of a failed hook's stderr, for the error message


def problems(config: dict[str, Any], rules: Rules) -> Iterator[str]:
    """A hook whose path is not absolute or whose timeout is not positive (config.md#posix-platform-hooks)."""
    for point in POINTS:
        for hook in of(config, point):
            path, timeout = hook["path"], hook.get("timeout")
            if not path.startswith("/"):
                yield f"the {point} hook's path {path!r} is not absolute"
            if rules["hook_timeout_positive"] and timeout is not None and timeout <= 0:
                yield f"the {point} hook {path} has the timeout {timeout!r}; it must be greater than zero"


def of(config: dict[str, Any], point: str) -> list[dict[str, Any]]:
    """The hooks of one point, in order (config.md#summary)."""
    return (config.get("hooks") or {}).get(point) or []


def run_all(hooks: list[dict[str, Any]], state: dict[str, Any], point: str) -> None:
    """Runs the hooks in order; the first that fails ends it. Raises Fault with the hook's own words.

    See config.md#posix-platform-hooks, runtime.md#hooks.
    """
    for hook in hooks:
        run(hook, state, point)


INSIDE = ("createContainer", "startContainer")  # in the container's control groups


def run(hook: dict[str, Any], state: dict[str, Any], point: str) -> None:
    """Runs one hook: only its own env, args[0] as given, the state on stdin, killed at its timeout (seconds).

    See config.md#posix-platform-hooks.
    """
    path, args = hook["path"], list(hook.get("args") or [hook["path"]])
    environ = dict(pair.partition("=")[::2] for pair in hook.get("env") or [])
    stdin_read, stdin_write = os.pipe()
    words_read, words_write = os.pipe()
    try:
        pid = syscalls.fork()
    except OSError as failed:
        counted = "; it counts for linux.resources.pids.limit" if point in INSIDE else ""
        raise Fault(f"the {point} hook {path} cannot be started: {failed.strerror}{counted}") from None
    if pid == 0:
        try:
            syscalls.prctl(syscalls.PR_SET_PDEATHSIG, SIGKILL)  # a killed refrun leaves no hook behind
            os.dup2(stdin_read, 0)
            os.dup2(words_write, 2)
            syscalls.close_range_cloexec(3)  # what the caller passes on is for the program
            interrupts.as_found()
            os.execve(path, args, environ)
        except BaseException as failed:
            os.write(2, f"{path}: {getattr(failed, 'strerror', None) or failed}".encode())
        finally:
            os._exit(127)
    os.close(stdin_read)
    os.close(words_write)
    status, words = _wait(pid, stdin_write, words_read, dumps(state).encode(), hook.get("timeout"))
    if status is None:
        raise Fault(f"the {point} hook {path} did not end within {hook['timeout']} s")
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        how = f"ended with {code}" if code > 0 else f"was ended by signal {-code}"
        raise Fault(f"the {point} hook {path} {how}" + (f": {words}" if words else ""))


def _wait(pid: int, stdin: int, words: int, text: bytes, timeout: int | None) -> tuple[int | None, str]:
    """Feeds and drains a hook until it ends. Returns its wait status (None: killed at the timeout) and its last words.

    A child of the hook may keep the pipes open for ever, so the end of the hook itself is what counts.
    """
    deadline = None if timeout is None else time.monotonic() + min(timeout, LONGEST)
    ended = os.pidfd_open(pid)
    os.set_blocking(stdin, False)
    os.set_blocking(words, False)
    heard = b""
    waiting = {ended: syscalls.POLLIN, words: syscalls.POLLIN, stdin: syscalls.POLLOUT}
    try:
        while True:
            left = (
                -1
                if deadline is None
                else min(max(int((deadline - time.monotonic()) * 1000 + 1), 0), LONGEST)
            )
            ready = syscalls.poll(waiting, left)
            if stdin in ready:
                text = _feed(stdin, text)
                if not text:
                    del waiting[stdin]
            if words in ready:
                piece = os.read(words, 4096)
                heard = (heard + piece)[-KEPT_WORDS:]
                if not piece:
                    del waiting[words]
            if ended in ready:
                heard = (heard + _rest(words))[-KEPT_WORDS:]
                return os.waitpid(pid, 0)[1], heard.decode(errors="replace").strip()
            if not ready and deadline is not None and time.monotonic() >= deadline:
                os.kill(pid, SIGKILL)
                os.waitpid(pid, 0)
                return None, ""
    finally:
        if stdin in waiting:
            os.close(stdin)
        os.close(words)
        os.close(ended)


def _rest(words: int) -> bytes:
    """What still stands in the pipe of a hook that ended."""
    heard = b""
    try:
        while piece := os.read(words, 65536):
            heard = piece
    except BlockingIOError:
        pass  # a child of the hook holds the pipe open
    return heard


def _feed(stdin: int, text: bytes) -> bytes:
    """Writes what the pipe takes; closes it when all is written or nobody reads. Returns the rest."""
    try:
        text = text[os.write(stdin, text) :]
    except BlockingIOError:
        return text
    except BrokenPipeError:
        text = b""
    if not text:
        os.close(stdin)
    return text
