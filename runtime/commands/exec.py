"""exec [--process FILE | the options of runc's exec] ID [PROGRAM [ARGS]]: one more process in a container.

In a container of v0.4 or v0.5 a single word behind the id is the path to the process's JSON (runtime.md#exec there).
"""

from __future__ import annotations

from runtime import ids, joining
from runtime import lean_os as os
from runtime.faults import Fault
from runtime.jsontext import loads
from runtime.options import Given, number
from runtime.options import parse as parse_options
from runtime.state import Container

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

    from runtime.cli import Log

NOT_EXECUTED = 255  # runc's code for it, so that callers can tell it from a program's own 1
FLAGS = {"--detach", "--tty", "--no-new-privs", "--ignore-paused", "--no-subreaper"}
VALUES = {
    "--process", "--pid-file", "--user", "--additional-gids", "--cwd", "--env", "--cap", "--console-socket",
    "--preserve-fds", "--apparmor", "--process-label", "--cgroup", "--pidfd-socket",
}  # fmt: skip
SHORT = {"-d": "--detach", "-t": "--tty", "-p": "--process", "-u": "--user", "-g": "--additional-gids", "-e": "--env", "-c": "--cap"}  # fmt: skip


def command(root: str, args: list[str], log: Log) -> int:
    given, words = parse_options(args, FLAGS, VALUES, SHORT, stop=True)
    if not words:
        raise Fault("the container's id is missing")
    container = Container(root, words[0])
    options = joining.Options()
    options.detach = "--detach" in given
    options.pid_file = given.get("--pid-file")
    options.console_socket = given.get("--console-socket")
    options.preserve_fds = number(given, "--preserve-fds")
    options.ignore_paused = "--ignore-paused" in given
    options.cgroup = tuple(given.every("--cgroup"))
    options.pidfd_socket = given.get("--pidfd-socket")
    options.subreaper = "--no-subreaper" not in given
    options.debug = log.debug
    try:
        return joining.join(container, _process(container, given, words[1:]), options, log.warn)
    except Fault as failed:
        failed.code = NOT_EXECUTED
        raise


def _process(container: Container, given: Given, program: list[str]) -> dict[str, Any]:
    """The process of --process, or the container's own with what the options change."""
    file = given.get("--process")
    if file is None and len(program) == 1 and container.load().rules["start_creates"]:
        file = program[0]
    if file is not None:
        return _from_file(container, file)
    if program[:1] == ["--"]:
        program = program[1:]
    if not program:
        raise Fault("exec needs a program to run, or --process with a file that names one")
    own: dict[str, Any] = container.load().config().get("process") or {"cwd": "/"}
    found = {**own, "args": program, "terminal": "--tty" in given, "user": dict(own.get("user") or {})}
    found.pop(
        "oomScoreAdj", None
    )  # what was asked for the first process is inherited by none but its children
    found["cwd"] = given.get("--cwd", found["cwd"])
    found["env"] = [*(own.get("env") or []), *given.every("--env")]
    if "--no-new-privs" in given:
        found["noNewPrivileges"] = True
    for option, name in (("--apparmor", "apparmorProfile"), ("--process-label", "selinuxLabel")):
        if option in given:
            found[name] = given[option]
    if "--user" in given:
        found["user"].update(_user(given["--user"]))
    if "--additional-gids" in given:
        found["user"]["additionalGids"] = [
            ids.parse("--additional-gids", text) for text in given.every("--additional-gids")
        ]
    if "--cap" in given:
        _add_capabilities(found, given.every("--cap"))
    if found["terminal"] and os.isatty(0):
        found.pop("consoleSize", None)  # our own terminal's size is passed on
    return found


def _from_file(container: Container, file: str) -> dict[str, Any]:
    """The process object in a file, spelled as the container's release spells it."""
    try:
        with open(file, encoding="utf-8") as text:
            found = loads(text.read(), file)
    except UnicodeDecodeError:
        raise Fault(f"--process {file} is not UTF-8") from None
    except OSError as failed:
        raise Fault(f"--process {file} cannot be read: {failed.strerror}") from None
    if not isinstance(found, dict):
        raise Fault(f"--process {file} is not a JSON object")
    rules = container.load().rules
    if not rules.is_old:
        return found
    from runtime import dialects  # for old spellings only

    return dialects.process(found, rules)


def _user(text: str) -> dict[str, int]:
    """UID or UID:GID, numbers only: names are the caller's business (CVE-2016-3697, CVE-2026-30892)."""
    uid, colon, gid = text.partition(":")
    found = {"uid": ids.parse("--user", uid)}
    return {**found, "gid": ids.parse("--user", gid)} if colon else found


def _add_capabilities(process: dict[str, Any], names: list[str]) -> None:
    """Into bounding, effective and permitted; never inheritable (CVE-2022-29162)."""
    sets = dict(process.get("capabilities") or {})
    for name in ("bounding", "effective", "permitted"):
        sets[name] = [*(sets.get(name) or []), *names]
    process["capabilities"] = sets
