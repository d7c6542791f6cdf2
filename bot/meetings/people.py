"""Who took part, who said what a scribe wrote, and whom an action is given to."""

import re
from collections import Counter
from collections.abc import Sequence

from bot.model.meeting import Line, Participant, Present

NICK = r"[A-Za-z_\[\]\\`^{}|][A-Za-z0-9_\-\[\]\\`^{}|]*"
EDGE = r"A-Za-z0-9_\-\[\]\\`^{}|"  # what may stand inside a nick, so that `in` is not found in `binary`
SPOKEN = re.compile(rf"({NICK}):\s+\S")
GIVEN = re.compile(
    rf"@?({NICK}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*)@?{NICK})*)(?:\s+(?:to|will|shall)\s+|\s*:\s+)\S",
    re.IGNORECASE,
)
NOT_NAMES = frozenset(
    "a all an and any anybody anyone are as at by call discussion discuss everybody everyone find fix follow for get going "
    "have help how if in is it let link look maintainers make more need needs next no nobody note of on one open or people "
    "plan please prefer read somebody someone start talk team that the them then they this time to todo try up update use us "
    "want we what when where who why will with work write you".split()
)
PROTOCOLS = frozenset(
    {"http", "https", "ftp", "irc", "mailto", "ssh", "re", "fyi", "note", "warning", "error", "question"}
)
SCRIBE_LINES = 3  # so many lines of `name: ...` with at least two names make somebody a scribe


def speaker(text: str, by: str) -> str:
    """Who said it: the name in front (`Michael: we can ...`), else whoever typed it."""
    found = SPOKEN.match(text)
    return by if found is None or found[1].lower() in PROTOCOLS else found[1]


def scribes(lines: Sequence[Line]) -> frozenset[str]:
    """Those who wrote down what others said: many lines with a name in front, and not always the same name."""
    names: dict[str, Counter[str]] = {}
    for line in lines:
        if not line.text.startswith("#") and (said := speaker(line.text, "")):
            names.setdefault(line.nick, Counter())[said.lower()] += 1
    return frozenset(
        nick for nick, said in names.items() if sum(said.values()) >= SCRIBE_LINES and len(said) >= 2
    )


def participants(lines: Sequence[Line], bot: str | None) -> tuple[Participant, ...]:
    """Everybody who typed or was written down by a scribe, in the order of their first word. The bot is not a person."""
    writers = scribes(lines)
    typed: Counter[str] = Counter()
    spoken: dict[str, str] = {}
    order: dict[str, str] = {}
    for line in lines:
        if line.nick == bot:
            continue
        typed[line.nick] += 1
        order.setdefault(line.nick.lower(), line.nick)
        if line.nick in writers and (said := speaker(line.text, "")):
            spoken.setdefault(said.lower(), said)
            order.setdefault(said.lower(), said)
    names = {nick.lower(): nick for nick in typed}
    found = []
    for key, shown in order.items():
        present = Present.SCRIBED if key not in names else Present.BOTH if key in spoken else Present.TYPED
        found.append(Participant(names.get(key, shown), present, typed[names[key]] if key in names else 0))
    return tuple(found)


def assignees(text: str, by: str, known: Sequence[str]) -> tuple[str, ...]:
    """Whom an action is given to: the names in front of `to`, `will` or a colon, else the people it names; () is nobody.

    A name in front need not be known: somebody who is not in the meeting can be given an action.
    """
    people = {name.lower(): name for name in known}
    given = GIVEN.match(text)
    if given is not None:
        names = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*", given[1])
        plain = [name.lstrip("@") for name in names]
        if not any(name.lower() in NOT_NAMES and name.lower() not in people for name in plain):
            return tuple(
                dict.fromkeys(by if name.lower() == "i" else people.get(name.lower(), name) for name in plain)
            )
    if re.match(r"I(?:'ll| will| shall)\b", text):
        return (by,)
    return tuple(name for name in known if name.lower() not in NOT_NAMES and _names(text, name))


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<![{EDGE}/#]){re.escape(name)}(?![{EDGE}])", text, re.IGNORECASE) is not None


def assignees_as_meetbot(text: str, nicks: Sequence[str]) -> tuple[str, ...]:
    """MeetBot's own rule: every attendee whose nick stands in the text between word boundaries (items.py, save time)."""
    found = [nick for nick in nicks if re.search(rf"\b{re.escape(nick)}\b", text, re.IGNORECASE)]
    return tuple(sorted(found, key=str.lower))
