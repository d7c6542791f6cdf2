"""Subject lines of votes: how a motion and its tally are written, in the spellings found in practice, and the closing times in them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

LONGEST = 1_000  # characters; a longer subject is none

REPLY = re.compile(r"^\s*(?:(?:re|aw|sv|fwd?|wg)(?:\[\d{1,3}\])?\s*:\s*)", re.I)
LIST = re.compile(  # `[oci-dev] [runtime-spec VOTE]`; in `[runtime-spec] [VOTE]` the first is the project
    r"^\s*\[[\w.-]{1,50}\]\s*(?=\[(?:[\w.-]{1,100}\s+vote|vote[\s:]+[\w.-]{1,100})\])", re.I
)
CLOSES = r"(?:\s*[([]\s*clos(?:es|ing)(?:\s+on|\s+at|:)?\s+(?P<end>[^)\]]{1,80})[)\]])?\s*"
MOTIONS = (
    re.compile(rf"\[(?P<project>[\w.-]{{1,100}})\s+VOTE\]\s*:?\s*(?P<motion>[^\s:].*?){CLOSES}", re.I),
    re.compile(
        rf"\[VOTE\s*[:\s]\s*(?P<project>[\w.-]{{1,100}})\]\s*:?\s*(?P<motion>[^\s:].*?){CLOSES}", re.I
    ),
    re.compile(rf"\[(?P<project>[\w.-]{{1,100}})\]\s*\[VOTE\]\s*:?\s*(?P<motion>[^\s:].*?){CLOSES}", re.I),
    re.compile(rf"\[VOTE\]\s*\[(?P<project>[\w.-]{{1,100}})\]\s*:?\s*(?P<motion>[^\s:].*?){CLOSES}", re.I),
    re.compile(rf"(?P<project>)\[VOTE\]\s*:?\s*(?P<motion>[^\s:].*?){CLOSES}", re.I),
)
TALLIED = re.compile(
    r"\[(?P<project>[\w.-]{1,100})\s+(?P<status>adopted|rejected)\]\s*:?\s*(?P<motion>[^\s:].*?)\s*"
    r"\(\s*\+(?P<l>\d{1,6})\s+[-−–](?P<r>\d{1,6})\s+#(?P<a>\d{1,6})\b[^)]{0,200}\)\s*",
    re.I,
)
MONTHS = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
ISO = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T\s,]+(?P<t>\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?)?\s*(?P<zone>\S*)",
    re.I,
)
DATE = re.compile(  # the output of `date`: Tue Nov  4 05:00:00 UTC 2025
    r"(?:\w{3,9},?\s+)?(?P<m>[a-z]{3})[a-z]*\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<t>\d{1,2}:\d{2}(?::\d{2})?)\s*"
    r"(?P<zone>[a-z+:\d-]*?)\s*(?P<y>\d{4})",
    re.I,
)
AMERICAN = re.compile(  # June 3, 2016 20:00 UTC
    r"(?:\w{3,9},?\s+)?(?P<m>[a-z]{3})[a-z]*\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})(?:[\s,]+(?:at\s+)?"
    r"(?P<t>\d{1,2}:\d{2}(?::\d{2})?))?\s*(?P<zone>\S*)",
    re.I,
)
EUROPEAN = re.compile(  # Fri, 3 Jun 2016 20:00:00 +0000
    r"(?:\w{3,9},?\s+)?(?P<d>\d{1,2})\.?\s+(?P<m>[a-z]{3})[a-z]*\.?\s+(?P<y>\d{4})(?:[\s,]+(?P<t>\d{1,2}:\d{2}(?::\d{2})?))?"
    r"\s*(?P<zone>\S*)",
    re.I,
)
UTC_NAMES = frozenset({"", "utc", "gmt", "z"})
OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{2}):?(\d{2})", re.I)


@dataclass(frozen=True, slots=True)
class MotionSubject:
    """What a motion's subject says. `closes` None: none is named, or it cannot be read (`closes_text` has it)."""

    project: str
    motion: str
    closes: datetime | None
    closes_text: str = ""


@dataclass(frozen=True, slots=True)
class TallySubject:
    project: str
    adopted: bool
    motion: str
    in_favour: int
    against: int
    others: int  # the number behind #


def read_motion(subject: str) -> MotionSubject | None:
    """The motion a subject proposes or answers; None for any other mail, also for a tally."""
    line = plain(subject)
    if len(line) > LONGEST:
        return None
    for form in MOTIONS:
        if found := form.fullmatch(line):
            if found["project"].lower() in (
                "result",
                "results",
                "cancel",
                "cancelled",
            ):  # Apache's `[RESULT] [VOTE]`
                return None
            end = (found["end"] or "").strip()
            return MotionSubject(found["project"], found["motion"].strip(), read_time(end), end)
    return None


def read_tally(line: str) -> TallySubject | None:
    """The numbers of a tally, in a subject or a line of text; None when it is no tally."""
    line = plain(line)
    found = TALLIED.fullmatch(line) if len(line) <= LONGEST else None
    if found is None:
        return None
    numbers = (int(found[name]) for name in "lra")
    return TallySubject(
        found["project"], found["status"].lower() == "adopted", found["motion"].strip(), *numbers
    )


def is_reply(subject: str) -> bool:
    return REPLY.match(subject) is not None


def plain(subject: str) -> str:
    """A subject on one line, without `Re:` and without the list's own tag in front of the project's."""
    line = one_line(subject[: LONGEST * 2])
    while found := REPLY.match(line):
        line = line[found.end() :]
    return LIST.sub("", line).strip()


def motion_line(project: str, motion: str, closes: datetime) -> str:
    """`[runtime-spec VOTE]: Tag 0647920 as 1.0.0-rc (closes Fri 2016-06-03 20:00 UTC)`."""
    return f"[{one_line(project)} VOTE]: {named(motion)} (closes {shown(closes)})"


def tally_line(project: str, motion: str, adopted: bool, in_favour: int, against: int, others: int) -> str:
    """`[runtime-spec adopted]: Tag 0647920 as 1.0.0-rc (+6 -0 #3)`."""
    status = "adopted" if adopted else "rejected"
    return f"[{one_line(project)} {status}]: {named(motion)} (+{in_favour} -{against} #{others})"


def named(motion: str) -> str:
    """The motion itself, also where a whole subject was given for it."""
    found = read_motion(motion)
    return found.motion if found else one_line(motion)


def shown(moment: datetime) -> str:
    """`Fri 2016-06-03 20:00 UTC`: the weekday in front, so that a slip of a day is seen; English whatever the locale."""
    at = moment.astimezone(UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[at.weekday()]
    return f"{day} {at.year:04}-{at.month:02}-{at.day:02} {at.hour:02}:{at.minute:02} UTC"


def read_time(text: str) -> datetime | None:
    """A closing time in UTC; without a zone it is UTC, a bare day closes when it ends. None when it is not plain.

    A zone in letters other than UTC and GMT is not read: EST and CST mean several.
    """
    line = re.sub(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+(?=\d{4}-)", "", one_line(text), flags=re.I)
    for form in (ISO, DATE, AMERICAN, EUROPEAN):
        if found := form.fullmatch(line):
            return _moment(found)
    return None


def _moment(found: re.Match[str]) -> datetime | None:
    zone = _zone(found["zone"] or "")
    month = MONTHS.get(found["m"].lower()[:3]) if found["m"].isalpha() else int(found["m"])
    if zone is None or month is None:
        return None
    hour, minute, second = (
        ([int(part) for part in found["t"].split(":")] + [0, 0])[:3] if found["t"] else (0, 0, 0)
    )
    try:
        at = datetime(int(found["y"]), month, int(found["d"]), hour, minute, second, tzinfo=zone)
        return (at if found["t"] else at + timedelta(days=1)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(text: str) -> timezone | None:
    if text.lower() in UTC_NAMES:
        return UTC
    found = OFFSET.fullmatch(text)
    if found is None:
        return None
    away = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-away if found[1] == "-" else away) if away < timedelta(hours=24) else None


def one_line(text: str) -> str:
    """The text on one line without anything that steers a terminal or a mail's head."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
