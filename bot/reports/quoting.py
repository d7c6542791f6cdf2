"""What people wrote, as inert text: it must not ping, close an issue, or become markup where we repeat it."""

import re

ZERO_WIDTH = "\u200b"  # breaks a mention or a reference without changing what is read
BLANKS = re.compile(r"\s+")
# Control characters steer a terminal, lone surrogates cannot be written at all; their place is kept visible.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Embeddings, overrides and isolates turn round what stands behind them, far beyond the quoted text.
TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")

BREAKS = (  # what GitHub looks for in a text -> the same, broken where it does not show
    (re.compile(r"@(?=[\w-])"), "@" + ZERO_WIDTH),  # @user, @org/team, user@host
    (re.compile(r"#(?=\d)"), "#" + ZERO_WIDTH),  # #12, owner/repo#12
    (re.compile(r"(?<![A-Za-z0-9])(GH-)(?=\d)", re.I), r"\1" + ZERO_WIDTH),
    (re.compile(r"://"), ":/" + ZERO_WIDTH + "/"),  # any scheme
    (re.compile(r"(www)\.", re.I), r"\1" + ZERO_WIDTH + "."),
    (re.compile(r":(?=[\w+-]+:)"), ":" + ZERO_WIDTH),  # :tada:
    (
        re.compile(r"\$"),
        ZERO_WIDTH + "$",
    ),  # a backslash alone does not keep GitHub from making mathematics of it
)
MARKUP = re.compile(r"([\\`*_{}\[\]<>|~^$])")
# A commit's hash is shown as code: GitHub then neither shortens nor links it, and it can still be copied.
COMMIT = re.compile(r"(?<!\w)([0-9a-f]{7,40})(?!\w)", re.I)
LINE_START = re.compile(r"^([#+\-=]|\d+(?=[.)]))")

WEB = re.compile(
    r"https?://(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d+)?(?:[/?#][A-Za-z0-9._~:/?#@!$&'*+,;=%-]*)?"
)

LONGEST_ADDRESS = 500


def one_line(text: str) -> str:
    """The text on one line, fit for a terminal: nothing in it steers what stands around it."""
    return BLANKS.sub(" ", printable(text)).strip()


def printable(text: str) -> str:
    """The text without what no reader sees but a terminal, a browser or an encoder obeys; lines and tabs stay."""
    return UNPRINTABLE.sub("\ufffd", TURNING.sub("", text))


def quote_markdown(text: str) -> str:
    """One line of GitHub Markdown that shows `text` and does nothing else.

    Mentions, `#12`, `owner/repo#12`, GH-12, `fixes #12`, commits, links, images, HTML, code, tables, headings, emoji codes
    and mathematics all lose their meaning. Ampersands are kept from forming entities.
    """
    plain = one_line(text).replace("&", "&amp;")
    for pattern, broken in BREAKS:
        plain = pattern.sub(broken, plain)
    plain = COMMIT.sub(r"`\1`", MARKUP.sub(r"\\\1", plain))
    return LINE_START.sub(lambda found: found[1] + "\\" if found[1].isdigit() else "\\" + found[1], plain)


def web_address(url: str) -> str:
    """The address when it is a plain one of the web, else "": `javascript:` and whatever could end a link is none."""
    return url if len(url) <= LONGEST_ADDRESS and WEB.fullmatch(url) else ""


def cut(text: str, length: int) -> str:
    """At most `length` characters, cut at a word where possible, with an ellipsis when something is missing."""
    if len(text) <= length:
        return text
    kept = text[: length - 1]
    return (kept.rsplit(" ", 1)[0] if " " in kept[length // 2 :] else kept) + "…"
