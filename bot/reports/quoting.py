"""What people wrote, as inert text: it must not ping, close an issue, or become markup where we repeat it."""

import re

ZERO_WIDTH = "\u200b"  # breaks a mention or a reference without changing what is read
MARKUP = re.compile(r"([\\`*_{}\[\]<>|~^$])")
MENTION = re.compile(r"@(?=[\w-])")
REFERENCE = re.compile(r"#(?=\d)|\bGH-(?=\d)", re.IGNORECASE)
COMMIT_OR_LINK = re.compile(r"\b(https?|ftp)://|\bwww\.", re.IGNORECASE)
BLANKS = re.compile(r"\s+")
LINE_START = re.compile(r"^([#+\-=>]|\d+[.)])")


def quote_markdown(text: str) -> str:
    """One line of GitHub Markdown that shows `text` and does nothing else.

    Mentions, `#12`, `owner/repo#12`, GH-12, `fixes #12`, links, images, HTML, code, tables and headings all lose their
    meaning. Ampersands are kept from forming entities.
    """
    plain = BLANKS.sub(" ", text).strip().replace("&", "&amp;")
    plain = COMMIT_OR_LINK.sub(lambda found: found[0][:-1] + ZERO_WIDTH + found[0][-1], plain)
    plain = MARKUP.sub(r"\\\1", plain)
    plain = MENTION.sub("@" + ZERO_WIDTH, plain)
    plain = REFERENCE.sub(lambda found: found[0] + ZERO_WIDTH, plain)
    return LINE_START.sub(ZERO_WIDTH + r"\1", plain)


def cut(text: str, length: int) -> str:
    """At most `length` characters, cut at a word where possible, with an ellipsis when something is missing."""
    if len(text) <= length:
        return text
    kept = text[: length - 1]
    return (kept.rsplit(" ", 1)[0] if " " in kept[length // 2 :] else kept) + "…"
