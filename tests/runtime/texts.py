"""What the texts of each release say: their places, which properties they require, and where their schemas say something else."""

import re
from functools import cache

from runtime import former, places
from runtime.conformance.releases import position
from runtime.releases import Rules
from tests.skips import skip_data

HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)


@cache
def text(tag: str, file: str) -> str:
    return str(skip_data(f"spec/{tag}/{file}").read_text(encoding="utf-8"))


def slug(heading: str) -> str:
    plain = re.sub(r"<[^>]*>|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


@cache
def names(tag: str, file: str) -> set[str]:
    """What can be linked to in a text of the specification: its named anchors and its headings."""
    found = {slug(heading) for _, heading in HEADING.findall(text(tag, file))}
    return found | set(re.findall(r'name="([^"]+)"', text(tag, file)))


def section(tag: str, place: str) -> str:
    """The text under a heading, with what is under it in turn."""
    file, _, anchor = place.partition("#")
    whole = text(tag, file)
    headings = list(HEADING.finditer(whole))
    for at, found in enumerate(headings):
        if anchor == slug(found[2]) or f'name="{anchor}"' in found[2]:
            end = next((each.start() for each in headings[at + 1 :] if len(each[1]) <= len(found[1])), None)
            return whole[found.end() : end]
    return ""


# What texts only show in their examples, while nothing can be applied without it -> the first release whose text requires it
SHOWN_ONLY = {
    **{f"linux.{ids}[].{name}": "v1.0.0-rc3" for ids in ("uidMappings", "gidMappings") for name in ("hostID", "containerID", "size")},
    **{f"process.rlimits[].{name}": "v1.0.0-rc4" for name in ("type", "soft", "hard")},
    "linux.seccomp.defaultAction": "v1.0.0-rc6",
    **{f"linux.seccomp.syscalls[].{name}": "v1.0.0-rc6" for name in ("names", "action")},
    **{f"linux.seccomp.syscalls[].args[].{name}": "v1.0.0-rc6" for name in ("index", "value", "op")},
}  # fmt: skip
ONCE = {  # the name of a time -> where the same is today
    "linux.seccomp.syscalls[].name": "linux.seccomp.syscalls[].names",
    **{f"linux.rlimits[].{name}": f"process.rlimits[].{name}" for name in ("type", "soft", "hard")},
}


def says_required(tag: str, path: str) -> bool:
    """Whether the section of the property names it and says that it is required."""
    place = places.of(former.anchor(path), Rules(tag.removeprefix("v")))
    name = re.escape(path.rpartition(".")[2])
    return bool(re.search(
        rf"\*\*`([\w, ]+, )?{name}(, [\w, ]+)?`\*\*[^\n]*\brequired\b|`{name}` is required", section(tag, place), re.IGNORECASE
    ))  # fmt: skip


def must_be_there(tag: str, path: str) -> bool:
    shown = SHOWN_ONLY.get(ONCE.get(path, path))
    return says_required(tag, path) or bool(shown and position(tag) < position(shown))


SCHEMA_ALONE = {  # a property whose schema says what its text does not, and the text counts -> from and until which release
    "linux.devices[].permissions": ("v0.4.0", "v1.0.0-rc3"),  # the text has no such property
    "linux.devices[].type": ("v0.4.0", "v0.4.0"),  # a letter in the text, a number in the schema
    "linux.resources.hugepageLimits": ("v0.4.0", "v0.4.0"),  # an array in the text, an object in the schema
    "linux.resources.network.classId": ("v0.4.0", "v0.4.0"),  # classID in the text
    "process.commandLine": ("v1.0.2", "v1.3.0"),  # of Windows
}
IN_THE_TEXT = {  # how the text has it, for those of which it says something
    "process.commandLine": r"\*\*`commandLine`\*\*[^\n]*\bWindows\b",
    "linux.devices[].type": r"\*\*`type`\*\* \*\(string",
    "linux.resources.hugepageLimits": "`hugepageLimits` is an array",
    "linux.resources.network.classId": r"\*\*`classID`\*\*",
}


def counts(tag: str, path: str) -> bool:
    """Whether the schema is right about a property, or the text that contradicts it."""
    for each, (first, last) in SCHEMA_ALONE.items():
        below = path == each or path.startswith((f"{each}.", f"{each}["))
        if below and position(first) <= position(tag) <= position(last):
            return False
    return True
