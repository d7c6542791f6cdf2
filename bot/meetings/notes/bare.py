"""The words of a line of Markdown as they are read: no marks, no escapes, no entities, links with their addresses."""

import html
import re
from collections.abc import Mapping

IMAGE = re.compile(r"!\[[^\[\]]{0,300}\](?:\([^()\s]{0,2000}[^()]{0,300}\)|\[[^\[\]]{0,100}\])?")
LINK = re.compile(r"\[([^\[\]]{0,300})\]\(<?([^()\s<>]{0,2000}(?:\([^()\s]{0,300}\)[^()\s<>]{0,300})?)>?(?:[ \t]+\"[^\"]{0,300}\")?\)")  # fmt: skip
NAMED_LINK = re.compile(r"\[([^\[\]]{1,300})\]\[([^\[\]]{0,100})\]")
AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^\s<>]{1,2000})>")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
TAG = re.compile(r"</?(?:br|hr|p|div|span|b|i|u|em|strong|sub|sup|font|center|details|summary|a|img|small|mark)\b[^<>]{0,300}>", re.IGNORECASE)  # fmt: skip
NUMBER_SIGN = re.compile(r"(?:PR|issue)?[ \t]?[\w./-]{0,100}#\d{1,9}", re.IGNORECASE)
BESIDE = re.compile(
    r"(\]\(mailto:[^()\s]{1,300}\))[ \t]+(?=\[)"
)  # Google Docs puts people in a row without commas
STRESSED_LABEL = re.compile(r"^([_*])([^_*:]{1,60})(?::\1|\1:)(?=\s|$)")


def bare(words: str, definitions: Mapping[str, str] | None = None) -> str:
    """The words as they are read: links as `words (address)`, no emphasis, no escapes, no entities, single blanks."""
    if "&" in words:
        words = html.unescape(words)
    if "[" in words:
        words = _without_data(words)
        words = BESIDE.sub(r"\1, ", IMAGE.sub("", words))
        words = LINK.sub(lambda link: _link(link[1], link[2]), words)
        if definitions and "][" in words:
            words = NAMED_LINK.sub(
                lambda link: _link(link[1], definitions.get((link[2] or link[1]).lower(), "")), words
            )
    if "<" in words:
        words = AUTOLINK.sub(lambda link: link[1].removeprefix("mailto:"), words)
        words = TAG.sub(" ", words)
    words = words.replace("**", "").replace("~~", "")
    words = ESCAPED.sub(r"\1", words) if "\\" in words else words
    return _unwrapped(" ".join(words.rstrip("\\").replace("\u200b", "").split()))


def _without_data(words: str) -> str:
    """Without pictures that are written out in place, which a pattern would have to walk letter by letter."""
    parts = words.split("](data:")
    return "](".join([parts[0], *(part[part.find(")") :] if ")" in part else "" for part in parts[1:])])


def _link(words: str, address: str) -> str:
    words = words.replace("**", "").strip()
    if not address or address.startswith(("mailto:", "#")) or ("@" in address and "://" not in address):
        return words  # mail addresses stay with those who wrote them
    if (
        not words
        or NUMBER_SIGN.fullmatch(words)
        or words.strip("<>") in (address, address.partition("://")[2])
    ):
        return address
    return words if words.startswith("@") else f"{words} ({address})"


def _unwrapped(text: str) -> str:
    """Without the emphasis that encloses all of it, or the label in front."""
    text = STRESSED_LABEL.sub(r"\2:", text, count=1)
    for mark in ("__", "_", "*"):
        inner = text[len(mark) : -len(mark)]
        if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark) and mark not in inner:
            return inner.strip()
    return text
