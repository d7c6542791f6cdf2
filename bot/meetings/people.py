"""Names in text: whose words a line holds, and whom an action is given to."""

import re
from collections.abc import Iterable, Mapping, Sequence

EDGE = r"\w\-\[\]\\`^{}|"  # what may stand inside a nick, so that `in` is not found in `binary`; names are Unicode
NICK = rf"(?:[^\W\d]|[\[\]\\`^{{}}|])[{EDGE}]{{0,63}}"
WORDS = re.compile(rf"(?<![{EDGE}/#])[{EDGE}]{{1,64}}")
SPOKEN = re.compile(rf"({NICK}|\?{{2,3}}):[ \t]+(?=\S)")
ALIAS = re.compile(rf"({NICK}|\?{{2,3}})[ \t]+=[ \t]+({NICK})[ \t]*")
GIVEN = re.compile(
    rf"@?({NICK}(?:(?:[ ]?,[ ]?(?:and )?|[ ]and[ ]|[ ]?&[ ]?)@?{NICK}){{0,15}})(?:\s{{1,3}}(?:to|will|shall)\s{{1,3}}|[ ]?:\s{{1,3}})\S",
    re.IGNORECASE,
)
PARTS = re.compile(r"[ ]?,[ ]?(?:and )?|[ ]and[ ]|[ ]?&[ ]?", re.IGNORECASE)
MENTION = re.compile(r"(?<![\w/.-])@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))(?![\w/.-]*[/@])")
NOT_NAMES = frozenset(
    "a all an and any anybody anyone are as at by call discussion discuss everybody everyone find fix follow for get going "
    "have help how if in is it let link look maintainers make more need needs next no nobody note of on one open or people "
    "plan please prefer read somebody someone start talk team that the them then they this time to todo try up update use us "
    "want we what when where who why will with work write you".split()
)
PROTOCOLS = frozenset(
    {"http", "https", "ftp", "irc", "mailto", "ssh", "re", "fyi", "note", "warning", "error", "question", "answer", "todo", "ps"}
)  # fmt: skip


def spoken(text: str) -> tuple[str, str] | None:
    """The name in front of a text and what follows it (`Michael: we can ...`), or None."""
    found = SPOKEN.match(text)
    return None if found is None or found[1].lower() in PROTOCOLS else (found[1], text[found.end() :])


def alias(text: str) -> tuple[str, str] | None:
    """A statement that two names are one person: `??? = tianon`."""
    if "=" not in text[:140]:
        return None
    found = ALIAS.fullmatch(text)
    return (found[1], found[2]) if found else None


def assignees(text: str, by: str, known: Sequence[str]) -> tuple[str, ...]:
    """Whom an action is given to; () is nobody.

    The names in front of `to`, `will` or a colon; else `I will`; else every `@name`; else the known people it names. A name in
    front, or behind an @, need not be known: somebody who is not in the meeting can be given an action.
    """
    people = {name.lower(): name for name in known}
    given = GIVEN.match(text)
    if given is not None:
        plain = [name.lstrip("@") for name in PARTS.split(given[1])]
        if not any(name.lower() in NOT_NAMES and name.lower() not in people for name in plain):
            return tuple(
                dict.fromkeys(by if name.lower() == "i" else people.get(name.lower(), name) for name in plain)
            )
    if re.match(r"I(?:'ll| will| shall)\b", text):
        return (by,)
    mentioned = tuple(
        dict.fromkeys(people.get(found[1].lower(), found[1]) for found in MENTION.finditer(text))
    )
    return mentioned or _named(text, people)


def _named(text: str, people: Mapping[str, str]) -> tuple[str, ...]:
    """The known people whose whole name stands in the text, in the order in which they are known."""
    words = {word.lower() for word in WORDS.findall(text)}
    # `wking's` and a nick that ends a clause with `-` are the person too
    words |= {word.rstrip("-") for word in words}
    return tuple(name for key, name in people.items() if key in words and key not in NOT_NAMES)


def assignees_as_meetbot(text: str, nicks: Iterable[str]) -> tuple[str, ...]:
    """MeetBot's own rule: every attendee whose nick stands in the text between word boundaries (items.py, save time).

    Its faults are kept: a nick `in` takes every `in`, and a nick whose edge is no word character is never found.
    """
    words = set(re.findall(r"\w+", text.lower()))
    lowered = text.lower()
    found = []
    for nick in nicks:
        key = nick.lower()
        if key in words or (
            not re.fullmatch(r"\w+", key)
            and key in lowered
            and re.search(rf"\b{re.escape(nick)}\b", text, re.IGNORECASE)
        ):
            found.append(nick)
    return tuple(sorted(found, key=str.lower))
