"""Command-line options, parsed by hand because start-up is the runtime's speed."""

from __future__ import annotations

from runtime import lean_os as os
from runtime.faults import Fault

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NO_SHORT: dict[str, str] = {}


class Given(dict[str, str]):
    """Option -> its last value; `every(option)` has all of them, for those that may be repeated."""

    def __init__(self) -> None:
        self._all: dict[str, list[str]] = {}

    def add(self, name: str, value: str) -> None:
        self[name] = value
        self._all.setdefault(name, []).append(value)

    def every(self, name: str) -> list[str]:
        return self._all.get(name, [])


def parse(
    argv: list[str],
    flags: Iterable[str] = (),
    values: Iterable[str] = (),
    short: Mapping[str, str] = NO_SHORT,
    stop: bool = False,
) -> tuple[Given, list[str]]:
    """Splits options from words. `stop`: the first word ends the options, as for the global ones. Raises Fault."""
    given, rest = Given(), list(argv)
    words: list[str] = []
    while rest:
        word = rest.pop(0)
        if word == "--":
            return given, words + rest
        if not word.startswith("-") or word == "-":
            words.append(word)
            if stop:
                return given, words + rest
            continue
        name, has_value, value = word.partition("=")
        name = short.get(name, name if name.startswith("--") else f"-{name}")
        if name in values:
            if not has_value:
                if not rest:
                    raise Fault(f"{name} needs a value")
                value = rest.pop(0)
            given.add(name, value)
        elif name in flags or name in ("--help", "--version"):
            if value == "false":
                given.pop(name, None)
            else:
                given.add(name, "true")
        else:
            raise Fault(f"unknown option {word}")
    return given, words


CHOICES = {  # global option -> the words it takes
    "--log-format": ("text", "json"),
    "--log-level": ("error", "warning", "debug"),
    "--cgroup-manager": ("cgroupfs", "systemd", "disabled"),
    "--rootless": ("true", "false", "auto"),
}


def check_choices(given: Mapping[str, str]) -> None:
    """Raises Fault for a global option with another word than it takes."""
    for name, words in CHOICES.items():
        if name in given and given[name] not in words:
            raise Fault(f"{name} {given[name] or '(nothing)'} is not one of {', '.join(words)}")


def cgroup_manager(given: Mapping[str, str]) -> str:
    """Who makes the control groups: `cgroupfs` (refrun itself) or `disabled` (nobody). Raises Fault for systemd."""
    asked = "systemd" if "--systemd-cgroup" in given else given.get("--cgroup-manager", "cgroupfs")
    if asked != "systemd":
        return asked
    name = "--systemd-cgroup" if "--systemd-cgroup" in given else "--cgroup-manager systemd"
    if not os.path.isdir("/run/systemd/system"):  # sd_booted(3)
        raise Fault(f"{name} needs systemd, which does not run on this host; use --cgroup-manager cgroupfs")
    raise Fault(
        f"{name}: refrun makes control groups itself and does not ask systemd; use --cgroup-manager cgroupfs"
    )


def no_words(words: list[str], name: str) -> None:
    """Raises Fault for words behind a command that takes none."""
    if words:
        raise Fault(f"{name} takes options only, not {' '.join(words)}")


def one_id(words: list[str]) -> str:
    """The only word, which is a container's id. Raises Fault."""
    if not words:
        raise Fault("the container's id is missing")
    if len(words) > 1:
        raise Fault(f"one container's id, not {' '.join(words)}")
    return words[0]


def number(given: Mapping[str, str], name: str, otherwise: int = 0) -> int:
    """An option that is a number of ASCII digits. Raises Fault."""
    text = given.get(name)
    if text is None:
        return otherwise
    if not (text.isdecimal() and text.isascii() and len(text) < 20):
        raise Fault(f"{name} {text} is not a number")
    return int(text)
