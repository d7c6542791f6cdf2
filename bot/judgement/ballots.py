"""What a post says of a motion: a vote in its written form, a remark that a person has to judge, or neither.

A vote is a line whose first or last word is the vote and which sets no condition. Quotations, code, struck-out text and
signatures are not read. Whatever is not plain is held, never guessed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.model.ballot import Vote

LONGEST = 100_000  # characters of a post; a longer one is no ballot

FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
HTML_QUOTE = re.compile(r"<(blockquote|pre|code|del|s)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
CODE = re.compile(r"(`+)(?!`)(?:(?!\1).)+?\1(?!`)")
STRUCK = re.compile(r"~~[^~]+~~")
QUOTED = re.compile(r"^\s{0,3}(?:[A-Za-z]{0,4}>|\|)")
INDENTED = re.compile(r"^(?: {4}|\t)")
UNTICKED = re.compile(r"^\s*(?:[-*+]\s+)?\[\s*\]")
ATTRIBUTION = re.compile(r"^\s*(?:On|Am|Le|El)\b.{0,300}\b(?:wrote|schrieb|écrit|escribió)\s*:\s*$", re.I)
FORWARDED = re.compile(r"^\s*-{2,}\s*(?:Original Message|Forwarded message)", re.I)
EMPHASIS = re.compile(r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}")
LEAD = re.compile(r"^\s*(?:#{1,6}\s+|[-*+]\s+(?=\S)|\[[xX]\]\s*|>\s*)*")

CONDITION = re.compile(
    r"\b(?:if|once|after|when|with|without|unless|until|till|pending|provided|assuming|modulo|except|subject to"
    r"|as long as|as soon as|conditional(?:ly)?|non-?binding)\b",
    re.I,
)
BUT = re.compile(r"\b(?:but|however|though|only)\b", re.I)
STARTS_CONDITION = re.compile(
    r"[\s,;:.()–—-]*(?:but |only |however,? )?(?:if|once|after|when|unless|until|till|pending|provided|assuming)\b",
    re.I,
)
NEGATION = re.compile(
    r"\b(?:not|no|never|nobody|cannot|can['’]?t|don['’]?t|won['’]?t|didn['’]?t|isn['’]?t|would|could|should|might|may|maybe|almost"
    r"|nearly|soon|later|was|were|had|thought|yet)\b|n['’]t\b",
    re.I,
)
NOT_TAIL = re.compile(r"^[\s,;:–—-]*(?:not|no|never|yet|is|was|means|or)\b", re.I)
OF_ANOTHER = re.compile(  # `thanks for the LGTM`: the word is a thing somebody gives
    r"\b(?:the|your|his|her|their|my|an?|another|this|that|these|one|more|for|of|need|needs|want|wants|await(?:s|ing)?|than|say|says|said)"
    r"\s*$",
    re.I,
)
LINKED = re.compile(r"https?://[^\s<>()\[\]]{1,500}|(?<![\w/])(?:[\w.-]{1,100}/[\w.-]{1,100})?#\d{1,9}\b")
LIST = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+\S", re.M)


@dataclass(frozen=True, slots=True)
class Words:
    """The written forms of a family, as people type them: `LGTM`, `+1`."""

    forms: Mapping[str, Vote]

    @classmethod
    def of(cls, in_favour: Iterable[str], against: Iterable[str], abstaining: Iterable[str] = ()) -> "Words":
        named = ((in_favour, Vote.LGTM), (against, Vote.REJECT), (abstaining, Vote.ABSTAIN))
        return cls({form.casefold(): vote for forms, vote in named for form in forms})

    def shown(self, vote: Vote) -> str:
        """The first form in which a vote is written in this family; the vote's own name when it has none."""
        return next((form.upper() for form, meant in self.forms.items() if meant is vote), vote.value)


@dataclass(frozen=True, slots=True)
class Reading:
    """`vote` is plain, or `may_be` is what a person has to choose from, or both are empty: an ordinary remark."""

    vote: Vote | None = None
    may_be: tuple[Vote, ...] = ()
    why: str = ""


OCI_WORDS = Words.of(("LGTM",), ("REJECT",), ("ABSTAIN",))
NOTHING = Reading()


def read(text: str, words: Words = OCI_WORDS) -> Reading:
    """The vote of one post. Two different votes in one post are held, as is a vote that sets a condition."""
    if len(text) > LONGEST:
        return NOTHING
    lines = spoken(text)
    found = [reading for number in range(len(lines)) if (reading := _line(lines, number, words)) != NOTHING]
    votes = {reading.vote for reading in found if reading.vote is not None}
    held = [reading for reading in found if reading.vote is None]
    if len(votes) > 1:
        return Reading(None, _ordered(vote for vote in votes if vote), "it says two different votes")
    if votes:
        (vote,) = votes
        doubts = _ordered(each for reading in held for each in reading.may_be if each is not vote)
        said_again = [reading for reading in held if reading.may_be == (vote,) and reading.why in SETS]
        if doubts or said_again:
            why = said_again[0].why if said_again else held[0].why
            return Reading(None, _ordered({vote, *doubts} - {None}), why)
        return Reading(vote)
    if held:
        return Reading(None, _ordered(each for reading in held for each in reading.may_be), held[0].why)
    return NOTHING


CONDITIONAL, QUESTION, NEGATED, AMID = (
    "it sets a condition",
    "it is a question",
    "it may say that it is no vote",
    "the word stands amid a sentence",
)
SETS = frozenset({CONDITIONAL, QUESTION})


def _line(lines: Sequence[str], number: int, words: Words) -> Reading:
    line = EMPHASIS.sub("", LEAD.sub("", lines[number], count=1)).strip()
    found = list(_pattern(tuple(words.forms)).finditer(line))
    if not found:
        return NOTHING
    votes = _ordered(words.forms[match[0].casefold()] for match in found)
    if len(votes) > 1:
        first = found[0]
        if _is_edge(line, first) != "first" or _offers(line, found):
            return NOTHING  # `please answer LGTM or REJECT` speaks of voting
        return Reading(None, votes, "it says two different votes")
    vote = votes[0]
    edges = [(match, edge) for match in found if (edge := _is_edge(line, match))]
    if not edges:
        return Reading(None, votes, AMID)
    match, edge = edges[-1] if all(where == "last" for _, where in edges) else edges[0]
    before, after = line[: match.start()], line[match.end() :]
    if after.lstrip().startswith("?") or (edge == "last" and line.endswith("?")):
        return Reading(None, votes, QUESTION)
    if edge == "first" and vote is not Vote.LGTM:  # a REJECT gives its reasons, and those say if and when
        return Reading(None, votes, CONDITIONAL) if STARTS_CONDITION.match(after) else Reading(vote)
    if CONDITION.search(before) or CONDITION.search(after) or BUT.search(after):
        return Reading(None, votes, CONDITIONAL)
    if after.strip() == "" and number + 1 < len(lines) and _goes_on(lines[number + 1 :]):
        return Reading(None, votes, CONDITIONAL)
    if edge == "last" and OF_ANOTHER.search(before):
        return Reading(None, votes, AMID)
    negated = NOT_TAIL.match(after) or (edge == "last" and NEGATION.search(_sentence(before)))
    return Reading(None, votes, NEGATED) if negated else Reading(vote)


def _goes_on(following: Sequence[str]) -> bool:
    """Whether the next words, behind a vote that has its line to itself, set a condition."""
    after = next((line for line in following if line.strip()), "")
    return STARTS_CONDITION.match(EMPHASIS.sub("", LEAD.sub("", after, count=1))) is not None


def _sentence(before: str) -> str:
    """The last sentence of what stands in front of a vote: `sorry, I thought I had ... LGTM` is none of its own."""
    return re.split(r"[.;!?…]+\s+", before)[-1] if re.search(r"[.;!?…]\s*$|[.;!?…]\s", before) else before


def _is_edge(line: str, match: re.Match[str]) -> str:
    """Whether the vote is the first or the last word of its line, or "" for amid it; emoji and signs are no words."""
    if not re.search(r"\w", line[: match.start()]):
        return "first"
    return "" if re.search(r"\w", line[match.end() :]) else "last"


def _offers(line: str, found: Sequence[re.Match[str]]) -> bool:
    """Whether two votes are offered to choose from: `LGTM or REJECT`, `LGTM/REJECT`."""
    between = line[found[0].end() : found[1].start()].strip().casefold()
    return between in ("or", "/", "|", ",", "and", "and/or", "vs", "vs.")


def _ordered(votes: Iterable[Vote | None]) -> tuple[Vote, ...]:
    wanted = set(votes)
    return tuple(vote for vote in Vote if vote in wanted)


@cache
def _pattern(forms: tuple[str, ...]) -> re.Pattern[str]:
    """The forms as words of their own: no part of another word, of a path, or of `LGTM'd`.

    Only ASCII letters are alike without case: `ſ` and the Kelvin sign fold to s and k, and nobody types them.
    """
    spelled = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(rf"(?<![\w'’/@#+.-])(?:{spelled})(?![\w'’/+-]|\.\w)", re.I | re.A)


def spoken(text: str) -> list[str]:
    """The lines of a post that are its author's own words: no quotation, code, struck-out text, signature or legend."""
    text = HTML_QUOTE.sub(" ", COMMENT.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")))
    own: list[str] = []
    fence = ""
    was_blank = True
    for line in text.split("\n"):
        opened = FENCE.match(line)
        if fence:
            fence = "" if opened and opened[1].startswith(fence) and not line.strip(" `~") else fence
            continue
        if opened:
            fence = opened[1]
            continue
        if line.rstrip() == "--" or FORWARDED.match(line):
            break
        if QUOTED.match(line) or UNTICKED.match(line) or ATTRIBUTION.match(line):
            continue
        if was_blank and INDENTED.match(line):  # an indented block of Markdown is code
            continue
        was_blank = not line.strip()
        own.append(STRUCK.sub(" ", CODE.sub(" ", line)))
    return own


def links(text: str) -> tuple[str, ...]:
    """The addresses and issues a post names in its own words, each once."""
    return tuple(
        dict.fromkeys(found[0] for line in spoken(text[:LONGEST]) for found in LINKED.finditer(line))
    )


def gives_concerns(text: str, words: Words = OCI_WORDS) -> bool:
    """Whether a REJECT comes with what the rules ask for: a list, a link, or words beyond the vote itself."""
    own = "\n".join(spoken(text[:LONGEST]))
    if links(text) or LIST.search(own):
        return True
    return len(re.findall(r"\w+", _pattern(tuple(words.forms)).sub(" ", own))) >= 2
