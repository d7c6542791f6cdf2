"""refrun's command line: runc's words, parsed by hand because start-up is the runtime's speed."""

from __future__ import annotations

import os
import sys

from runtime import VERSION
from runtime.faults import Fault
from runtime.jsontext import dumps

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

GLOBAL_FLAGS = {"--debug", "--systemd-cgroup"}
GLOBAL_VALUES = {"--root", "--log", "--log-format", "--cgroup-manager", "--rootless", "--criu"}
USAGE = """refrun [--root DIR] [--log FILE] [--log-format text|json] [--debug] COMMAND

  create [-b BUNDLE] [-f CONFIG] [--pid-file F] [--preserve-fds N] [--no-pivot] ID
  start ID                  run [-b BUNDLE] [--detach] ID
  state ID                  kill [--all] ID [SIGNAL]
  delete [--force] ID       list [--format table|json]
  ps [--format table|json] ID
  features                  what this runtime can do, as JSON
  spec [-b BUNDLE]          writes a config.json to start from
"""


class Log:
    """Where warnings and the final error go: stderr, and the file of --log in its format."""

    def __init__(self) -> None:
        self.file, self.format = "", "text"

    def warn(self, text: str) -> None:
        self.write("warning", text)
        print(f"refrun: warning: {text}", file=sys.stderr, flush=True)

    def write(self, level: str, text: str) -> None:
        if not self.file:
            return
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
            print(f"refrun: --log {self.file} cannot be written: {failed.strerror}", file=sys.stderr)


def main(argv: list[str]) -> int:
    """Runs one command. Returns the exit code: 0, 1 after an error, or the program's own code for `run`."""
    log = Log()
    try:
        options, rest = parse(
            argv, GLOBAL_FLAGS, GLOBAL_VALUES, {"-v": "--version", "-h": "--help"}, stop=True
        )
        log.file, log.format = options.get("--log", ""), options.get("--log-format", "text")
        if "--version" in options or rest[:1] == ["--version"]:
            from runtime.releases import NEWEST

            print(f"refrun version {VERSION}\nspec: {NEWEST}")
            return 0
        if not rest or "--help" in options or rest[0] in ("help", "--help"):
            print(USAGE, end="")
            return 0
        if rest[0] not in COMMANDS:
            raise Fault(f"there is no command {rest[0]}; known are {', '.join(COMMANDS)}")
        root = options.get("--root") or default_root()
        return COMMANDS[rest[0]](os.path.abspath(root), rest[1:], log) or 0
    except Fault as failed:
        text = str(failed)
    except OSError as failed:
        text = f"{failed.filename or 'refrun'}: {failed.strerror}"
    log.write("error", text)
    print(f"refrun: {text}", file=sys.stderr)
    return 1


def default_root() -> str:
    """/run/refrun for root, else a folder only this user can write."""
    if os.geteuid() == 0:
        return "/run/refrun"
    base = os.environ.get("XDG_RUNTIME_DIR")
    return f"{base}/refrun" if base else f"/tmp/refrun-{os.geteuid()}"


def parse(
    argv: list[str], flags: set[str], values: set[str], short: dict[str, str], stop: bool = False
) -> tuple[dict[str, str], list[str]]:
    """Splits options from words. `stop`: the first word ends the options, as for the global ones. Raises Fault."""
    options: dict[str, str] = {}
    words: list[str] = []
    rest = list(argv)
    while rest:
        word = rest.pop(0)
        if word == "--":
            return options, words + rest
        if not word.startswith("-") or word == "-" or word.lstrip("-").isdigit():
            words.append(word)
            if stop:
                return options, words + rest
            continue
        name, has_value, value = word.partition("=")
        name = short.get(name, name if name.startswith("--") else f"-{name}")
        if name in values:
            if not has_value:
                if not rest:
                    raise Fault(f"{name} needs a value")
                value = rest.pop(0)
            options[name] = value
        elif name in flags or name in ("--help", "--version"):
            options[name] = "" if value == "false" else "true"
            if value == "false":
                del options[name]
        else:
            raise Fault(f"unknown option {word}")
    return options, words


CREATE_FLAGS = {"--no-pivot", "--no-new-keyring", "--detach", "--no-subreaper", "--keep"}
CREATE_VALUES = {"--bundle", "--config", "--pid-file", "--console-socket", "--preserve-fds"}


def _creation(args: list[str]) -> tuple[Any, str]:
    from runtime.lifecycle import Options

    short = {"-b": "--bundle", "-f": "--config", "-d": "--detach"}
    given, words = parse(args, CREATE_FLAGS, CREATE_VALUES, short)
    options = Options()
    options.bundle = given.get("--bundle", ".")
    options.config_file = given.get("--config")
    options.pid_file = given.get("--pid-file")
    options.no_pivot = "--no-pivot" in given
    options.detach = "--detach" in given
    fds = given.get("--preserve-fds", "0")
    if not (fds.isdecimal() and fds.isascii()):
        raise Fault(f"--preserve-fds {fds} is not a number")
    options.preserve_fds = int(fds)
    return options, _one(words)


def _one(words: list[str]) -> str:
    if len(words) != 1:
        raise Fault(
            "the container's id is missing" if not words else f"one container's id, not {' '.join(words)}"
        )
    return words[0]


def _create(root: str, args: list[str], log: Log) -> None:
    from runtime import lifecycle

    options, id_ = _creation(args)
    lifecycle.create(root, id_, options, log.warn)


def _run(root: str, args: list[str], log: Log) -> int:
    from runtime import lifecycle

    options, id_ = _creation(args)
    return lifecycle.run(root, id_, options, log.warn)


def _start(root: str, args: list[str], log: Log) -> None:
    from runtime import lifecycle
    from runtime.state import Container

    lifecycle.start(Container(root, _one(parse(args, set(), set(), {})[1])), log.warn)


def _state(root: str, args: list[str], log: Log) -> None:
    from runtime.state import Container

    print(dumps(Container(root, _one(parse(args, set(), set(), {})[1])).load().document()))


def _kill(root: str, args: list[str], log: Log) -> None:
    from runtime import lifecycle
    from runtime.state import Container

    options, words = parse(args, {"--all"}, set(), {"-a": "--all"})
    if len(words) not in (1, 2):
        raise Fault("kill takes a container's id and a signal")
    signal = signal_number(words[1] if len(words) == 2 else "SIGTERM")
    lifecycle.kill(Container(root, words[0]), signal, "--all" in options)


def signal_number(word: str) -> int:
    """15, TERM, SIGTERM, sigterm, RTMIN+3 or RTMAX-2 as a number from 1 to 64. Raises Fault."""
    import _signal

    if word.isdecimal() and word.isascii():
        found, offset = int(word), ""
    else:
        base = word.upper().removeprefix("SIG")
        split = (
            base.find("+") if base.startswith("RTMIN") else base.find("-") if base.startswith("RTMAX") else -1
        )
        base, offset = (base[:split], base[split:]) if split > 0 else (base, "")
        found = getattr(_signal, f"SIG{base}", 0) if base.isalnum() else 0
    if offset:
        found += int(offset) if offset[1:].isdecimal() and offset.isascii() else 99
    if not 0 < found <= 64:
        raise Fault(f"there is no signal {word}")
    return int(found)


def _delete(root: str, args: list[str], log: Log) -> None:
    from runtime import lifecycle
    from runtime.state import Container

    options, words = parse(args, {"--force"}, set(), {"-f": "--force"})
    if not words:
        raise Fault("the container's id is missing")
    for id_ in words:
        lifecycle.delete(Container(root, id_), "--force" in options, log.warn)


def _list(root: str, args: list[str], log: Log) -> None:
    from runtime.state import Container, all_ids

    options, _ = parse(args, {"--quiet"}, {"--format"}, {"-q": "--quiet", "-f": "--format"})
    found = []
    for id_ in all_ids(root):
        try:
            document = Container(root, id_).load().document()
        except Fault:
            continue  # deleted, or not yet written, between the listing and the look
        found.append({**document, "pid": document.get("pid", 0)})
    if "--quiet" in options:
        print("".join(f"{each['id']}\n" for each in found), end="")
    elif options.get("--format") == "json":
        print(dumps(found))
    else:
        print(f"{'ID':<24}{'PID':<10}{'STATUS':<12}BUNDLE")
        for each in found:
            print(
                f"{each['id']:<24}{each['pid']:<10}{each['status']:<12}{each.get('bundle') or each.get('bundlePath')}"
            )


def _ps(root: str, args: list[str], log: Log) -> None:
    from runtime import cgroups
    from runtime.state import Container

    options, words = parse(args, set(), {"--format"}, {"-f": "--format"})
    container = Container(root, _one(words[:1])).load()
    pids = cgroups.processes(container.facts["cgroups"]) or [
        pid for pid in [container.document().get("pid")] if pid
    ]
    print(dumps(pids) if options.get("--format") == "json" else "\n".join(["PID", *map(str, pids)]))


def _features(root: str, args: list[str], log: Log) -> None:
    from runtime.features import features

    print(dumps(features()))


def _spec(root: str, args: list[str], log: Log) -> None:
    from runtime.features import starter

    options, _ = parse(args, {"--rootless"}, {"--bundle"}, {"-b": "--bundle"})
    path = os.path.join(options.get("--bundle", "."), "config.json")
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(starter("--rootless" in options))
    except FileExistsError:
        raise Fault(f"{path} exists; move it away first") from None


COMMANDS: dict[str, Any] = {
    "create": _create, "start": _start, "state": _state, "kill": _kill, "delete": _delete,
    "run": _run, "list": _list, "ps": _ps, "features": _features, "spec": _spec,
}  # fmt: skip
