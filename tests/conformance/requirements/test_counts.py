"""Our counts of every release beside those of reference/runtime.md, section 5.1; each difference with its reason."""

import re
from collections import Counter

import pytest

from runtime.conformance.requirements.keywords import keywords
from runtime.conformance.requirements.markdown import prose
from runtime.conformance.requirements.statements import NORMATIVE, Statement
from tests.conformance.requirements.conftest import spec, statements
from tests.conformance.requirements.test_markdown import TAGS

WORDS = ("MUST", "MUST NOT", "REQUIRED", "SHOULD", "SHOULD NOT", "RECOMMENDED", "MAY", "OPTIONAL")
TABLE = {  # the reference's: statements, keywords, then WORDS (RECOMMENDED with NOT RECOMMENDED), then Linux-relevant
    "v0.1.1": (9, 9, 7, 0, 0, 1, 1, 0, 0, 0, 9),
    "v0.2.0": (25, 28, 22, 1, 3, 1, 1, 0, 0, 0, 24),
    "v0.3.0": (27, 29, 25, 0, 2, 1, 1, 0, 0, 0, 26),
    "v0.4.0": (59, 65, 55, 2, 2, 1, 1, 0, 4, 0, 58),
    "v0.5.0": (59, 65, 55, 2, 2, 1, 1, 0, 4, 0, 58),
    "v1.0.0-rc1": (78, 89, 60, 6, 2, 8, 1, 0, 11, 1, 77),
    "v1.0.0-rc2": (82, 94, 63, 6, 2, 8, 1, 0, 14, 0, 81),
    "v1.0.0-rc3": (220, 238, 73, 11, 34, 10, 1, 0, 16, 93, 191),
    "v1.0.0-rc4": (239, 256, 72, 12, 44, 10, 2, 0, 18, 98, 210),
    "v1.0.0-rc5": (259, 280, 84, 15, 42, 8, 2, 0, 23, 106, 230),
    "v1.0.0-rc6": (295, 312, 97, 16, 46, 3, 2, 0, 24, 124, 255),
    "v1.0.0": (295, 313, 97, 16, 46, 3, 2, 0, 24, 125, 255),
    "v1.0.1": (300, 317, 98, 16, 48, 3, 2, 0, 24, 126, 260),
    "v1.0.2": (387, 411, 151, 15, 57, 5, 3, 0, 27, 153, 329),
    "v1.1.0-rc.1": (444, 480, 172, 18, 64, 8, 9, 2, 36, 171, 378),
    "v1.1.0-rc.2": (561, 599, 223, 21, 66, 31, 10, 2, 46, 199, 495),
    "v1.1.0-rc.3": (572, 610, 223, 21, 69, 31, 10, 2, 46, 207, 506),
    "v1.1.0": (572, 610, 223, 21, 69, 31, 10, 2, 46, 207, 506),
    "v1.2.0": (599, 661, 246, 21, 69, 49, 12, 2, 50, 211, 533),
    "v1.2.1": (609, 670, 250, 21, 69, 51, 12, 2, 49, 215, 538),
    "v1.3.0": (685, 747, 265, 25, 72, 58, 12, 2, 51, 261, 572),
}
SMALL = {
    "v0.1.1": 18,
    "v0.2.0": 57,
    "v0.3.0": 60,
    "v0.4.0": 65,
    "v0.5.0": 65,
    "v1.0.0-rc1": 67,
    "v1.0.0-rc2": 67,
}
LINUX = ("bundle.md", "runtime.md", "runtime-linux.md", "runtime-config.md", "runtime-config-linux.md", "config.md", "config-linux.md", "features.md", "features-linux.md")  # fmt: skip
# The table of mount options came with rc.2. Its introduction names three levels at once; the reference counts it among
# the statements and keywords, and says itself that it is no requirement: here it is none.
INTRODUCTION = dict.fromkeys(TAGS[TAGS.index("v1.1.0-rc.2") :], 1)
# A parenthesis that is never closed kept the reference from cutting a sentence of the lifecycle's step 2.
UNCLOSED = {"v1.0.0-rc1": 1, "v1.0.0-rc2": 1}
# The sentences in the description of a mount option and of an annotation are requirements of their own here; the reference
# counts each row once.
CELLS = {"v1.2.0": 21, "v1.2.1": 21, "v1.3.0": 21}


def in_capitals(tag: str) -> list[Statement]:
    return [each for each in statements(tag) if keywords(each.text)]


@pytest.mark.parametrize("tag", TAGS)
def test_as_many_statements_as_the_reference_counts(tag: str) -> None:
    ours = len(in_capitals(tag)) + INTRODUCTION.get(tag, 0) - UNCLOSED.get(tag, 0) - CELLS.get(tag, 0)
    assert ours == TABLE[tag][0]


@pytest.mark.parametrize("tag", TAGS)
def test_the_cells_that_are_cut_are_the_whole_difference(tag: str) -> None:
    """Counted from the other side: the rows with several statements."""
    rows = Counter((each.file, each.line) for each in in_capitals(tag) if "[" in each.path and not each.path.endswith("[]") and re.search(r"(options|annotations)\[", each.path))  # fmt: skip
    assert sum(n - 1 for n in rows.values()) == CELLS.get(tag, 0)


@pytest.mark.parametrize("tag", TAGS)
def test_as_many_of_each_keyword_as_the_reference_counts(tag: str) -> None:
    ours = Counter(word for each in in_capitals(tag) for word in keywords(each.text))
    ours["RECOMMENDED"] += ours.pop("NOT RECOMMENDED", 0)
    if tag in INTRODUCTION:
        ours.update(("MUST", "SHOULD"))  # the reference's own column has one MAY less than its total has
    assert tuple(ours[word] for word in WORDS) == TABLE[tag][2:10]
    assert ours.total() + INTRODUCTION.get(tag, 0) == TABLE[tag][1]


@pytest.mark.parametrize("tag", TAGS)
def test_as_many_for_linux_as_the_reference_counts(tag: str) -> None:
    ours = sum(each.file in LINUX for each in in_capitals(tag))
    ours += INTRODUCTION.get(tag, 0) - UNCLOSED.get(tag, 0) - CELLS.get(tag, 0)
    assert ours == TABLE[tag][10]


@pytest.mark.parametrize("tag", TAGS)
def test_every_keyword_is_in_exactly_one_statement(tag: str) -> None:
    """Recall: the keywords of all lines outside fences, found without blocks or sentences, file by file."""
    for file, text in spec(tag).items():
        lines = " ".join(line.strip("> ") for _, line in prose(text.splitlines()))
        expected = Counter(keywords(lines))
        if file == "config.md" and tag in INTRODUCTION:
            expected.subtract(("MUST", "SHOULD", "MAY"))
        ours = Counter(word for each in statements(tag) if each.file == file for word in keywords(each.text))
        assert +expected == +ours, file


@pytest.mark.parametrize("tag", TAGS)
def test_properties_in_small_letters_are_read_until_rc2(tag: str) -> None:
    """The reference counts list items outside config-solaris.md; paragraphs and Solaris have such lines too."""
    small = [each for each in statements(tag) if each.small]
    listed = [each for each in small if each.file != "config-solaris.md" and is_item(tag, each)]
    assert len(listed) == SMALL.get(tag, 0)
    assert all(keywords(each.same)[0] in ("REQUIRED", "OPTIONAL") for each in small)


def is_item(tag: str, each: Statement) -> bool:
    return spec(tag)[each.file].splitlines()[each.line - 1].lstrip().startswith("*" + " ")


@pytest.mark.parametrize("tag", TAGS)
def test_what_is_no_specification_is_left_out(tag: str) -> None:
    assert all(NORMATIVE.fullmatch(each.file) for each in statements(tag))
    assert not {"README.md", "spec.md", "principles.md", "RELEASES.md"} & {
        each.file for each in statements(tag)
    }
