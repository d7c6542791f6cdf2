"""The headings of a Markdown file, with the anchors by which they are linked, read line by line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})(.*)$")
# The `=` is missing twice in v1.0.0-rc5; what was meant is the anchor that the releases around it have.
ANCHOR = re.compile(r"<a\s+(?:name|id)\s*=?\s*[\"']([^\"']+)[\"'][^>]*>(?:\s*</a>)?", re.IGNORECASE)
# A label may hold `[]` of a property path, an address may hold one pair of parentheses.
LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])")
TAG = re.compile(
    r"</?(?:a|b|br|em|i|img|kbd|p|strong|sub|sup)\b[^>]*>"
)  # not the `<container-id>` of a command


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it, as far as the next heading of its level or above.

    `title` is as a reader sees it. `anchors` are the explicit ones in their order, then GitHub's slug; an explicit one
    that an earlier heading has too comes last. `line` and `end`
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
    ends = _ends([len(match[1]) for _, match in found], [n for n, _ in found], len(lines))
    taken: dict[str, int] = {}
    named: set[str] = set()
    open_: list[tuple[int, str]] = []
    result = []
    for (number, match), end in zip(found, ends, strict=True):
        level, raw = len(match[1]), match[2] or ""
        title = plain(raw)
        while open_ and open_[-1][0] >= level:
            open_.pop()
        explicit, own = ANCHOR.findall(raw), _free(slug(title), taken)
        # features-linux.md gives two headings one name, which then leads to the first of them
        anchors = dict.fromkeys((*(a for a in explicit if a not in named), own, *explicit))
        named.update(explicit)
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
    seen = labels(TAG.sub("", ANCHOR.sub("", text)))
    return " ".join(seen.replace("`", "").replace("*", "").split())


def labels(text: str) -> str:
    """Links by their label; one within another's label too, as deep as anybody writes them."""
    for _ in range(3):
        text = LINK.sub(r"\1", text)
    return text


def _ends(levels: list[int], starts: list[int], last: int) -> list[int]:
    """The last line of each section, found from the end in one pass."""
    ends, after = [last] * len(levels), [last + 1] * 8
    for place in range(len(levels) - 1, -1, -1):
        ends[place] = min(after[1 : levels[place] + 1]) - 1
        after[levels[place]] = starts[place]
    return ends


def _free(name: str, taken: dict[str, int]) -> str:
    """The second heading of a name gets `-1`, the third `-2`."""
    count = taken.get(name, 0)
    taken[name] = count + 1
    return f"{name}-{count}" if count else name
