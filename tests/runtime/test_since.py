"""When each property and value appeared: the table beside the schemas and the texts of every release."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from runtime import shape, since
from runtime.releases import RELEASES, Rules, parse
from tests.skips import skip_data

# Where the text, which is canonical, is ahead of its schema: property -> the release whose config*.md has it first
TEXT_FIRST = {
    **{f"hooks.{point}[].timeout": "0.5.0" for point in ("prestart", "poststart", "poststop")},
    "process.consoleSize": "1.0.0-rc3",
    "process.selinuxLabel": "0.4.0",
    "process.rlimits": "0.4.0",
    "process.user.username": "1.0.0-rc3",
    "linux.intelRdt": "1.0.0-rc6",
    "linux.seccomp.syscalls[].names": "1.0.0-rc5",
    "linux.resources.blockIO.throttleReadIOPSDevice": "1.0.0-rc6",
    "linux.resources.blockIO.throttleWriteIOPSDevice": "1.0.0-rc6",
    "linux.resources.devices": "0.4.0",
    "linux.resources.pids": "0.4.0",
    "linux.resources.memory.kernelTCP": "0.4.0",
    "linux.resources.network.classID": "0.4.0",
    "linux.resources.hugepageLimits[].pageSize": "0.4.0",
    "linux.resources.hugepageLimits[].limit": "0.4.0",
}
NOT_LEFT_OUT = {"process.user.username", "process.capabilities"}  # of Windows; of another type before rc5


def of_the_shape(node: Any = shape.CONFIG, path: str = "") -> list[str]:
    """The path of every property that refrun looks at."""
    found: list[str] = []
    if isinstance(node, list):
        return of_the_shape(node[0], f"{path}[]")
    if isinstance(node, dict):
        return of_the_shape(node[""], f"{path}.*")
    if isinstance(node, tuple):
        for name, each in node[0].items():
            below = f"{path}.{name}".lstrip(".")
            found += [below, *of_the_shape(each, below)]
    return found


@cache
def of_the_schema(release: str) -> frozenset[str]:
    """The same of a release's JSON schema."""
    folder = skip_data(f"spec/v{release}/schema")
    whole = "config-schema.json" if (folder / "config-schema.json").exists() else "schema.json"
    return frozenset(_properties(folder, {"$ref": whole}, whole, ""))


def _properties(folder: Path, node: Any, file: str, path: str) -> set[str]:
    found: set[str] = set()
    if not isinstance(node, dict):
        return found
    if "$ref" in node:
        name, _, pointer = node["$ref"].partition("#")
        file = Path(name).name or file
        if not (folder / file).exists():
            return found  # rc4 refers to a file that is called `string`
        target = json.loads((folder / file).read_text(encoding="utf-8"))
        for part in pointer.strip("/").split("/"):
            target = target.get(part, {}) if part else target
        found |= _properties(folder, target, file, path)
    for key in ("allOf", "oneOf", "anyOf"):
        for each in node.get(key, ()):
            found |= _properties(folder, each, file, path)
    for name, each in (node.get("properties") or {}).items():
        if (below := f"{path}.{name}".lstrip(".")).split(".")[0] not in (
            "windows",
            "solaris",
            "vm",
            "zos",
            "freebsd",
        ):
            found |= {below} | _properties(folder, each, file, below)
    items = node.get("items")
    found |= _properties(folder, items[0] if isinstance(items, list) else items, file, f"{path}[]")
    others = [node.get("additionalProperties"), *(node.get("patternProperties") or {}).values()]
    for each in others:
        found |= _properties(folder, each, file, f"{path}.*")
    return found


@cache
def text_of(release: str) -> str:
    folder = skip_data(f"spec/v{release}")
    return "".join((folder / name).read_text(encoding="utf-8") for name in ("config.md", "config-linux.md"))


def above(path: str) -> list[str]:
    """The property and those that hold it, without the marks for entries."""
    names = path.split(".")
    return [".".join(names[:n]).removesuffix("[]") for n in range(len(names), 0, -1) if names[n - 1] != "*"]


def in_a_schema(path: str) -> str:
    return next((release for release in RELEASES if path in of_the_schema(release)), "none")


def first(path: str) -> str:
    """The release that has the property first, under this name."""
    by_schema = in_a_schema(path)
    for holder in above(path):
        if holder in TEXT_FIRST and in_a_schema(holder) in (by_schema, "none"):
            return TEXT_FIRST[holder]
    return by_schema


@pytest.mark.parametrize("path", of_the_shape())
def test_a_property_is_known_since_the_release_that_brought_it(path: str) -> None:
    if path in NOT_LEFT_OUT or path.startswith("process.capabilities."):
        return
    said = max((since.SINCE.get(holder, RELEASES[0]) for holder in above(path)), key=parse)
    assert said == first(path)


@pytest.mark.parametrize(("path", "release"), TEXT_FIRST.items())
def test_the_text_is_ahead_of_the_schema_where_we_say_so(path: str, release: str) -> None:
    name = path.rpartition(".")[2]
    old = f"blkioT{name[1:]}" if name.startswith("throttle") else name
    named = re.compile(rf'[`"*]({name})[`"*]')
    assert named.search(text_of(release)), f"v{release} does not name {name}"
    before = RELEASES[: RELEASES.index(release)]
    assert not any(
        named.search(text_of(each)) for each in before if old == name or f"`{name}`" in text_of(each)
    )


@pytest.mark.parametrize(
    ("value", "release"), sorted({(v, r) for values in since.VALUES.values() for v, r in values.items() if v != "runbindable"})
)  # fmt: skip
def test_a_value_is_known_since_the_release_whose_text_lists_it(value: str, release: str) -> None:
    named = re.compile(rf"\*\*`{value}`\*\*" if value in ("cgroup", "time") else rf"\b{value}\b")
    assert next(each for each in RELEASES if named.search(text_of(each))) == release


@pytest.mark.parametrize(("path", "release"), since.SINCE.items())
def test_an_older_release_does_not_see_it(path: str, release: str) -> None:
    def holding() -> dict[str, Any]:
        value: Any = 7
        for name in reversed(path.split(".")):
            value = {name.removesuffix("[]"): [value] if name.endswith("[]") else value}
        found: dict[str, Any] = value
        return found

    before = RELEASES[RELEASES.index(release) - 1]
    old, new = holding(), holding()
    since.leave_out(old, Rules(before))
    since.leave_out(new, Rules(release))
    assert (str(7) in str(old), new) == (False, holding())
    assert parse(before) < parse(release)
