"""What people wrote is shown and does nothing: rendered as GitHub would, it has no link, mention, reference or structure."""

import random
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from bot.model.outgoing import Outgoing
from bot.publication.marks import MARK, marked
from bot.reports.quoting import ZERO_WIDTH, cut, one_line, printable, quote_markdown, web_address

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
HASH = "a5c3785ed8d6a35868bc169f07e40e889087fd2e"
OUR_MARK = (
    "<!-- tallyman:v1 kind=readiness project=spec release=v1.0.0 sequence=999999 sha256=" + "0" * 64 + " -->"
)
PLACES = {  # where a quoted text is put -> the Markdown around it, and the tags that come of that
    "a paragraph": ("{}", ["p"]),
    "a list": ("- {}", ["ul", "li"]),
    "a heading": ("## {}", ["h2"]),
    "bold": ("**{}**", ["p", "strong"]),
    "a link": ("[{}](https://example.org/)", ["p", "a"]),
    "a cell": ("| a | b |\n|---|---|\n| {} | x |", "table thead tr th th tbody tr td td".split()),
    "a sentence": ("before {} (after)", ["p"]),
}
# What GitHub turns into something after the Markdown is rendered, looked for in text outside of code and links.
ACTS = {
    "a mention": r"@[A-Za-z0-9][A-Za-z0-9-]*",
    "an issue": r"(?i)#\d+|(?<![a-z0-9])gh-\d+",
    "a commit": r"\b[0-9a-fA-F]{7,40}\b",
    "an address": r"(?i)[a-z][a-z0-9+.-]*://\S|www\.\S",
    "mail": r"[\w.+-]+@[\w-]+\.\w",
    "an emoji": r":[\w+-]+:",
    "mathematics": r"(?<![^\s(])\$\S",
}
HOSTILE = [
    pytest.param("thanks @ada", id="a mention"),
    pytest.param("cc @quay/spec-maintainers, @all", id="a team"),
    pytest.param("(@ada) @ada's @ada: [@ada] *@ada*", id="mentions among marks"),
    pytest.param("mail ada@example.org or mailto:ada@example.org", id="a mail address"),
    pytest.param("see #12, quay/spec#12 and GH-12 gh-12 _GH-12_", id="references"),
    pytest.param("fixes #1, closes quay/spec#2, Resolves: GH-3", id="closing words"),
    pytest.param("fixes https://github.com/quay/spec/issues/1", id="a closing address"),
    pytest.param(f"{HASH} and a5c3785, quay@{HASH} quay/spec@{HASH}", id="commits"),
    pytest.param("a5c3785...b6d4896, A5C3785, A5c3785B", id="a range of commits, and other letters"),
    pytest.param("#1234567 1234567 20260615 deadbeef", id="numbers and words that could be commits"),
    pytest.param("http://a.example https://b.example HTTPS://C.example ftp://d.example", id="addresses"),
    pytest.param("_https://a.example_ 1https://b.example (https://c.example)", id="addresses among marks"),
    pytest.param("www.example.org, _www.example.org, WWW.example.org", id="www"),
    pytest.param(
        "<https://a.example> [x](https://b.example) [y][1] ![z](https://c.example/i.png)", id="links"
    ),
    pytest.param("[x](javascript:alert(1)) [y]: https://a.example", id="a script in a link"),
    pytest.param("<img src=x onerror=alert(1)> <script>alert(1)</script> <b>x</b>", id="HTML"),
    pytest.param("</td></tr></table></details><h1>x", id="HTML that ends ours"),
    pytest.param("<details><summary>x", id="HTML that opens"),
    pytest.param("&lt;b&gt; &#64;ada &#x40;ada &commat;ada &num;12 &amp;", id="entities"),
    pytest.param("a | b || c \\| d", id="pipes"),
    pytest.param("one\ntwo\r\nthree\n\n# four\n\n- five\n\n```\nsix\n", id="newlines"),
    pytest.param("one\u2028two\u2029three\x0bfour\x0cfive\x85six", id="other newlines"),
    pytest.param("`code` ``more`` ```\nfence\n``` ~~~", id="backticks"),
    pytest.param("`@ada` `` ` `` \\`@ada\\`", id="mentions among backticks"),
    pytest.param("*a* **b** _c_ __d__ ~e~ ~~f~~ ***", id="emphasis"),
    pytest.param("# heading", id="a heading"),
    pytest.param("- item", id="a list"),
    pytest.param("+ item", id="another list"),
    pytest.param("1. item", id="a numbered list"),
    pytest.param("12) item", id="another numbered list"),
    pytest.param("> quote", id="a quotation"),
    pytest.param("> [!WARNING] x", id="an alert"),
    pytest.param("---", id="a rule"),
    pytest.param("===", id="an underline"),
    pytest.param("***", id="stars"),
    pytest.param("|---|---|", id="a table's second line"),
    pytest.param("    indented", id="an indented block"),
    pytest.param("[ ] task [x] done", id="a task"),
    pytest.param("x[^1] [^1]: note", id="a footnote"),
    pytest.param("$x$ $$y$$ $`z`$ costs $5 or $6", id="mathematics"),
    pytest.param(":tada: :+1: :white_check_mark: :100: 12:30:45", id="emoji codes"),
    pytest.param(OUR_MARK, id="our hidden mark"),
    pytest.param("x --> <!-- y", id="a comment"),
    pytest.param("a \\ b \\\\ c \\@ada \\#12 \\", id="backslashes"),
    pytest.param("\u05d0\u05d1\u05d2 \u200fabc\u200e 12", id="right to left"),
    pytest.param("a\u202egnp.exe \u2066x\u2069 \u202by", id="turning marks"),
    pytest.param("@\u200bada f\u200dixes #\u206012 \ufeff#1", id="zero width characters"),
    pytest.param("👩‍👩‍👧‍👦 🏳️‍🌈 ✅ e\u0301", id="emoji and combining marks"),
    pytest.param("a\x00b\x1b[31mred\x1b]0;title\x07 \x9b2J \x7f", id="control characters"),
    pytest.param("half \ud83d of a pair", id="a lone surrogate"),
    pytest.param("tab\tand   blanks", id="blanks"),
    pytest.param("日本語 #12 ありがとう@ada さん", id="no blanks between words"),
]


class Page(HTMLParser):
    """The tags of a page in order, the text a reader sees, and the text in which GitHub looks for what to link."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""
        self.searched = ""
        self.inside: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        self.searched += " " if {"code", "a"} & set(self.inside) else data

    def handle_comment(self, data: str) -> None:
        self.tags.append("<!--")


def page(markdown: str) -> Page:
    return Page(MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(markdown))


def seen(text: str) -> str:
    """What a reader sees: everything but the zero width breaks and the kind of blanks."""
    return " ".join(text.replace(ZERO_WIDTH, "").split())


def check_is_inert(text: str) -> None:
    quoted = quote_markdown(text)
    assert "\n" not in quoted
    for place, (around, tags) in PLACES.items():
        found = page(around.format(quoted))
        assert [tag for tag in found.tags if tag != "code"] == tags, place
        before, after = seen(page(around.format("Q")).text).split("Q")
        assert seen(found.text) == seen(before + one_line(text) + after), place
        for act, pattern in ACTS.items():
            assert re.search(pattern, found.searched) is None, f"{act} in {place}: {found.searched}"


@pytest.mark.parametrize("text", HOSTILE)
def test_quoted_text_is_seen_whole_and_does_nothing(text: str) -> None:
    check_is_inert(text)


def test_any_mixture_of_it_does_nothing() -> None:
    pieces = [
        *"@#:/\\`*_{}[]()<>|~^$!&;-+=.,'\" 1a0", "\n", "@ada", "#12", "GH-1", "://", "www.", "http", "quay/spec", HASH, "a5c3785",
        "<!--", "-->", "```", "](", "\u202e", "\u200b", "👩‍👧", "fixes ", "    ", "&amp;", ":+1:", "|-", "\u05d0",
    ]  # fmt: skip
    dice = random.Random(20260615)
    for _ in range(150):
        check_is_inert("x" + "".join(dice.choice(pieces) for _ in range(dice.randint(1, 14))))


@pytest.mark.parametrize(
    ("act", "text"),
    [
        pytest.param("a mention", "@ada", id="a mention"),
        pytest.param("an issue", "quay/spec#12", id="an issue"),
        pytest.param("a commit", "a5c3785", id="a commit"),
        pytest.param("an address", "https://a.example", id="an address"),
        pytest.param("an emoji", ":tada:", id="an emoji"),
        pytest.param("mathematics", "$x$", id="mathematics"),
    ],
)
def test_the_search_itself_sees_what_is_not_quoted(act: str, text: str) -> None:
    assert re.search(ACTS[act], page(text).searched)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        pytest.param(
            "plain words, nothing else", "plain words, nothing else", id="plain words stay as they are"
        ),
        pytest.param(
            "2016-06-01 10:30, v1.0.0-rc.1", "2016-06-01 10:30, v1.0.0-rc.1", id="dates and versions too"
        ),
        pytest.param(f"tag {HASH}", f"tag `{HASH}`", id="a commit can be copied"),
        pytest.param("", "", id="nothing"),
        pytest.param("1. x", "1\\. x", id="a number with a stop"),
        pytest.param("x\n\n# y", "x # y", id="one line"),
    ],
)
def test_how_a_text_is_quoted(text: str, quoted: str) -> None:
    assert quote_markdown(text) == quoted


def test_a_quoted_mark_is_not_taken_for_ours() -> None:
    body = f"## Report\n\n- {quote_markdown(OUR_MARK)}\n"
    assert MARK.search(body) is None
    own = marked(Outgoing("readiness", "spec", "v1.0.0", "quay/spec", 8, body, 3, AT))
    assert [found["sequence"] for found in MARK.finditer(own)] == ["3"]
    assert MARK.search(OUR_MARK), "the imitation is a good one"


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        pytest.param("https://github.com/quay/spec/issues/1#issuecomment-2", True, id="an issue"),
        pytest.param("http://127.0.0.1:8080/quay/spec/pull/3", True, id="the local GitHub"),
        pytest.param("http://[::1]:8080/", True, id="an IPv6 address"),
        pytest.param("https://example.org/a%20b?q=1&r=2", True, id="a query"),
        pytest.param("", False, id="nothing"),
        pytest.param("javascript:alert(1)", False, id="a script"),
        pytest.param("JavaScript:alert(1)//https://x", False, id="a script in other letters"),
        pytest.param(" javascript:alert(1)", False, id="a script behind a blank"),
        pytest.param("data:text/html,x", False, id="data"),
        pytest.param("//evil.example/x", False, id="no scheme"),
        pytest.param("/relative", False, id="a path"),
        pytest.param("https://github.com@evil.example/", False, id="a name that is no host"),
        pytest.param("https://a.example/) [x](https://b.example", False, id="the end of a Markdown link"),
        pytest.param('https://a.example/" onclick="alert(1)', False, id="the end of an attribute"),
        pytest.param("https://a.example/<b>", False, id="a tag"),
        pytest.param("https://a.example/|", False, id="the end of a cell"),
        pytest.param("https://a.example/\n", False, id="a newline"),
        pytest.param("https://a.example/\\", False, id="a backslash"),
        pytest.param("https://ä.example/", False, id="letters that look like others"),
        pytest.param("https://a.example/" + "x" * 482, True, id="as long as it may be"),
        pytest.param("https://a.example/" + "x" * 483, False, id="too long"),
    ],
)
def test_only_plain_addresses_of_the_web_become_links(url: str, is_link: bool) -> None:
    assert web_address(url) == (url if is_link else "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("two\nlines\tand a tab", "two\nlines\tand a tab", id="lines and tabs stay"),
        pytest.param("a\x1b[2Jb", "a\ufffd[2Jb", id="a terminal's escape"),
        pytest.param("\ud83d", "\ufffd", id="a lone surrogate"),
        pytest.param("a\u202eb\u2067c", "abc", id="turning marks"),
        pytest.param("👩‍👧 \u200f\u05d0", "👩‍👧 \u200f\u05d0", id="joiners and direction marks stay"),
    ],
)
def test_what_steers_a_terminal_or_cannot_be_written_is_taken_out(text: str, shown: str) -> None:
    assert printable(text) == shown
    printable(text).encode()


@pytest.mark.parametrize(
    ("text", "length", "shown"),
    [
        pytest.param("short", 5, "short", id="as long as it may be"),
        pytest.param("one two three", 9, "one two…", id="at a word"),
        pytest.param("x" * 20, 9, "xxxxxxxx…", id="a long word"),
        pytest.param("a " + "x" * 20, 9, "a xxxxxx…", id="no word near the end"),
        pytest.param("", 9, "", id="nothing"),
    ],
)
def test_a_text_is_cut_at_a_word(text: str, length: int, shown: str) -> None:
    assert cut(text, length) == shown
    assert len(cut(text, length)) <= length
