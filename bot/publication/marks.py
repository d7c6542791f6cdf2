"""The hidden mark by which a comment of ours is known again, and what it tells: which one, how new, and of what facts."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from bot.model.outgoing import A_WRONG_CLOCK, Outgoing

MARK = re.compile(
    r"<!-- tallyman:v1 kind=(?P<kind>\S+) project=(?P<project>\S+) release=(?P<release>\S+)(?: key=(?P<key>\S+))? "
    r"sequence=(?P<sequence>\d{1,18})(?: as_of=(?P<as_of>\S+))? sha256=(?P<sha256>[0-9a-f]{64}) -->"
)
NONE = "-"  # of a name that is empty
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """A comment of ours as it stands on GitHub; `body` holds its mark."""

    id: int
    url: str
    body: str
    sequence: int
    as_of: datetime
    sha256: str

    @property
    def rank(self) -> tuple[datetime, int]:
        return self.as_of, self.sequence


def marked(outgoing: Outgoing) -> str:
    """The body with its hidden mark."""
    kind, project, release, key = names(outgoing)
    mark = (
        f"<!-- tallyman:v1 kind={kind} project={project} release={release} {f'key={key} ' if key != NONE else ''}"
        f"sequence={outgoing.sequence} as_of={outgoing.as_of.astimezone(UTC).isoformat()} sha256={outgoing.sha256} -->"
    )
    return f"{outgoing.body.rstrip()}\n\n{mark}\n"


def names(outgoing: Outgoing) -> tuple[str, str, str, str]:
    """Kind, project, release and key without blanks and brackets, so that no name can end the mark or hide it from us."""
    kind, project, release, key = (
        quote(name) or NONE for name in (outgoing.kind, outgoing.project, outgoing.release, outgoing.key)
    )
    return kind, project, release, key


def standing(id_: int, url: str, body: str, outgoing: Outgoing, now: datetime) -> Standing | None:
    """The comment, when its mark is that of `outgoing`; None when it is another one or has none.

    A mark from the future is one that a wrong clock wrote: its time does not count.
    """
    found = list(MARK.finditer(body))
    if not found:
        return None
    mark = found[-1]  # the one we set; a text that is quoted above it might look like one
    if (mark["kind"], mark["project"], mark["release"], mark["key"] or NONE) != names(outgoing):
        return None
    as_of = _moment(mark["as_of"])
    if as_of > now + A_WRONG_CLOCK:
        as_of = LONG_AGO
    return Standing(id_, url, body, int(mark["sequence"]), as_of, mark["sha256"])


def _moment(text: str | None) -> datetime:
    try:
        return datetime.fromisoformat(text or "").astimezone(UTC)
    except (ValueError, OverflowError):
        return LONG_AGO


def seen(body: str) -> str:
    """What a reader sees, for comparing: a person may have edited our comment, and line ends are GitHub's affair."""
    return " ".join(MARK.sub(" ", body).split())
