"""Who a roster file says its people are: MAINTAINERS, EMERITUS and CODEOWNERS, line by line, or MAINTAINERS in TOML."""

import re
import tomllib
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from bot.model.person import Certainty, Means, People, Tie

LONGEST = 500  # characters of a line that can still be about one person
MAIL = re.compile(r"<([^<>@\s]+@[^<>@\s]+)>")
LOGIN = re.compile(r"(?<![\w.@+-])@([A-Za-z0-9][A-Za-z0-9-]{0,38})(?![\w.@/-])")  # no team: @owner/team
BULLET = re.compile(r"\s*(?:[-*+]\s+|\d+[.)]\s+)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of a roster; "" is what the roster does not say."""

    name: str
    mail: str
    login: str


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of a roster file in its order. `unread` are lines that seem to name somebody and could not be read."""

    entries: tuple[Entry, ...]
    unread: tuple[str, ...] = ()


def read_roster(text: str) -> Roster:
    """Every person a roster file names with a login or an address; its headings and prose are passed over.

    A line is `Name <mail> (@login)`, as OCI's MAINTAINERS have it in every tag, or with any part missing, as a list item
    (EMERITUS), or logins alone (CODEOWNERS). A file of TOML tables (containerd's and Docker's MAINTAINERS) is read too.
    """
    tables = _tables(text)
    if tables is not None:
        return Roster(tuple(tables))
    entries: list[Entry] = []
    unread: list[str] = []
    for line in text.splitlines():
        found = () if line.lstrip().startswith(("#", "//")) else _read_line(line)
        if found is None:
            unread.append(line.strip()[:LONGEST])
        else:
            entries += found
    return Roster(tuple(dict.fromkeys(entries)), tuple(unread))


def _read_line(line: str) -> tuple[Entry, ...] | None:
    """The people of one line; None when it has an @ and makes no sense."""
    if "@" not in line:
        return ()
    if len(line) > LONGEST:
        return None
    text = line[len((BULLET.match(line) or [""])[0]) :]
    mail, logins = MAIL.search(text), LOGIN.findall(text)
    ends = [text.find(mark) for mark in "<(@[" if mark in text]
    name = text[: min(ends)].strip(" \t,:-")
    name = "" if set("/*") & set(name) else name  # the pattern of a file that somebody owns
    if not logins and mail is None:
        return None
    if len(logins) > 1:  # a line of owners: none of them is the name's
        return tuple(Entry("", "", login) for login in logins)
    return (Entry(name, mail[1] if mail else "", logins[0] if logins else ""),)


def _tables(text: str) -> list[Entry] | None:
    """The entries of a TOML roster's [people] tables, None when the text is no such file."""
    if "[people." not in text.lower():
        return None
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    groups = [group for key, group in document.items() if key.lower() == "people" and isinstance(group, dict)]
    people = [person for group in groups for person in group.values() if isinstance(person, dict)]
    entries = [_of_table(person) for person in people]
    return [entry for entry in entries if entry.login or entry.mail]


def _of_table(person: dict[str, object]) -> Entry:
    fields = {key.lower(): str(value) for key, value in person.items()}
    return Entry(fields.get("name", ""), fields.get("email", ""), fields.get("github", "").lstrip("@"))


def roster_ties(
    roster: Roster, people: People, *, at: datetime, source: str, by: str = "MAINTAINERS"
) -> tuple[Tie, ...]:
    """What a roster confirms. Somebody whose login or address is known already keeps their key; the others get one.

    A name alone joins nobody: two people may share it. A login that a later roster corrects stays with its person.
    """
    taken = {tie.person for tie in people.ties}
    found: dict[tuple[Means, str], str] = {}  # what this roster itself has said so far
    made: list[Tie] = []
    for entry in roster.entries:
        own = [
            (means, value) for means, value in ((Means.LOGIN, entry.login), (Means.MAIL, entry.mail)) if value
        ]
        known = [
            person
            for means, value in own
            for person in (*people.persons_of(means, value), found.get((means, value.casefold())))
            if person is not None
        ]
        person = known[0] if known else new_key(entry.login or entry.name, taken)
        taken.add(person)
        found |= {(means, value.casefold()): person for means, value in own}
        said = [*own, (Means.NAME, entry.name)] if entry.name else own
        made += [Tie(person, means, value, Certainty.CONFIRMED, by, at, source) for means, value in said]
    return tuple(made)


def new_key(name: str, taken: Container[str]) -> str:
    """A key that no person has yet, made of a login, a nick or a name: `vbatts`, and `vbatts-2` for somebody else."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "person"
    key, count = plain, 1
    while key in taken:
        count += 1
        key = f"{plain}-{count}"
    return key
