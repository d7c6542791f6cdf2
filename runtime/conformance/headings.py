"""Which sections the specification has and had, from v0.4.0 on: `sections.toml`, drawn from the texts and checked against them."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from runtime.conformance.requirements.markdown import Section, sections, slug

TABLE = Path(__file__).with_name("sections.toml")
FIRST = "v0.4.0"  # the first release that describes operations
FILES = (
    "bundle.md",
    "runtime.md",
    "runtime-linux.md",
    "config.md",
    "config-linux.md",
    "features.md",
    "features-linux.md",
    "glossary.md",
)
ELSEWHERE = {"windows", "zos"}  # words of a heading that Linux has no part in
RENAMED = {  # what a heading was called -> what it is called now
    "config-linux.md#block-io-controller": "block-io",
    "config-linux.md#default-file-systems": "default-filesystems",
    "config-linux.md#device-whitelist": "allowed-device-list",
    "config-linux.md#linux-specific-container-configuration": "linux-container-configuration",
    "config.md#container-configuration-file": "configuration",
    "config.md#hooks": "posix-platform-hooks",
    "config.md#linux-and-solaris-user": "posix-platform-user",
    "config.md#linux-user": "posix-platform-user",
    "config.md#process-configuration": "process",
    "config.md#root-configuration": "root",
    "features-linux.md#linux-features-document": "linux-features-structure",
    "features.md#features-document": "features-structure",
    "glossary.md#features-document": "features-structure",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A section over all releases. `anchor` is GitHub's slug of its last title, `was` are the other anchors it has or had:
    those of earlier titles, and the explicit ones (`configLinuxDevices`)."""

    file: str
    anchor: str
    title: str
    level: int
    since: str
    until: str
    was: tuple[str, ...]

    @property
    def place(self) -> str:
        return f"{self.file}#{self.anchor}"


def load() -> tuple[Heading, ...]:
    """The table, in the order of the newest release; what that release has no more comes last of its file."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["section"]
    return tuple(Heading(**{**row, "was": tuple(row.get("was", ()))}) for row in rows)


def draw(spec: Path) -> tuple[Heading, ...]:
    """The table anew, from a folder that holds each release's texts under its tag."""
    tags = sorted((path.name for path in spec.iterdir() if path.is_dir()), key=age)
    tags = [tag for tag in tags if age(tag) >= age(FIRST)]
    return tuple(heading for file in FILES for heading in _of_file(file, spec, tags))


def age(tag: str) -> tuple[int, ...]:
    """A tag as numbers that compare: v1.0.0-rc6 comes before v1.0.0. Raises ValueError for what is no tag."""
    match = re.fullmatch(r"v(\d+)\.(\d+)\.(\d+)(?:-rc\.?(\d+))?", tag)
    if match is None:
        raise ValueError(f"{tag} is not a release's tag")
    major, minor, patch, candidate = match.groups()
    return int(major), int(minor), int(patch), int(candidate or 1000)


def as_toml(headings: Iterable[Heading]) -> str:
    lines = [
        "# Made by `python -m runtime.conformance.contents --draw FOLDER`; FOLDER holds the texts of each tag."
    ]
    for each in headings:
        lines += [
            "", "[[section]]", f'file = "{each.file}"', f'anchor = "{each.anchor}"', f'title = "{each.title}"',
            f"level = {each.level}", f'since = "{each.since}"', f'until = "{each.until}"',
        ]  # fmt: skip
        if each.was:
            lines.append(f"was = [{', '.join(f'{word!r}' for word in each.was)}]".replace("'", '"'))
    return "\n".join(lines) + "\n"


def _of_file(file: str, spec: Path, tags: list[str]) -> list[Heading]:
    found: dict[str, Heading] = {}
    order: list[str] = []
    for tag in tags:
        path = spec / tag / file
        here = (
            [each for each in sections(path.read_text(encoding="utf-8")) if _counts(each)]
            if path.exists()
            else []
        )
        for section in here:
            anchor = _today(file, section)
            before = found.get(anchor)
            own = section.anchors.index(slug(section.title))  # what stands behind it leads to another section
            was = (
                *(before.was if before else ()),
                *(each for each in section.anchors[: own + 1] if each != anchor),
            )
            found[anchor] = Heading(
                file,
                anchor,
                section.title,
                section.level,
                before.since if before else tag,
                tag,
                tuple(dict.fromkeys(was)),
            )
        order = [_today(file, each) for each in here] or order
    return [found[anchor] for anchor in [*order, *(anchor for anchor in found if anchor not in order)]]


def _today(file: str, section: Section) -> str:
    """The slug of a section by its last title."""
    return RENAMED.get(f"{file}#{slug(section.title)}", slug(section.title))


def _counts(section: Section) -> bool:
    """Whether a heading asks anything: examples and other systems' parts do not."""
    if any("Example" in title for title in (section.title, *section.parents)):
        return False
    return not set(slug(section.title).split("-")) & ELSEWHERE
