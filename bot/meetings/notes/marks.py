"""What a line of notes says that it is: an action, a decision, a question, a link; or only what was said."""

import re
from typing import NamedTuple

from bot.meetings.notes.words import Part, label_of, says_nothing
from bot.model.meeting import Kind

LOGIN = r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})"
_NAMES = r"[^()\[\]:]{1,60}"
ACTION = re.compile(
    rf"\[\s?(?:todo|ai|action(?:\sitems?)?)(?:\s?[:\s]\s?(?P<boxed>{_NAMES}))?\s?\]\s?:?\s?"
    rf"|todo\b\s?(?:\(\s?(?P<todo>{_NAMES})\s?\))?\s?(?:[:,–—-]\s?|(?<=\s)|(?=@)|$)"
    rf"|(?:ai|actions?|action\sitems?)\s?(?:\(\s?(?P<paren>{_NAMES})\s?\)\s?[:–—-]?"
    rf"|(?:,|\sfor|\son)\s?(?P<named>[^:()]{{1,40}})\s?:|:(?!//)|\s?[–—]|\s-(?=\s)|(?=\s@))\s?",
    re.IGNORECASE,
)
GIVEN_LOGIN = re.compile(
    rf"{LOGIN}(?:(?:\s?[,&/]\s?|\s?,?\sand\s){LOGIN}){{0,9}}\s(?:to|will|shall)\s", re.IGNORECASE
)
_DECIDED = r"(?:decision|decided|agreed|agreement|resolved|resolution|consensus|conclusion)"
DECISION = re.compile(
    rf"\[?\s?(?:(?P<agreed>{_DECIDED})|(?P<accepted>accepted|approved)|(?P<rejected>rejected|declined))\s?"
    r"(?:\]\s?:?|(?:\([^()]{0,60}\)\s?)?(?::(?!//)|\s?[–—]|\s-(?=\s)))\s?",
    re.IGNORECASE,
)
IN_WORDS = re.compile(
    r"(?:it\swas\s|we\s|all\s|everyone\s|everybody\s|the\sgroup\s)?(?:have\s|has\s)?(?:agreed|decided|resolved)\s(?:to|that|on)\s\S"
    r"|(?:consensus|decision|agreement)\s(?:is|was)\s(?:to|that)\s\S",
    re.IGNORECASE,
)
QUESTION = re.compile(
    rf"(?:q|question)(?:\s(?:from|by)\s(?P<who>{_NAMES})|\s?\(\s?(?P<paren>{_NAMES})\s?\))?\s?:\s?(?=\S)",
    re.I,
)
ANSWER = re.compile(
    rf"(?:a|answer)(?:\s(?:from|by)\s(?P<who>{_NAMES})|\s?\(\s?(?P<paren>{_NAMES})\s?\))?\s?:\s?(?=\S)", re.I
)
DONE = re.compile(r"(?:[✅✔☑]\ufe0f?|\[done\]|\(done\)|done:)\s?", re.IGNORECASE)
DONE_LAST = re.compile(r"\s(?:[✅✔☑]\ufe0f?|\[done\]|\(done\)|[-–—]\s?done)$", re.IGNORECASE)
ONE_URL = re.compile(r"<?https?://[^\s<>]{1,2000}>?")
LONE_LINK = re.compile(r"[^()]{1,120}\s\(https?://[^\s()]{1,2000}\)|[^()]{1,60}:\shttps?://[^\s()]{1,2000}")
LOOKED_AT = 400  # characters in which a mark may stand


class Mark(NamedTuple):
    """`kind` None: nothing on the line says more than that it was said. `who` are the names as written; `words` the rest.

    `by_part`: the line itself says nothing; what it stands under does.
    """

    kind: Kind | None
    words: str
    who: tuple[str, ...] = ()
    done: bool = False
    by_part: bool = False


def mark_of(text: str, checked: bool | None, part: Part) -> Mark:
    """What the words say of themselves; the part they stand in decides for those that say nothing."""
    words, done = _without_done(text, checked)
    named = _named_kind(words)
    if named is not None:
        return named._replace(done=done and named.kind is Kind.ACTION)
    kind: Kind | None = None
    if part is Part.ACTIONS or (checked is not None and part is Part.NOTES):
        kind = Kind.ACTION
    elif part is Part.DECISIONS:
        kind = Kind.AGREED
    elif part is Part.QUESTIONS:
        kind = Kind.QUESTION
    elif ONE_URL.fullmatch(words[: LOOKED_AT * 6]):
        kind, words = Kind.LINK, words.strip("<>")
    elif part is Part.LINKS and "://" in words[:LOOKED_AT]:
        kind = Kind.LINK
    by_part = kind is Kind.ACTION and checked is None
    return Mark(kind, words if done or kind is Kind.LINK else text, (), done, by_part)


def _named_kind(words: str) -> Mark | None:
    head = words[:LOOKED_AT]
    if (found := ACTION.match(head)) is not None:
        rest = words[found.end() :].strip()
        who = found["boxed"] or found["todo"] or found["paren"] or found["named"]
        return None if says_nothing(rest) and not who else Mark(Kind.ACTION, rest, split_names(who))
    if GIVEN_LOGIN.match(head):
        return Mark(Kind.ACTION, words)
    if (found := DECISION.match(head)) is not None:
        rest = words[found.end() :].strip()
        kind = Kind.ACCEPTED if found["accepted"] else Kind.REJECTED if found["rejected"] else Kind.AGREED
        return None if says_nothing(rest) else Mark(kind, rest)
    if IN_WORDS.match(head):
        return Mark(Kind.AGREED, words)
    for form, kind in ((QUESTION, Kind.QUESTION), (ANSWER, Kind.ANSWER)):
        if (found := form.match(head)) is not None:
            return Mark(kind, words[found.end() :].strip(), split_names(found["who"] or found["paren"]))
    if (label := label_of(head)) is not None and label.part is Part.LINKS and "://" in label.rest:
        return Mark(Kind.LINK, words)
    return None


def _without_done(text: str, checked: bool | None) -> tuple[str, bool]:
    words, done = text, checked is True
    if (found := DONE.match(words[:20])) is not None:
        words, done = words[found.end() :], True
    if (found := DONE_LAST.search(words[-20:])) is not None:
        words, done = words[: len(words) - len(found[0])], True
    return words, done


def split_names(who: str | None) -> tuple[str, ...]:
    """`mbrown, slasker`, `Bo and Cyd`, `Bo/Cyd` one by one."""
    if not who:
        return ()
    return tuple(name for part in re.split(r"\s?[,;/&+]\s?|\s(?:and|und)\s", who) if (name := part.strip()))
