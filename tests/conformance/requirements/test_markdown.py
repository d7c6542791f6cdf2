"""Headings and their anchors, from made-up lines and from the text of every release."""

import re
from pathlib import Path

import pytest

from runtime.conformance.requirements.markdown import plain, prose, section_at, sections
from tests.skips import skip_data

TAGS = (
    "v0.1.1", "v0.2.0", "v0.3.0", "v0.4.0", "v0.5.0", "v1.0.0-rc1", "v1.0.0-rc2", "v1.0.0-rc3", "v1.0.0-rc4",
    "v1.0.0-rc5", "v1.0.0-rc6", "v1.0.0", "v1.0.1", "v1.0.2", "v1.1.0-rc.1", "v1.1.0-rc.2", "v1.1.0-rc.3", "v1.1.0",
    "v1.2.0", "v1.2.1", "v1.3.0",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("# A\n\ntext\n## B\n# C", [(1, "A", "a", 1, 4), (2, "B", "b", 4, 4), (1, "C", "c", 5, 5)], id="nested"),
        pytest.param('## <a name="configRoot" />Root', [(2, "Root", "configRoot", 1, 1)], id="an explicit anchor"),
        pytest.param('## <a name="x"></a> Dev links', [(2, "Dev links", "x", 1, 1)], id="an anchor with an end"),
        pytest.param('# <a name"x" />Y', [(1, "Y", "x", 1, 1)], id="an anchor without its ="),
        pytest.param("# The `type` of [a link](b.md#c)", [(1, "The type of a link", "the-type-of-a-link", 1, 1)], id="markup in a title"),
        pytest.param("# Testing & Tools", [(1, "Testing & Tools", "testing--tools", 1, 1)], id="punctuation in a title"),
        pytest.param("# E\n# E\n# E", [(1, "E", "e", 1, 1), (1, "E", "e-1", 2, 2), (1, "E", "e-2", 3, 3)], id="the same title thrice"),
        pytest.param("```\n# no\n```\n# yes", [(1, "yes", "yes", 4, 4)], id="a fence"),
        pytest.param("* x\n\n    ```sh\n    # no\n    ```\n# yes", [(1, "yes", "yes", 6, 6)], id="a fence in a list"),
        pytest.param("````\n```\n# no\n````\n# yes", [(1, "yes", "yes", 5, 5)], id="a fence in a fence"),
        pytest.param("# a\n~~~\n# no", [(1, "a", "a", 1, 3)], id="a fence that is never closed"),
        pytest.param("``` a ``` b\n# yes", [(1, "yes", "yes", 2, 2)], id="code on one line is no fence"),
        pytest.param("#no\n    # no\n####### no", [], id="no headings"),
        pytest.param("# x #\r\n## y", [(1, "x", "x", 1, 2), (2, "y", "y", 2, 2)], id="closing marks and line ends of Windows"),
        pytest.param("", [], id="nothing"),
    ],
)  # fmt: skip
def test_headings(text: str, expected: list[tuple[int, str, str, int, int]]) -> None:
    assert [(s.level, s.title, s.anchor, s.line, s.end) for s in sections(text)] == expected


def test_an_explicit_anchor_stands_before_the_slug_and_both_are_kept() -> None:
    (only,) = sections('## <a name="one" /><a name="two" />A Title')
    assert only.anchors == ("one", "two", "a-title")


def test_an_anchor_that_an_earlier_heading_has_leads_there_and_stands_last() -> None:
    """features-linux.md calls AppArmor and SELinux by one name."""
    first, second = sections('# <a name="x" />A\n# <a name="x" />B')
    assert (first.anchors, second.anchors) == (("x", "a"), ("b", "x"))


def test_a_line_belongs_to_its_innermost_section() -> None:
    found = sections("before\n# A\n## B\nin b\n# C\nin c")
    at = {line: section_at(found, line) for line in (1, 2, 4, 6)}
    assert {line: section and section.title for line, section in at.items()} == {
        1: None,
        2: "A",
        4: "B",
        6: "C",
    }


def test_parents_are_the_titles_above() -> None:
    found = sections("# A\n## B\n### C\n## D\n# E")
    assert [section.parents for section in found] == [(), ("A",), ("A", "B"), ("A",), ()]


def linked(folder: Path) -> dict[tuple[str, str], list[str]]:
    """The anchors of this folder's files that its texts link to, each with the files that do."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(folder.glob("*.md")):
        lines = "\n".join(line for _, line in prose(path.read_text(encoding="utf-8").splitlines()))
        for name, anchor in re.findall(r"\]\(([\w-]+\.md)?#([^)\s]+)\)", lines):
            found.setdefault((name or path.name, anchor), []).append(path.name)
    return found


def anchors_of(text: str) -> set[str]:
    """Those of the headings, and those that stand amid the text."""
    inline = re.findall(r'<a name="([^"]+)"', text)
    return {anchor for section in sections(text) for anchor in section.anchors} | set(inline)


# Links that the texts themselves break (no such heading, or one of another name), by the releases that do.
DEAD = {
    ("GOVERNANCE.md", "release-approval"): TAGS[6:],
    ("config.md", "Root-Configuration"): TAGS[13:],
    ("config.md", "createContainer-hooks"): TAGS[13:],
    ("config.md", "createRuntime-hooks"): TAGS[13:],
    ("config.md", "startContainer-hooks"): TAGS[13:],
    ("config.md", "hooks"): (*TAGS[10:13], *TAGS[15:18]),
    ("config.md", "root-configuration"): TAGS[9:10],
    ("glossary.md", "container_namespace"): TAGS[10:],
    ("glossary.md", "features.md"): TAGS[15:],
    ("runtime.md", "exec"): TAGS[14:],
    ("runtime.md", "operation"): TAGS[14:],
}


@pytest.mark.parametrize("tag", TAGS)
def test_every_link_of_a_release_finds_its_heading(tag: str) -> None:
    folder = skip_data(f"spec/{tag}")
    files = {path.name: anchors_of(path.read_text(encoding="utf-8")) for path in folder.glob("*.md")}
    dead = {link for link in linked(folder) if link[1] not in files.get(link[0], set())}
    assert dead == {link for link, tags in DEAD.items() if tag in tags}


@pytest.mark.parametrize("tag", TAGS)
def test_no_heading_of_a_release_is_lost(tag: str) -> None:
    """Every line that begins with # outside a fence; fences are counted apart, by their own marks."""
    for path in sorted(skip_data(f"spec/{tag}").glob("*.md")):
        parts = re.split(r"(?m)^[ \t]*```.*$", path.read_text(encoding="utf-8"))
        expected = [plain(line.lstrip("#")) for part in parts[::2] for line in part.splitlines() if re.match("#+ ", line)]  # fmt: skip
        assert [section.title for section in sections(path.read_text(encoding="utf-8"))] == expected, (
            path.name
        )
