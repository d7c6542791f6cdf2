"""What a comment asks of Tallyman: lines of its author's own words that begin with /tallyman, and what is wrong with them.

Quotations, code and struck-out text ask for nothing, also where Markdown lets a quotation run on into the next line.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.judgement.ballots import CODE, COMMENT, HTML_QUOTE, LONGEST, spoken

COMMAND = re.compile(r" {0,3}/tallyman(?![\w/.-])[ \t]*(.*)", re.I)
QUOTE = re.compile(r" {0,3}>")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
BECAUSE = re.compile(r"(?:^|\s)because\b:?\s*", re.I)
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
ACTION = re.compile(r"#?(?:(?P<meeting>\d{1,9})/)?[LN]?(?P<line>\d{1,9})", re.I)
MOST = 10  # commands of one comment
LONGEST_WHY = 1_000


class Want(StrEnum):
    """What can be asked for; the words are those of the command."""

    REPORT = "report"
    WAIVE = "waive"
    UNWAIVE = "unwaive"
    ACTION_DONE = "action done"
    VOTE_OPEN = "vote open"
    VOTE_CLOSE = "vote close"
    VOTE_CANCEL = "vote cancel"
    HOLD = "hold"
    RESUME = "resume"
    WRONG = "wrong"
    HELP = "help"


USAGE = {
    Want.REPORT: "/tallyman report",
    Want.WAIVE: "/tallyman waive RULE because REASON",
    Want.UNWAIVE: "/tallyman unwaive RULE because REASON",
    Want.ACTION_DONE: "/tallyman action done 3/L48",
    Want.VOTE_OPEN: "/tallyman vote open",
    Want.VOTE_CLOSE: "/tallyman vote close because REASON",
    Want.VOTE_CANCEL: "/tallyman vote cancel because REASON",
    Want.HOLD: "/tallyman hold because REASON",
    Want.RESUME: "/tallyman resume",
    Want.WRONG: "/tallyman wrong because REASON",
    Want.HELP: "/tallyman help",
}
REASONED = frozenset(
    {Want.WAIVE, Want.UNWAIVE, Want.VOTE_CLOSE, Want.VOTE_CANCEL, Want.HOLD, Want.WRONG}
)  # what is recorded with a person's name is recorded with their reason


@dataclass(frozen=True, slots=True)
class Request:
    """One command. `about` is a rule's id or an action (`3/48`, `48`); `line` is what was typed."""

    want: Want
    line: str
    about: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that was meant for us and cannot be carried out; `do` says what to write instead."""

    line: str
    do: str


def read(text: str) -> tuple[Request | Mistake, ...]:
    """Every command of a comment, in order, each once; () when it asks for nothing."""
    found = tuple(dict.fromkeys(_parse(line) for line in _lines(text)))
    if len(found) > MOST:
        return (
            Mistake(found[0].line, f"a comment may hold {MOST} commands; write the others in another one"),
        )
    return found


def _lines(text: str) -> Iterator[str]:
    """What stands behind /tallyman on the lines that are its author's own."""
    if len(text) > LONGEST or "/tallyman" not in text.lower():
        return
    shown = HTML_QUOTE.sub(" ", COMMENT.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")))
    for line in spoken(_without_lazy_quotes(shown)):
        found = COMMAND.fullmatch(line.rstrip())
        if found:
            yield " ".join(found[1].split())


def _without_lazy_quotes(text: str) -> str:
    """The text with every line of a quotation marked as one, also those that Markdown lets run on without a sign.

    A paragraph with code that spans lines is taken out; fenced code is left to `spoken`.
    """
    done: list[str] = []
    paragraph: list[str] = []
    fence, is_quoted = "", False
    for line in text.split("\n"):
        opened = FENCE.match(line)
        if not fence and not opened and line.strip() and not QUOTE.match(line):
            paragraph.append(f"> {line}" if is_quoted else line)
            continue
        done += [*_without_spans(paragraph), line]
        paragraph = []
        if fence:
            fence = "" if opened and opened[1].startswith(fence) and not line.strip(" `~") else fence
        else:
            fence = opened[1] if opened else ""
        is_quoted = bool(QUOTE.match(line)) and not fence
    return "\n".join([*done, *_without_spans(paragraph)])


def _without_spans(paragraph: list[str]) -> list[str]:
    """A paragraph's lines; none of them where a backtick is left without a fellow on its line: code may span them."""
    return [] if any("`" in CODE.sub(" ", line) for line in paragraph) else paragraph


def _parse(words: str) -> Request | Mistake:
    line = f"/tallyman {words}".strip()
    said, why = _reason(words)
    lowered = said.lower()
    want = next(
        (each for each in sorted(Want, key=len, reverse=True) if re.match(rf"{each}(?:\s|$)", lowered)), None
    )
    if want is None:
        return _unknown(line, lowered)
    about = said[len(want) :].strip()
    if want in REASONED and not why:
        return Mistake(line, f"say why: `{_usage(want, about)}`")
    if len(why) > LONGEST_WHY:
        return Mistake(line, f"a reason may have {LONGEST_WHY} characters; put the rest into your comment")
    if want in (Want.WAIVE, Want.UNWAIVE):
        if not NAME.fullmatch(about):
            return Mistake(line, f"name one rule of the report by its id: `{USAGE[want]}`")
    elif want is Want.ACTION_DONE:
        named = ACTION.fullmatch(about)
        if named is None:
            return Mistake(line, f"name one action as the report does: `{USAGE[want]}`")
        about = "/".join(filter(None, (named["meeting"], named["line"])))
    elif about:
        return Mistake(line, f"nothing else belongs there: `{USAGE[want]}`")
    return Request(want, line, about, why)


def _reason(words: str) -> tuple[str, str]:
    """What stands in front of `because`, and what behind it."""
    found = BECAUSE.search(words)
    return (words, "") if found is None else (words[: found.start()].strip(), words[found.end() :].strip())


def _usage(want: Want, about: str) -> str:
    """The command as it should have been, with the rule that was named."""
    return USAGE[want].replace("RULE", about) if NAME.fullmatch(about) else USAGE[want]


def _unknown(line: str, said: str) -> Mistake:
    if not said:
        return Mistake(line, "say what to do; `/tallyman help` lists what there is")
    words = said.split()
    near = difflib.get_close_matches(" ".join(words[:2]), list(Want), n=1) or difflib.get_close_matches(
        words[0], list(Want), n=1
    )
    if words[0] in ("vote", "action"):
        near = near or [next(each for each in Want if each.startswith(words[0]))]
    do = f"did you mean `{USAGE[Want(near[0])]}`?" if near else "that is no command"
    return Mistake(line, f"{do} `/tallyman help` lists what there is")
