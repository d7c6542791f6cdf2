"""The headings of a Markdown file, with the anchors by which they are linked, read line by line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})(.*)$")
# The `=` is missing twice in v1.0.0-rc5; what was meant is the anchor that the releases around it have.
ANCHOR = re.compile(r"<a\s+(?:name|id)\s*=?\s*[\"']([^\"']+)[\"'][^>]*>(?:\s*</a>)?", re.IGNORECASE)
LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
TAG = re.compile(r"</?[A-Za-z][^>]*>")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it, as far as the next heading of its level or above.

    `title` is as a reader sees it. `anchors` are the explicit ones in their order, then GitHub's slug. `line` and `end`
    are 1-based; `end` is the last line that belongs to it, subsections included. `parents` are titles, outermost first.
    """

    level: int
    title: str
    anchors: tuple[str, ...]
    line: int
    end: int
    parents: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """The one to link to: explicit where the text has one, since GitHub's slug changes with the title."""
        return self.anchors[0]


def sections(text: str) -> tuple[Section, ...]:
    """Every heading of a file, in its order. Fenced blocks hold no headings; only `#` headings count (no release
    underlines them)."""
    lines = text.splitlines()
    found = [(n, match) for n, line in prose(lines) if (match := HEADING.match(line))]
    taken: dict[str, int] = {}
    open_: list[tuple[int, str]] = []
    result = []
    for place, (number, match) in enumerate(found):
        level, raw = len(match[1]), match[2] or ""
        title = plain(raw)
        while open_ and open_[-1][0] >= level:
            open_.pop()
        end = next((n - 1 for n, later in found[place + 1 :] if len(later[1]) <= level), len(lines))
        anchors = dict.fromkeys((*ANCHOR.findall(raw), _free(slug(title), taken)))
        result.append(Section(level, title, tuple(anchors), number, end, tuple(name for _, name in open_)))
        open_.append((level, title))
    return tuple(result)


def section_at(found: tuple[Section, ...], line: int) -> Section | None:
    """The innermost section that holds a 1-based line; None above the first heading."""
    holding = [section for section in found if section.line <= line <= section.end]
    return holding[-1] if holding else None


def prose(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines outside fenced blocks with their 1-based numbers. A fence that is never closed runs to the end."""
    closing = ""
    for number, line in enumerate(lines, 1):
        fence = FENCE.match(line)
        if closing:
            if fence and fence[1].startswith(closing) and not fence[2].strip():
                closing = ""
        elif fence and not (fence[1][0] == "`" and "`" in fence[2]):
            closing = fence[1]
        else:
            yield number, line


def slug(title: str) -> str:
    """GitHub's anchor of a heading: lower case, blanks to hyphens, other punctuation away."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def plain(text: str) -> str:
    """A line as its reader sees it: links by their label, without tags, backticks and stars; blanks made one."""
    seen = TAG.sub("", ANCHOR.sub("", text))
    while (label := LINK.sub(r"\1", seen)) != seen:
        seen = label
    return " ".join(seen.replace("`", "").replace("*", "").split())


def _free(name: str, taken: dict[str, int]) -> str:
    """The second heading of a name gets `-1`, the third `-2`."""
    count = taken.get(name, 0)
    taken[name] = count + 1
    return f"{name}-{count}" if count else name
