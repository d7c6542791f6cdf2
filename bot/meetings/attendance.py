"""Who was there: who typed, who spoke while a scribe wrote it down, who left, and which names may be one person."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process

from bot.meetings import people
from bot.model.meeting import Event, Line, Offer, Participant, Present

SCRIBE_LINES, SCRIBE_NAMES = 3, 2  # so many lines of `name: ...` with so many names make somebody a scribe,
SCRIBE_SHARE = 0.4  # if they are this much of what they typed: others only address each other
SAME_WITHIN = timedelta(seconds=30)
SAME_SCORE = (
    75  # rapidfuzz token_set_ratio: two scribes shorten the same words differently; see tests/meetings
)
NEAR_SCORE = 75  # rapidfuzz ratio: `Mruanl` is 77 from `mrunalp`, `Michael` 70 from `crosbymichael`
MOST_NAMES = 500  # beyond it nobody is compared with everybody
MOST_OFFERS = 50
LONGEST_NAME = 64


@dataclass(slots=True)
class Seen:
    """One person while the meeting goes on."""

    nick: str
    typed: int = 0
    also: dict[str, None] = field(default_factory=dict)
    left_at: datetime | None = None
    addressed: int = 0  # typed lines of the form `name: ...`
    wrote: dict[str, str] = field(
        default_factory=dict
    )  # names in front of them: lower case -> as first written
    declared: bool = False  # named by #scribe
    named: bool = False  # by #nick or #here: takes part without typing


class Attendance:
    """Grows with the people, not with their lines. `follow` keeps somebody the same person when the nick changes."""

    def __init__(self, follow: bool, aliases: Mapping[str, str]) -> None:
        self.follow = follow
        self.given = {name.lower(): nick for name, nick in aliases.items()}  # confirmed before the meeting
        self.stated: dict[str, tuple[str, str]] = {}  # stated in it: `Mruanl = mrunalp`
        self.unknown: list[
            tuple[int, str, str]
        ] = []  # `??? = tianon` speaks of the ??? above it: line, name, nick
        self.seen: dict[str, Seen] = {}
        self._known: dict[str, Seen] = {}  # the same by the nick as typed: asked for every line
        self.taken: dict[str, str] = {}  # a nick that was taken on -> the key of its person
        self._heard: set[str] = set()  # names in front of lines
        self._window: deque[tuple[Line, str, str]] = deque(maxlen=4)
        self.twins: list[tuple[str, str, Offer]] = []

    def key(self, nick: str) -> str:
        key = nick.lower() if self.follow else nick
        return self.taken.get(key, key)

    def someone(self, nick: str) -> Seen:
        key = self.key(nick)
        found = self.seen.get(key)
        if found is None:
            found = self.seen[key] = Seen(nick)
        return found

    def typed(self, line: Line) -> Seen:
        person = self._known.get(line.nick)
        if person is None:
            person = self._known[line.nick] = self.someone(line.nick)
        person.typed += 1
        person.left_at = None
        return person

    def talked(self, person: Seen, line: Line) -> None:
        """Keeps what a line of talk says of others: `name: ...` and `name = nick`."""
        text = line.text
        if ":" in text and (said := people.spoken(text)) is not None:
            person.addressed += 1
            if len(person.wrote) < MOST_NAMES:
                person.wrote.setdefault(said[0].lower(), said[0])
                self._heard.add(said[0].lower())
            self.compare(line, *said)
        elif "=" in text and (stated := people.alias(text)) is not None:
            self._state(line, *stated)

    def _state(self, line: Line, name: str, nick: str) -> None:
        """Only a name that was heard here can be somebody: `x = y` is said of many things."""
        if name.startswith("?"):
            if name in self._heard and len(self.unknown) < MOST_NAMES:
                self.unknown.append((line.number, name, nick))
            return
        heard = name.lower() in self.seen or name.lower() in self._heard
        if heard and name.lower() != nick.lower() and len(self.stated) < MOST_NAMES:
            self.stated[name.lower()] = (name, nick)

    def happened(self, line: Line) -> None:
        if line.event is Event.LEFT:
            if (found := self.seen.get(self.key(line.nick))) is not None:
                found.left_at = line.at
        elif line.event is Event.JOINED:
            if (found := self.seen.get(self.key(line.nick))) is not None:
                found.left_at = None
        elif line.event is Event.RENAMED and self.follow and line.text:
            key, new = self.key(line.nick), line.text.split()[0]
            self._known.clear()
            if new.lower() != key:
                self.taken[new.lower()] = key
            if (found := self.seen.get(key)) is not None and new != found.nick:
                found.also[new] = None

    def scribe(self, nick: str) -> None:
        self.someone(nick).declared = True

    def name(self, nicks: Sequence[str]) -> None:
        """#nick: they take part without typing."""
        for nick in nicks:
            self.someone(nick).named = True

    def is_here(self, nick: str, alias: str) -> None:
        """#here, with another name of theirs or without."""
        person = self.someone(nick)
        person.named = True
        if alias and len(alias) <= LONGEST_NAME:
            person.also[alias] = None
            self.stated.setdefault(alias.lower(), (alias, nick))

    def present(self) -> dict[str, str]:
        """Who is there, by key, as far as the log tells."""
        return {key: each.nick for key, each in self.seen.items() if each.left_at is None}

    def compare(self, line: Line, name: str, text: str) -> None:
        """The same words of one speaker, from two scribes within half a minute, may be one utterance."""
        for earlier, its_name, its_text in self._window:
            if earlier.nick == line.nick or line.at - earlier.at > SAME_WITHIN:
                continue
            if its_name.lower() != name.lower() and "?" not in its_name + name:
                continue
            score = round(fuzz.token_set_ratio(its_text[:500].lower(), text[:500].lower()))
            if score >= SAME_SCORE and len(self.twins) < MOST_OFFERS:
                offer = Offer(
                    "same-utterance", (earlier.number, line.number), (its_name, name),
                    f"lines {earlier.number} and {line.number} seem to be the same words ({score} of 100); keep one",
                )  # fmt: skip
                self.twins.append((self.key(earlier.nick), self.key(line.nick), offer))
        self._window.append((line, name, text))

    # --- at the end, or in between

    def scribes(self) -> dict[str, Seen]:
        """Those who wrote down what others said: declared ones, and those whose lines show it.

        Many of their lines have a name in front, not always the same, and of somebody who did not type.
        """
        return {key: each for key, each in self.seen.items() if each.declared or self._writes(each)}

    def _writes(self, each: Seen) -> bool:
        return (
            each.addressed >= SCRIBE_LINES
            and len(each.wrote) >= SCRIBE_NAMES
            and each.addressed >= SCRIBE_SHARE * each.typed
            and any(self.key(name) not in self.seen for name in each.wrote)
        )

    def person(self, name: str, line: int = 0) -> str:
        """The nick a name of some line stands for: by an alias, by a nick change, else the name itself."""
        key = name.lower()
        if key.startswith("?"):
            meant = next((nick for at, its, nick in self.unknown if at >= line and its == name), name)
        else:
            meant = self.stated[key][1] if key in self.stated else self.given.get(key, name)
        found = self.seen.get(self.key(meant))
        return found.nick if found else meant

    def aliases(self) -> tuple[tuple[str, str], ...]:
        """What somebody stated to be one person, as (name, nick)."""
        return (*self.stated.values(), *dict.fromkeys((name, nick) for _, name, nick in self.unknown))

    def participants(self) -> tuple[Participant, ...]:
        """Everybody who typed, spoke or was named, in the order of their first word; an alias is no second person."""
        spoke: dict[str, str] = {}
        for scribe in self.scribes().values():
            for name in scribe.wrote.values():
                nick = self.person(name)
                spoke.setdefault(self.key(nick), nick)
        also = {key: list(each.also) for key, each in self.seen.items()}
        for name, nick in self.aliases():
            also.setdefault(self.key(nick), []).append(name)
        found = []
        for key, each in self.seen.items():
            if not (each.typed or each.named or key in spoke):
                continue
            present = Present.SCRIBED if not each.typed else Present.BOTH if key in spoke else Present.TYPED
            found.append(
                Participant(
                    each.nick, present, each.typed, each.left_at, tuple(dict.fromkeys(also.get(key, ())))
                )
            )
        nicks = self.nicks()
        for key, nick in spoke.items():
            if key not in self.seen and not (nick.startswith("?") and self.unknown):
                near = self.near(nick, nicks) if key not in also else ()
                found.append(
                    Participant(nick, Present.SCRIBED, 0, None, tuple(dict.fromkeys(also.get(key, ()))), near)
                )
        return tuple(found)

    def as_meetbot(self) -> tuple[Participant, ...]:
        """MeetBot's list: every nick that typed (the bot too) or was named, most lines first."""
        rows = [Participant(each.nick, Present.TYPED, each.typed) for each in self.seen.values()]
        return tuple(sorted(rows, key=lambda row: -row.lines))

    def nicks(self) -> list[str]:
        """Everybody who typed or spoke under a name of their own, for comparing names."""
        typed = [each.nick for each in self.seen.values() if each.typed]
        spoke = [name for scribe in self.scribes().values() for name in scribe.wrote.values()]
        return list(dict.fromkeys([*typed, *spoke]))

    def near(self, name: str, nicks: list[str]) -> tuple[str, ...]:
        """People whose nick is longer and like this name; a guess, for a person to confirm."""
        if len(nicks) > MOST_NAMES or not name.strip("?"):
            return ()
        key = name.lower()
        inside = [nick for nick in nicks if _part(key, nick.lower())]
        longer = {nick: nick.lower() for nick in nicks if len(nick) > len(name)}
        alike = process.extract(key, longer, scorer=fuzz.ratio, score_cutoff=NEAR_SCORE, limit=2)
        return tuple(dict.fromkeys([*inside, *(nick for _, _, nick in alike)]))

    def offers(self) -> tuple[Offer, ...]:
        """What only a person can decide: the same words twice, and names that may be one person."""
        scribes = self.scribes()
        twins = [offer for one, other, offer in self.twins if one in scribes and other in scribes]
        names = [
            Offer("same-person", (), (each.nick, *each.near), f"{each.nick} may be {' or '.join(each.near)}: say `{each.nick} = {each.near[0]}`")
            for each in self.participants()
            if each.near
        ]  # fmt: skip
        return (*twins, *names[:MOST_OFFERS])


def _part(name: str, nick: str) -> bool:
    """`dug` begins duglin, `michael` is in crosbymichael."""
    return name != nick and ((len(name) >= 3 and nick.startswith(name)) or (len(name) >= 4 and name in nick))
