"""The words by which notes name their parts: who was there, what was talked of, decided, and promised."""

import re
from enum import Enum
from typing import NamedTuple


class Part(Enum):
    """What the lines below a heading or label are."""

    PEOPLE = "who was there"
    ABSENT = "who was not"
    AGENDA = "what is to be talked of"
    NOTES = "what was said"
    ACTIONS = "what was promised"
    OLD_ACTIONS = "what was promised before"
    DECISIONS = "what was decided"
    QUESTIONS = "what is asked"
    LINKS = "where to look"
    ASIDE = "where and when the group meets"
    CHAIR = "who led"
    SCRIBE = "who wrote"
    DATE = "which day"
    TIME = "which hour"
    OUTSIDE = "no part of a meeting"


_WORDS: dict[Part, str] = {
    Part.PEOPLE: "present|here|folks|members|people|who is here|who was here|roll call|voting members|team members|members present"
    "|members of the community|community members|in attendance",
    Part.ABSENT: "absent|absentees|apologies|regrets|not present|unable to attend|missing|excused",
    Part.AGENDA: "topic|topics|discussion topics|items|discussion items|proposed topics|main topics",
    Part.NOTES: "notes|meeting notes|discussion|discussions|discussion notes|notes and discussion|minutes|meeting minutes"
    "|key points|summary|meeting summary|discussion points|other notes",
    Part.ACTIONS: "action|actions|todo|todos|to do|to dos|next steps|next step|follow up|follow ups|followup|followups|tasks",
    Part.DECISIONS: "decision|decisions|decisions made|key decisions|resolution|resolutions|agreement|agreements|agreed|consensus"
    "|conclusion|conclusions|conclusion/resolution|conclusion/resolutions|summary/conclusion|decided",
    Part.QUESTIONS: "open questions|questions|open question|question",
    Part.LINKS: "link|links|reference|references|recording|recordings|video|video recording|meeting recording|slides|resources"
    "|useful links|related links|github issue|github issues|recording and transcript",
    Part.ASIDE: "next meeting|next meetings|upcoming meeting|upcoming meetings|logistics|meeting logistics|location|where|registration"
    "|contact|zoom|meeting link|meeting location|meeting url|meeting info|quorum|schedule constraints|future meetings|community calendar|passcode",
    Part.CHAIR: "chair|chairs|cochair|co chair|chaired by|facilitator|facilitators|moderator|moderators|host|hosts|hosted by|meeting chair"
    "|led by|bosun|organizer|meeting leader",
    Part.SCRIBE: "scribe|scribes|scribed by|scribing|note taker|note takers|notetaker|notetakers|minute taker|minutes taker|notes by"
    "|minutes by|meeting notes by|minutes taken by|notes taken by|meeting notes taken by|recorder|note taking|secretary",
    Part.DATE: "date|meeting date|when|date time|date/time|date and time|day",
    Part.TIME: "time|times|meeting time",
    Part.OUTSIDE: "template|meeting template|templates|archive|archives|archived notes|past meetings|previous meetings|older meetings"
    "|table of contents|toc|contents|tags|tag|future agenda items|agenda items for future meetings|meeting notes template",
}  # fmt: skip
PARTS = {word: part for part, words in _WORDS.items() for word in words.split("|")}
ENDINGS = {  # whatever stands before: `Steering Committee Attendees`, `Actionable Agenda Items`
    "attendees": Part.PEOPLE, "attendee": Part.PEOPLE, "attendance": Part.PEOPLE, "participants": Part.PEOPLE, "attending": Part.PEOPLE,
    "agenda": Part.AGENDA, "agenda items": Part.AGENDA, "agenda and notes": Part.AGENDA, "agenda topics": Part.AGENDA,
    "agenda/notes": Part.AGENDA, "agenda notes": Part.AGENDA, "action item": Part.ACTIONS, "action items": Part.ACTIONS, "todos": Part.ACTIONS,
    "representatives": Part.PEOPLE,
}  # fmt: skip
EARLIER = re.compile(
    r"\b(?:previous|prior|past|last|old|older|carried|outstanding|existing|review|open)\b.{0,40}\b(?:actions?|todos?|ais?)\b"
    r"|\b(?:actions?|ais?)\b.{0,20}\b(?:from|review|of)\b.{0,40}"
)
NUMBERED = re.compile(r"^(?:\d{1,2}|[ivx]{1,4}|[a-h])[.)]\s{1,3}")
TAIL = re.compile(r"\s{0,3}[([][^()\[\]]{0,80}[)\]]\s{0,3}$")
LABEL = re.compile(r"([^:?!]{1,60})[:：](?!//)(?:\s{1,9}|$)")
MOST_WORDS = 6  # of a label; a longer line is a sentence


class Label(NamedTuple):
    """A line such as `Attendees: Ada, Bo`. `rest` is what follows on the line."""

    part: Part
    rest: str


def part_of(heading: str) -> Part | None:
    """The part that a heading opens; None for a heading that is a topic of the meeting."""
    words = plain(heading)
    if not words or len(words.split()) > MOST_WORDS:
        return None
    if EARLIER.search(words):
        return Part.OLD_ACTIONS
    if words in PARTS:
        return PARTS[words]
    for ending, part in ENDINGS.items():
        if words == ending or words.endswith(f" {ending}"):
            return part
    return None


def label_of(text: str) -> Label | None:
    """The label at the start of a line, when it names a part."""
    if ":" not in text[:62] and "：" not in text[:62]:
        return None
    found = LABEL.match(text)
    part = part_of(found[1]) if found else None
    return Label(part, text[found.end() :].strip()) if found and part else None


def plain(heading: str) -> str:
    """A heading in small letters, without its number, its signs and what it says in brackets."""
    words = TAIL.sub("", NUMBERED.sub("", heading[:200].strip().rstrip(":").lower()))
    words = words.replace("&", " and ").replace("-", " ").replace("’", "'")
    return " ".join(re.sub(r"[^\w\s/']", " ", words).split())


PLACEHOLDER = re.compile(
    r"[\[<({_*]{0,3}(?:please\s)?(?:submit a pr to\s)?(?:add|insert|enter|list|put|write)\s(?:in\s)?(?:your|yourself|you|more|items?|names?|topics?|note|here|any|a)\b.{0,60}"
    r"|[\[<({_*]{0,3}(?:your\s)?(?:name|names|topic|tbd|tba|none|n/?a|nil|nothing|nobody|no one|no (?:action|agenda|new|open)?\s?(?:items?|actions?|topics?)"
    r"|\.{2,9}|…|-{1,9}|\?{1,9}|empty|todo|x{2,9})(?:\s(?:and|/)\s(?:topic|company).{0,20})?[\]>)}_*.!]{0,3}"
    r"|meeting minutes|etc\.?",
    re.IGNORECASE,
)  # fmt: skip


def says_nothing(text: str) -> bool:
    """Whether a line is only the place where somebody may write: `_add yourself_`, `None`, `TBD`."""
    return not re.search(r"\w", text[:200]) or (
        len(text) <= 100 and PLACEHOLDER.fullmatch(text.strip()) is not None
    )


PROCEDURE = re.compile(
    r"(?:\d+\W{1,3})?(?:opening|welcome|roll call|introductions?|intros?|attendance|closure|closing|adjourn\w*|note taking|recurring business|find volunteers"
    r"|(?:adoption|review|approval) of (?:the )?(?:agenda|minutes|action items|previous minutes|last)|agenda (?:bashing|review)|announcements)\b",
    re.IGNORECASE,
)  # fmt: skip


def is_procedure(topic: str) -> bool:
    """Whether a topic is only how meetings go, and nothing that could be left open."""
    return PROCEDURE.match(topic[:100]) is not None


CANCELLED = re.compile(
    r"(?:this\s|the\s|no\s|today's\s)?(?:meeting|call)?\s?(?:was|is|has been)?\s?cancell?ed\b|no meeting\b|skipped\b",
    re.IGNORECASE,
)


def is_cancelled(text: str) -> bool:
    return len(text) <= 200 and CANCELLED.match(text.strip(" -_*([")) is not None
