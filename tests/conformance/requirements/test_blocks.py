"""Blocks and sentences: what is joined, what is cut, and what two wordings are compared by."""

import pytest

from runtime.conformance.requirements.blocks import blocks, definitions
from runtime.conformance.requirements.keywords import keywords, strength
from runtime.conformance.requirements.sentences import comparable, readable, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("one\ntwo\n\nthree", [("paragraph", "one two"), ("paragraph", "three")], id="hard-wrapped lines are joined"),
        pytest.param("* a\nb\n  c\n* d", [("item", "a b c"), ("item", "d")], id="a line that goes on without indentation"),
        pytest.param("1. a\n2. b", [("item", "a"), ("item", "b")], id="numbered items"),
        pytest.param("x\n```\ny\n```\nz", [("paragraph", "x"), ("paragraph", "z")], id="a fence ends a paragraph"),
        pytest.param("x\n# h\ny", [("paragraph", "x"), ("paragraph", "y")], id="a heading ends a paragraph"),
        pytest.param("> a\n> b\nc", [("quote", "a b c")], id="a quote, with a last line that forgot its mark"),
        pytest.param("[^1]: needs 5.12\n[x]: http://e\nz", [("footnote", "needs 5.12"), ("paragraph", "z")], id="footnotes are blocks, definitions are not"),
        pytest.param("text:\n| A | B |\n|---|---|\n| 1 | 2 |\nend", [("paragraph", "text:"), ("row", "| 1 | 2 |"), ("paragraph", "end")], id="a table without its blank line"),
        pytest.param(" A | B\n---|---\n `x` | MUST", [("row", "`x` | MUST")], id="a table without outer bars"),
        pytest.param("a | b\nc", [("paragraph", "a | b c")], id="a bar alone makes no table"),
        pytest.param("* a\n\t* b", [("item", "a"), ("item", "b")], id="tabs"),
    ],
)  # fmt: skip
def test_blocks(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(block.kind, block.text) for block in blocks(text)] == expected


@pytest.mark.parametrize(
    ("text", "above"),
    [
        pytest.param("* a\n    * b", ["a"], id="an item in an item"),
        pytest.param(
            "* a\n    * b\n\n    after", ["a"], id="a paragraph goes on with the item of its indentation"
        ),
        pytest.param("* a\n\nafter", [], id="a paragraph at the edge belongs to none"),
        pytest.param("* a\n    * b\n* c", [], id="an item ends those it is not in"),
        pytest.param("* a\n# h\n    x", [], id="a heading ends all"),
    ],
)
def test_the_last_block_knows_the_items_around_it(text: str, above: list[str]) -> None:
    assert [item.text for item in blocks(text)[-1].above] == above


def test_a_row_knows_its_cells_and_bars_in_code_are_no_borders() -> None:
    (row,) = blocks("| A | B |\n|---|---|\n| `a|b` | c \\| d |")
    assert row.cells == ("`a|b`", "c | d")
    assert row.head == ("A", "B")


def test_definitions_are_labels_in_lower_case() -> None:
    assert definitions("[JSON]: http://e\n[^1]: note\n    [deep]: no") == {"json"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "see [`a` b](c.md#d), [e][f] and [g][].", "see `a` b, e and g.", id="links by their label"
        ),
        pytest.param("[`x[].y` of it](a.md)", "`x[].y` of it", id="a label with brackets"),
        pytest.param("[a](http://e/f(v=1).x) b", "a b", id="an address with parentheses"),
        pytest.param(
            "use [known] and [other]", "use known and [other]", id="a label alone is a link if it is defined"
        ),
        pytest.param('<a name="x" />`config.json`: y', "`config.json`: y", id="anchors"),
        pytest.param(
            "create `<container-id>`", "create `<container-id>`", id="what looks like a tag in code"
        ),
        pytest.param("Bind mount [^2]", "Bind mount", id="footnote marks"),
        pytest.param(r"net\_cls", "net_cls", id="escapes"),
    ],
)
def test_readable(text: str, expected: str) -> None:
    assert readable(text, frozenset({"known"})) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("It MUST. They MAY.", ["It MUST.", "They MAY."], id="two"),
        pytest.param("A (see B. C) is. D.", ["A (see B. C) is.", "D."], id="not inside parentheses"),
        pytest.param("X e.g. Y or i.e. Z. W.", ["X e.g. Y or i.e. Z.", "W."], id="not after e.g. and i.e."),
        pytest.param("v1.0 is. `b` is.", ["v1.0 is.", "`b` is."], id="before code"),
        pytest.param("a. b. C", ["a. b.", "C"], id="not before a small letter"),
        pytest.param("One of: The rest.", ["One of:", "The rest."], id="after a colon"),
        pytest.param("Windows: This MUST be.", ["Windows: This MUST be."], id="not after a platform's name"),
        pytest.param("For all other platforms: This MUST be.", ["For all other platforms: This MUST be."], id="nor after all others"),
        pytest.param("(from a b. C is.", ["(from a b.", "C is."], id="a parenthesis that is never closed"),
        pytest.param("a) b. C", ["a) b.", "C"], id="one that was never opened"),
        pytest.param("a) x (b. C) d. E", ["a) x (b. C) d.", "E"], id="one that was never opened before one that was"),
        pytest.param("", [], id="nothing"),
    ],
)  # fmt: skip
def test_sentences(text: str, expected: list[str]) -> None:
    assert list(sentences(text)) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            "it MUST [generate an error](a.md#b)", "it MUST generate an error", id="a link that came"
        ),
        pytest.param("see [x](a.md)", "see [x](b.md#y)", id="a link that leads elsewhere"),
        pytest.param("**`a`** *(int,  REQUIRED)*", "`a` (int, REQUIRED)", id="emphasis and blanks"),
        pytest.param("_(string, OPTIONAL)_ x_y", "(string, OPTIONAL) x_y", id="emphasis by underscores"),
        pytest.param("MUST not run", "MUST NOT run", id="MUST not"),
        pytest.param("see <https://e.org/x> there", "see there", id="addresses"),
        pytest.param("async [^1]", "async", id="footnotes"),
    ],
)
def test_wordings_that_count_as_one(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


def test_wordings_that_differ() -> None:
    assert comparable("it MUST x_y") != comparable("it MUST xy")


@pytest.mark.parametrize(
    ("text", "words", "level"),
    [
        pytest.param("MUST or MAY", ("MUST", "MAY"), "MUST", id="the strongest counts"),
        pytest.param("MUST not, SHOULD\n NOT", ("MUST NOT", "SHOULD NOT"), "MUST", id="negated"),
        pytest.param("(int, OPTIONAL, NOT RECOMMENDED)", ("OPTIONAL", "NOT RECOMMENDED"), "SHOULD", id="not recommended"),
        pytest.param("SHALL", ("SHALL",), "MUST", id="shall"),
        pytest.param("MUSTARD must may", (), "", id="none"),
        pytest.param("MUST/SHOULD/MAY", ("MUST", "SHOULD", "MAY"), "MUST", id="three at once"),
    ],
)  # fmt: skip
def test_keywords(text: str, words: tuple[str, ...], level: str) -> None:
    assert keywords(text) == words
    if words:
        assert strength(words) == level
