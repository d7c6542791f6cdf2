"""refrun's command line: runc's words; one error, one sentence."""

from __future__ import annotations

import sys

from runtime import VERSION, interrupts
from runtime import lean_os as os
from runtime.commands import NAMES
from runtime.faults import Fault
from runtime.jsontext import dumps
from runtime.options import Given, check_choices, parse

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

# --criu is taken for runc's callers: there is no checkpoint that would use it
GLOBAL_FLAGS = {"--debug", "--systemd-cgroup"}
GLOBAL_VALUES = {"--root", "--log", "--log-format", "--log-level", "--cgroup-manager", "--rootless", "--criu"}


class Log:
    """Where warnings and the final error go: stderr, and the file of --log in its format. `options` are the global ones."""

    def __init__(self) -> None:
        self.options = Given()
        self.file, self.format, self.level = "", "text", "warning"

    def set(self, options: Given) -> None:
        """Takes the global options. Raises Fault for a word that one of them does not take."""
        self.options = options
        self.file, self.format = options.get("--log", ""), options.get("--log-format", "text")
        self.level = "debug" if "--debug" in options else options.get("--log-level", "warning")
        check_choices(options)

    def debug(self, text: str) -> None:
        """A step that was taken; told with --debug only, in the log, or on stderr without one."""
        if self.level == "debug":
            self.write("debug", text)
            if not self.file:
                print(f"refrun: debug: {text}", file=sys.stderr, flush=True)

    def warn(self, text: str) -> None:
        """Says what goes on all the same (runtime.md#warnings)."""
        if self.level == "error":
            return
        self.write("warning", text)
        tell(f"refrun: warning: {text}")

    def write(self, level: str, text: str) -> None:
        if not self.file or b"_REFRUN_PLACE" in os.environ:
            return  # interpreter.seal: what is said until we are back was said before
        import time

        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        if self.format == "json":
            line = dumps({"level": level, "msg": text, "time": at})
        else:
            line = f'time="{at}" level={level} msg={dumps(text)}'
        try:
            with open(self.file, "a", encoding="utf-8") as log:
                log.write(line + "\n")
        except OSError as failed:
            tell(f"refrun: --log {self.file} cannot be written: {failed.strerror}")


def main(argv: list[str]) -> int:
    """Runs one command. Returns the exit code: 0, 1 after an error (255 for `exec`), or the program's own code.

    See runtime.md#operations, runtime.md#errors.
    """
    log, code = Log(), 1
    _have_streams()
    interrupts.let_go()  # no KeyboardInterrupt: what waits for start inherits it, and a traceback tells a user nothing
    try:
        code = _run(argv, log)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except Fault as failed:
        text, code = str(failed), failed.code
    except OSError as failed:
        text = (
            f"{failed.filename}: {failed.strerror}"
            if failed.filename
            else f"the kernel says: {failed.strerror}"
        )
    except MemoryError:
        text = "there is not enough memory"
    except interrupts.Interrupted as signal:
        text, code = f"ended by signal {signal.number}", 128 + signal.number
    _let_stdout_be()
    log.write("error", text)
    tell(f"refrun: {text}")
    return code or 1


def _run(argv: list[str], log: Log) -> int:
    options, rest = parse(argv, GLOBAL_FLAGS, GLOBAL_VALUES, {"-v": "--version", "-h": "--help"}, stop=True)
    log.set(options)
    if "--version" in options or rest[:1] == ["--version"]:
        from runtime.releases import NEWEST

        print(f"refrun version {VERSION}\nspec: {NEWEST}")
        return 0
    if not rest or "--help" in options or rest[0] in ("help", "--help"):
        _usage()
        return 0
    if rest[0] not in NAMES:
        raise Fault(f"there is no command {rest[0]}; known are {', '.join(NAMES)}")
    command, words = _command(rest[0])
    if rest[1:2] in (["--help"], ["-h"]):
        print(f"refrun {words}")
        return 0
    root = os.path.abspath(options.get("--root") or default_root())
    log.debug(f"{rest[0]} with the state in {root}")
    return int(command(root, rest[1:], log) or 0)


def tell(text: str) -> None:
    """One line on stderr; that it cannot be written is no reason to do anything else."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        _let_be(2)


def _have_streams() -> None:
    """A caller may have closed stdin, stdout or stderr; the next file opened would stand in for it."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        while (fd := os.open("/dev/null", os.O_RDWR)) <= 2:
            os.set_inheritable(fd, True)
        os.close(fd)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a name need not be text


def _let_stdout_be() -> None:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        _let_be(1)


def _let_be(fd: int) -> None:
    """What could not be written is not tried again at the end, where Python would complain in its own way."""
    null = os.open("/dev/null", os.O_WRONLY | os.O_CLOEXEC)
    os.dup2(null, fd)
    os.close(null)


def default_root() -> str:
    """/run/refrun for root, else a folder only this user can write."""
    if os.geteuid() == 0:
        return "/run/refrun"
    base = os.getenv("XDG_RUNTIME_DIR")
    return f"{base}/refrun" if base else f"/tmp/refrun-{os.geteuid()}"


def _usage() -> None:
    print(
        "refrun [--root DIR] [--log FILE] [--log-format text|json] [--log-level error|warning|debug] [--debug]"
    )
    print(
        "       [--cgroup-manager cgroupfs|systemd|disabled] [--systemd-cgroup] [--rootless true|false|auto] COMMAND\n"
    )
    for name in NAMES:
        print(f"  {_command(name)[1]}")


def _command(name: str) -> tuple[Any, str]:
    """What a command does, and its help; its module is imported only when it is asked for.

    In this order: a linked module is read for the first name asked of it, and `__doc__` is there before.
    """
    module = getattr(__import__(f"runtime.commands.{name}").commands, name)
    return module.command, module.__doc__
