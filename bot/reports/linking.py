"""Links in what people wrote: web addresses and `#12`s, found in the text where they stand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from bot.model.meeting import Item, Reference, Thing
from bot.reports.plain import short

ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
NUMBER = re.compile(r"#(\d{1,9})(?!\w)")
ENDS = ".,;:!?'*_"  # what belongs to the sentence behind a link
NAMES = re.compile(r"[\w./-]")
KINDS = {Thing.MILESTONE: " milestone ", Thing.RELEASE: " release ", Thing.TAG: " tag ", Thing.COMMIT: "@"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `url` is where it leads, "" for words; `title` says in full what is there."""

    text: str
    url: str = ""
    title: str = ""


def is_web(url: str) -> bool:
    """Whether a link may be made of it: only what a browser opens without running anything."""
    return url.isprintable() and ADDRESS.fullmatch(url) is not None


def label(reference: Reference, *, full: bool = False) -> str:
    """`runtime-spec#412`, or `opencontainers/runtime-spec#412` in full; a milestone or commit by the end of its address."""
    repo = reference.repo if full else reference.repo.rsplit("/", 1)[-1]
    if reference.number is not None:
        return short(f"{repo}#{reference.number}", 200)
    last = unquote(reference.url.rstrip("/").rsplit("/", 1)[-1])
    if reference.kind is Thing.COMMIT:
        last = last[:10]
    return short(f"{repo}{KINDS.get(reference.kind, ' ')}{last}", 200)


def pieces(text: str, references: Sequence[Reference] = ()) -> list[Piece]:
    """The text cut at its links; together the pieces show all of it, a known address under its short name."""
    if "://" not in text and not references:
        return [Piece(text)]
    known = {reference.url: reference for reference in references}
    found: list[Piece] = []
    at = 0
    for match in ADDRESS.finditer(text):
        url = _without_ends(match[0])
        if len(url) <= len("https://"):
            continue
        found += _numbered(text[at : match.start()], references)
        at = match.start() + len(url)
        named = known.get(url)
        found.append(
            Piece(label(named), url, label(named, full=True)) if named else Piece(short(url, 100), url)
        )
    return [*found, *_numbered(text[at:], references)]


def _without_ends(url: str) -> str:
    """`(see https://example.org/a_(b)).` links to `https://example.org/a_(b)`."""
    url = url.rstrip(ENDS)
    unopened = url.count(")") - url.count("(")
    closing = len(url) - len(url.rstrip(")"))
    return url[: len(url) - max(min(unopened, closing), 0)].rstrip(ENDS)


def _numbered(text: str, references: Sequence[Reference]) -> Iterator[Piece]:
    at = 0
    for match in NUMBER.finditer(text) if references else ():
        start = match.start()
        while start > at and NAMES.match(text[start - 1]):
            start -= 1
        named = _meant(text[start : match.start()], int(match[1]), references)
        if named is None:
            continue
        if start > at:
            yield Piece(text[at:start])
        yield Piece(text[start : match.end()], named.url, label(named, full=True))
        at = match.end()
    if at < len(text):
        yield Piece(text[at:])


def _meant(repo: str, number: int, references: Sequence[Reference]) -> Reference | None:
    """The one reference that `repo#number` was resolved to; None when it is not clear which."""
    fitting = [
        reference
        for reference in references
        if reference.number == number
        and is_web(reference.url)
        and (not repo or reference.repo.casefold().endswith(repo.casefold().lstrip("/")))
    ]
    return fitting[0] if len({reference.url for reference in fitting}) == 1 else None


def spelled(item: Item) -> list[str]:
    """The short names of the references that the text does not show by itself, for a page without links."""
    text = short(item.text)
    names = [label(reference) for reference in item.references if reference.url not in text]
    return [name for name in dict.fromkeys(names) if name not in text]


def beside(item: Item) -> list[Reference]:
    """The references that the text does not lead to by itself, each once."""
    if not item.references:
        return []
    linked = {piece.url for piece in pieces(short(item.text), item.references)}
    return list({r.url: r for r in item.references if r.url not in linked}.values())
