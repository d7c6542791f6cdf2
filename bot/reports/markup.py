"""What people wrote as HTML and as Markdown: our links in it, and nothing else of it that acts."""

import re
from collections.abc import Sequence
from html import escape

from markupsafe import Markup

from bot.model.meeting import Item, Reference, Status
from bot.reports.linking import Piece, beside, is_web, label, pieces, spelled
from bot.reports.plain import short
from bot.reports.quoting import ZERO_WIDTH, quote_markdown

TOMBSTONE = "[redacted"  # how a text begins that was taken out of the records (DESIGN, law 4)
NUMBERED = re.compile(r"[\w./-]*#\d+")
# A destination in Markdown ends at a bracket or a blank, and code spans are read before links.
DESTINATION = {ord(sign): f"%{ord(sign):02X}" for sign in "()<>[]\\`| \"'"} | {ord("&"): "&amp;"}


def html_said(text: str, references: Sequence[Reference] = ()) -> Markup:
    """One line of human text, in its own direction, its links live; a tombstone is shown as one."""
    text = short(text)
    kind = ' class="tombstone"' if text.startswith(TOMBSTONE) else ""
    return Markup(f'<span dir="auto"{kind}>{"".join(map(_html_piece, pieces(text, references)))}</span>')


def _html_piece(piece: Piece) -> str:
    if not piece.url:
        return escape(piece.text, quote=False)
    title = f' title="{escape(piece.title)}"' if piece.title else ""
    return f'<a href="{escape(piece.url)}" rel="nofollow"{title}>{escape(piece.text)}</a>'


def html_link(text: str, url: str) -> Markup:
    """A link, or the text alone where the address is none that a browser may open."""
    shown = escape(short(text))
    if not is_web(url):
        return Markup(f'<span dir="auto">{shown}</span>')
    return Markup(f'<a dir="auto" href="{escape(url)}" rel="nofollow">{shown}</a>')


def html_beside(item: Item) -> Markup:
    """The references that the text does not lead to by itself, as links behind it."""
    return Markup("".join(" " + html_reference(reference) for reference in beside(item)))


def html_reference(reference: Reference) -> Markup:
    full = escape(label(reference, full=True))
    if not is_web(reference.url):
        return Markup(f'<span class="reference" dir="auto">{full}</span>')
    return Markup(
        f'<a class="reference" dir="auto" href="{escape(reference.url)}" rel="nofollow" title="{full}">'
        f"{escape(label(reference))}</a>"
    )


def markdown_said(text: str, references: Sequence[Reference] = ()) -> str:
    """One line of human text as Markdown, its links live."""
    return "".join(
        markdown_link(piece.text, piece.url) if piece.url else _quoted(piece.text)
        for piece in pieces(short(text), references)
    ).strip()


def markdown_beside(item: Item) -> str:
    return "".join(" " + markdown_reference(reference) for reference in beside(item))


def markdown_reference(reference: Reference) -> str:
    return markdown_link(label(reference), reference.url)


def markdown_link(text: str, url: str) -> str:
    """A link, or the text alone. An issue's name needs no zero-width sign in it: nothing in a link is linked again."""
    shown = quote_markdown(short(text))
    if not is_web(url):
        return shown
    if NUMBERED.fullmatch(text):
        shown = shown.replace(ZERO_WIDTH, "")
    return f"[{shown}]({url.translate(DESTINATION)})"


def _quoted(text: str) -> str:
    """quote_markdown for a part of a line: the blanks around it are those between the words."""
    inner = quote_markdown(text)
    before, after = " " * text[:1].isspace(), " " * text[-1:].isspace()
    return f"{before}{inner}{after}" if inner else before


def who(item: Item) -> str:
    """`Michael, noted by RobDolinMS`: who said it, and who wrote it down when that was somebody else."""
    speaker, by = short(item.speaker, 100), short(item.by, 100)
    noted = f"noted by {by}" if by and item.by != item.speaker else ""
    return ", ".join(filter(None, [speaker, noted]))


def remark(item: Item) -> tuple[str, str]:
    """What a reader should know of an item: a word for its status ("" when there is nothing special) and why."""
    if item.status is Status.RECORDED:
        return ("note" if item.note else "", item.note)
    return (item.status.value, item.note)


def named(item: Item) -> str:
    """An item as people call it: `L48` by its line of the log, `N3` in notes."""
    return short(item.id, 12) or f"L{item.line}"


def anchor(id_: str) -> str:
    """An item's id as the id of an element: without blanks."""
    return "".join(short(id_, 200).split()) or "item"


FILTERS = {
    "anchor": anchor,
    "said": html_said, "beside": html_beside, "reference": html_reference, "noted": markdown_said,
    "noted_beside": markdown_beside,
    "noted_reference": markdown_reference, "label": label, "hyper": html_link, "linked": markdown_link, "spelled": spelled, "said_by": who, "named": named,
    "remark": remark,
}  # fmt: skip
