"""Who was there: lists of attendees as bullets, lines and tables, with companies, logins, initials, and those who were not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.meetings.notes.markdown import Shape
from bot.meetings.notes.marks import LOGIN
from bot.meetings.notes.placing import Placed
from bot.meetings.notes.roster import LONGEST_NAME, Names, Person, name_key
from bot.meetings.notes.words import Part, plain, says_nothing

BRACKETED = re.compile(r"[(\[]\s?([^()\[\]]{1,80})\s?[)\]]")
ADDRESS = re.compile(r"<?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}>?")
AT_LOGIN = re.compile(rf"(?<![\w.]){LOGIN}")
AWAY = re.compile(
    r"\b(?:not present|not attending|absent|regrets|apologies|excused|no show|unable to attend|on leave|(?:can't|cannot) (?:make|attend))\b",
    re.I,
)
STATUS = re.compile(
    r"\b(?:present|here|attending|remote(?:ly)?|in person|late|joined late|left early|chair|host|scribe|notes?|note taker|he/him|she/her|they/them)\b",
    re.I,
)
APART = re.compile(r"\s(?:-|–|—|\|)(?:\s|$)|\s?[,;|:](?:\s|$)")
LIST_MARKS = re.compile(r"[,;]|\s(?:and|&)\s")
MOST_PEOPLE = 500  # read from one line
NAME_COLUMNS = frozenset({"name", "names", "attendee", "participant", "member", "who", "full name", "person"})
PRESENT_COLUMNS = frozenset({"present", "attended", "here", "attendance", "attending", "there", "status"})
LOGIN_COLUMNS = frozenset(
    "github|login|handle|username|gh|github id|gh username|github username|github handle".split("|")
)
INITIALS_COLUMNS = frozenset({"tla", "initials", "abbr", "abbreviation", "acronym", "short", "initial"})
COMPANY_COLUMNS = frozenset({"affiliation", "company", "organization", "organisation", "org", "employer"})
NOT_TICKED = frozenset({"", "no", "n", "-", "–", "✗", "✘", "❌", "absent", "regrets", "☐", "[ ]", "not present", "0"})  # fmt: skip


def present_people(placed: Sequence[Placed], earlier: Names) -> tuple[Person, ...]:
    """Those whom the notes list as present, in order, each once. Somebody listed as absent too is absent."""
    rows = [each for each in placed if each.part in (Part.PEOPLE, Part.ABSENT) and each.parent < 0]
    ticks = any(each.mark.done for each in rows)
    away: set[str] = set()
    found: dict[str, Person] = {}
    tables: dict[tuple[str, ...], bool] = {}
    for each in rows:
        if each.head:
            tables[each.head] = tables.get(each.head, False) or _is_ticked(each)
    for each in rows:
        for person, is_away in _people_of(each, tables):
            if is_away or each.part is Part.ABSENT or (ticks and each.row.checked is False):
                away.add(name_key(person.name))
            else:
                found.setdefault(name_key(person.name), person)
    here = [person for called, person in found.items() if called not in away]
    return tuple(_with_known_login(person, earlier) for person in _settled(here))


def _people_of(each: Placed, tables: dict[tuple[str, ...], bool]) -> Iterator[tuple[Person, bool]]:
    if (each.row.cells and len(each.row.cells) > 2) or (each.head and each.row.cells):
        person = _of_cells(each)
        if person is not None:
            yield person, tables.get(each.head, False) and not _is_ticked(each)
        return
    for words in split_people(
        each.mark.words, is_bullet=each.row.shape is Shape.BULLET and each.mark.words == each.row.text
    ):
        if (person := read_person(words)) is not None:
            yield person, each.row.struck or AWAY.search(words[:200]) is not None


def people_in(each: Placed) -> list[Person]:
    """Everybody a row names, there or not."""
    return [person for person, _ in _people_of(each, {})]


def is_remark(each: Placed) -> bool:
    """Whether a line among the people is no name but something that was said."""
    if each.part not in (Part.PEOPLE, Part.ABSENT) or each.row.cells or len(each.mark.words.split()) <= 5:
        return False
    return each.parent >= 0 or next(_people_of(each, {}), None) is None


def split_people(text: str, *, is_bullet: bool) -> list[str]:
    """The people of a line. A bullet with one comma is a person and a company; commas in brackets part nobody."""
    masked = BRACKETED.sub(lambda found: "\u0000" * len(found[0]), text[:20_000])
    marks = list(LIST_MARKS.finditer(masked))[:MOST_PEOPLE]
    if is_bullet and len(marks) == 1 and "@" not in text[marks[0].end() :]:
        return [text]
    starts = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(text)]
    return [words for start, end in zip(starts, ends, strict=True) if (words := text[start:end].strip())]


def read_person(words: str) -> Person | None:
    """One entry of a list: `Ada Quay (@ada) (Dock Ltd)`, `vb: Vincent Batts`, `Bo - Dock Ltd - not present`; None for talk."""
    if "://" in words or says_nothing(words) or len(words) > 200:
        return None
    words = ADDRESS.sub("", words)
    brackets = [inner for found in BRACKETED.finditer(words) if (inner := found[1].strip())]
    base = " ".join(BRACKETED.sub(" ", words).split())
    logins = [found[0][1:] for found in AT_LOGIN.finditer(words)]
    parts = [part.strip() for part in APART.split(AT_LOGIN.sub("", base)) if part.strip()]
    name, others = (_tidy(parts[0]), parts[1:]) if parts else ("", [])
    initials = ""
    if others and len(name) <= 4 and _are_initials(name, others[0], strictly=False):
        initials, name, others = name, _tidy(others[0]), others[1:]
    if not name and logins:
        name = logins[0]
    if not _is_name(name):
        return None
    told = [
        text
        for text in (*others, *(b for b in brackets if not b.startswith("@")))
        if not STATUS.fullmatch(text) and not AWAY.search(text)
    ]
    short = next((text for text in told if 2 <= len(text) <= 4 and text.isalpha() and text in brackets), "")
    company = next(
        (text for text in told if text != short and len(text.split()) <= 4 and re.search(r"\w", text)), ""
    )
    return Person(name, logins[0] if logins else "", initials, company, short)


def _tidy(name: str) -> str:
    return re.sub(r"^[^\w@]+|[^\w.')]+$", "", name).strip()


def _is_name(name: str) -> bool:
    words = name.split()
    return (
        bool(words)
        and len(words) <= 5
        and len(name) <= LONGEST_NAME
        and name[:1].isalpha()
        and not name.endswith("?")
    )


def _settled(people: list[Person]) -> list[Person]:
    """With what stands in brackets told apart: initials where the list gives them, else the company.

    A list gives initials when they differ from each other and begin, two of three or more, as the names do; companies
    repeat, and begin as they like.
    """
    short = [person for person in people if person.brackets]
    fitting = [person for person in short if name_key(person.brackets)[:1] == name_key(person.name)[:1]]
    differ = len({name_key(person.brackets) for person in short}) == len(short)
    as_list = len(short) >= 2 and differ and len(fitting) * 3 >= len(short) * 2
    settled = []
    for person in people:
        own = person.brackets and (as_list or _are_initials(person.brackets, person.name, strictly=True))
        if own:
            settled.append(replace(person, initials=person.initials or person.brackets))
        else:
            settled.append(replace(person, company=person.brackets or person.company))
    return settled


def _are_initials(short: str, name: str, *, strictly: bool) -> bool:
    """Whether these are the first letters of the name's words; loosely: begin like it, and the name has several words."""
    words = name_key(name).split()
    if len(words) < 2 or not short.isalpha():
        return False
    letters = "".join(word[0] for word in words)
    return name_key(short) == letters if strictly else name_key(short)[:1] == letters[:1]


def _with_known_login(person: Person, earlier: Names) -> Person:
    """The login that an earlier meeting gave for the same full name, so that a person is called the same everywhere."""
    if person.login or " " not in person.name:
        return person
    known = tuple(earlier.sure.get(name_key(person.name), ()))
    return (
        replace(person, login=known[0])
        if len(known) == 1 and name_key(known[0]) != name_key(person.name)
        else person
    )


def _of_cells(each: Placed) -> Person | None:
    cells = {plain(title): cell for title, cell in zip(each.head, each.row.cells, strict=False)}
    titles = [plain(title) for title in each.head]
    column = next((title for title in titles if title in NAME_COLUMNS), titles[0] if titles else "")
    person = read_person(cells.get(column, each.row.cells[0]))
    if person is None:
        return None
    login = _cell(cells, LOGIN_COLUMNS).lstrip("@").split(" ")[0]
    return Person(
        person.name,
        login or person.login,
        _cell(cells, INITIALS_COLUMNS) or person.initials,
        _cell(cells, COMPANY_COLUMNS) or person.company,
        person.brackets,
    )


def _is_ticked(each: Placed) -> bool:
    """Whether the row's own column says that the person was there."""
    cells = {plain(title): cell for title, cell in zip(each.head, each.row.cells, strict=False)}
    column = next((title for title in cells if title in PRESENT_COLUMNS), None)
    return column is not None and cells[column].strip().lower() not in NOT_TICKED


def _cell(cells: dict[str, str], columns: frozenset[str]) -> str:
    found = next((cell for title, cell in cells.items() if title in columns), "")
    return "" if says_nothing(found) else found
