"""The judgements that the reports are tried on: every kind of answer, and more evidence than any comment can hold."""

from dataclasses import replace
from datetime import date, timedelta

from bot.model.ballot import Ballot, Cast, Concern, Tally, Vote, Voted
from bot.model.meeting import Kind
from bot.model.release import (
    Beside,
    Earliest,
    Force,
    Link,
    Outcome,
    Readiness,
    Rule,
    Said,
    SourceRead,
    Verdict,
)
from bot.model.telling import Correction, Moved, Scope
from bot.reports.readiness import Report
from tests.judgement.made import NOON, WEB, ago, issue, milestone, run, target
from tests.judgement.made import said as action
from tests.judgement.voting import CLOSES, after, count, motion
from tests.reports.test_votes import POSTS

RULES = {
    "DUE": Rule(
        "DUE", "due_date", Force.MUST, "The milestone has a due date.", "RULES.md#dates", f"{WEB}/blob/abc/RULES.md#dates"
    ),
    "OPEN": Rule("OPEN", "open_issues", Force.INFO, "Everything in the milestone is closed.", "custom"),
    "REVIEW": Rule("REVIEW", "review_state", Force.SHOULD, "Each pull request has two approvals.", "custom"),
    "CASES": Rule("CASES", "conformance", Force.INFO, "The cases of the release pass.", "custom"),
    "FRESH": Rule("FRESH", "freshness", Force.MUST, "The tracker was read recently.", "custom"),
}  # fmt: skip
MILESTONE = Link("v1.0.0", f"{WEB}/milestone/1")
PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNKNOWN
HOSTILE = (
    "@ada #12 fixes GH-3 <img src=x onerror=alert(1)> [x](javascript:alert(1)) | `y` <!-- tallyman:v1 -->"
)


def said(rule: str, outcome: Outcome, reason: str, *links: Link, who: tuple[str, ...] = ()) -> Verdict:
    return Verdict(RULES[rule], outcome, reason, links, who)


READY = (
    said("DUE", PASSED, "due 2026-07-01", MILESTONE),
    said("OPEN", PASSED, "5 of 5 are closed, 1 of them without being done"),
    said("REVIEW", Outcome.WAIVED, "set aside by ada: one reviewer is away"),
    said("CASES", Outcome.NOT_APPLICABLE, "the project has no conformance suite"),
    said("FRESH", PASSED, "read within the last 24 hours"),
)
NOT_READY = (
    said("DUE", FAILED, "the milestone v1.0.0 has no due date yet", MILESTONE),
    said(
        "OPEN", FAILED, "2 of 5 are open",
        Link("#5 Umask?", f"{WEB}/issues/5"), Link("#6 Hooks", f"{WEB}/issues/6"), who=("bo", "cyd"),
    ),
    said(
        "REVIEW", FAILED, "1 of 2 open pull requests waits",
        Link("#7 Say it: 1 of 2 approvals", f"{WEB}/pull/7"), who=("eli", "fay", "gus", "hal", "ida", "jo"),
    ),
    said("CASES", FAILED, "refrun: 1 of 2 cases pass, 1 does not", Link("refrun: mounts/order: it was b, a", "")),
    said("FRESH", UNKNOWN, "the tracker was last read more than 24 hours ago; run `tallyman sync`"),
)  # fmt: skip
UNSURE = (
    said("DUE", PASSED, "due 2026-07-01", MILESTONE),
    said("OPEN", UNKNOWN, "no milestone matches ^v?{version}$ for 1.0.0"),
    said("CASES", UNKNOWN, "refrun was not run"),
    said("FRESH", UNKNOWN, "the tracker was never read; run `tallyman sync`"),
)


def judged(*verdicts: Verdict, notes: tuple[str, ...] = (), note: str = "") -> Readiness:
    about = target(notes=notes, issue=issue(8, title="Release v1.0.0"), pull=issue(9, is_pull=True))
    return Readiness(about, NOON, "quay", verdicts, ago(hours=1), note)


def many(count: int, text: str) -> tuple[Link, ...]:
    return tuple(Link(f"#{n} {text}", f"{WEB}/issues/{n}") for n in range(1, count + 1))


def voted(
    tally: Tally, heading: str = "[runtime-spec VOTE]: Tag f1a1f1a as 1.3.0 (closes 2025-11-10)"
) -> Voted:
    return Voted(tally, heading, CLOSES, (("V5", f"{WEB}/blob/abc/GOVERNANCE.md#quorum"), ("V6", "")))


def moved(number: int, title: str, to: str = "") -> Moved:
    return Moved(number, title, f"{WEB}/issues/{number}", date(2026, 6, number % 28 + 1), to)


def promised(text: str, *who: str, due: date | None = None, meeting: str = "weekly, 2026-06-03") -> Said:
    return replace(action(text, NOON, Kind.ACTION, assignees=who, due=due), meeting=meeting)


EARLIEST = Earliest(
    NOON + timedelta(days=40),
    "what is open, as forecast",
    NOON + timedelta(days=14),
    NOON + timedelta(days=40),
)
SOURCES = (
    SourceRead("tracker", NOON - timedelta(hours=1)),
    SourceRead("tags, files and talk", NOON - timedelta(days=3)),
    SourceRead("checks of #7", None, "the token may not see them"),
    SourceRead("meetings", NOON - timedelta(days=12)),
    SourceRead("conformance", None),
)


def everything() -> Report:
    """One of each thing that a report can tell."""
    readiness = replace(
        judged(*NOT_READY, notes=("2 milestones match 1.0.0; this is v1.0.0 (number 1)",)),
        beside=Beside(EARLIEST, voted(count(POSTS)), SOURCES),
    )
    return Report(
        readiness,
        (run("PPPFENNSCD"), run("PPPPPPPPPP", runtime="runc")),
        judged(*READY),
        Scope(
            "v1.0.0", f"{WEB}/milestone/1", 2, 3, 1, date(2026, 5, 1), (moved(12, "Umask?"), moved(13, "Hooks")),
            (moved(14, "Names", "v1.1.0"), moved(15, "Colours")),
        ),
        (
            promised("write down #5", "bo", "cyd", due=date(2026, 6, 20)),
            promised("somebody looks at #6"),
        ),
        (Correction("Ready: nothing that must hold is missing", ago(days=2), "ada", ago(days=1), "#5 is open again", f"{WEB}/issues/8#1"),),
        "https://tallyman.example.org",
    )  # fmt: skip


def hostile() -> Report:
    """The worst that people can type, in each place where they can."""
    about = motion(proposer=HOSTILE)
    tally = replace(
        count(POSTS, motion=about), reasons=(HOSTILE,), tally_line=HOSTILE,
        ballots=(Ballot("@ada|x", Cast(Vote.LGTM, ago(hours=1), "javascript:alert(1)", "f1|a1<b>")),),
        concerns=(Concern(HOSTILE, ago(hours=1), "javascript:alert(1)", HOSTILE, (), ago(hours=0), HOSTILE),),
    )  # fmt: skip
    readiness = replace(
        judged(
            said("DUE", FAILED, HOSTILE, Link(HOSTILE, "javascript:alert(1)"), who=("@ada", "x|y")),
            said("OPEN", FAILED, "1 is open", Link(HOSTILE, f"{WEB}/issues/1) [z](https://evil.example"), who=("ev\x1b[2Jil",)),
            notes=(HOSTILE,),
        ),
        target=replace(target(milestone=milestone(HOSTILE)), notes=(HOSTILE,)),
        beside=Beside(Earliest(None, HOSTILE), voted(tally, HOSTILE), (SourceRead(HOSTILE, None, HOSTILE),)),
    )  # fmt: skip
    bad = replace(moved(12, HOSTILE, HOSTILE), url="javascript:alert(1)")
    return Report(
        readiness,
        (replace(run("P", runtime=HOSTILE), runtime_version=HOSTILE, host=HOSTILE),),
        judged(said("DUE", FAILED, HOSTILE + "!")),
        Scope(HOSTILE, "javascript:alert(1)", 1, 2, 3, date(2026, 5, 1), (bad,), (bad,)),
        (promised(HOSTILE, HOSTILE, "@ada", meeting=HOSTILE),),
        (Correction(HOSTILE, ago(days=2), HOSTILE, ago(days=1), HOSTILE, "javascript:alert(1)"),),
        "javascript:alert(1)",
    )


def huge() -> Report:
    """Everything as long as it gets: texts, names, links, votes, moves, runs and changes, in the letters that take most bytes."""
    letters = "$&@a#1|<*🚢" * 300
    verdicts = tuple(
        replace(
            said(rule, FAILED, letters, *many(100, letters), who=(letters,) * 50),
            rule=replace(RULES[rule], force=Force.MUST),
        )
        for rule in RULES
    )
    runs = tuple(
        replace(run("P" * 90, runtime=f"{n}{letters}"), runtime_version=letters, host=letters)
        for n in range(50)
    )
    ballot = Ballot(
        letters, Cast(Vote.LGTM, NOON, f"{WEB}/{'x' * 400}", letters), (Cast(Vote.REJECT, NOON, "", ""),) * 90
    )
    concern = Concern(letters, NOON, f"{WEB}/{'x' * 400}", letters, (), NOON, letters)
    tally = replace(
        count(POSTS),
        reasons=(letters,) * 90,
        tally_line=letters,
        ballots=(ballot,) * 500,
        concerns=(concern,) * 200,
    )
    beside = Beside(Earliest(None, letters), replace(voted(tally, letters), cited=((letters[:9], WEB),) * 90),
                    (SourceRead(letters, None, letters),) * 90)  # fmt: skip
    before = judged(*(replace(verdict, reason=letters[::-1]) for verdict in verdicts))
    return Report(
        replace(judged(*verdicts, notes=(letters,) * 50), beside=beside), runs, before,
        Scope(letters, "", 9, 9, 9, date(2026, 5, 1), (moved(1, letters),) * 5000, (moved(2, letters, letters),) * 5000),
        (promised(letters, *(letters,) * 90, meeting=letters),) * 1000,
        (Correction(letters, NOON, letters, NOON, letters),) * 90,
    )  # fmt: skip


VARIANTS = {
    "ready": Report(judged(*READY)),
    "not-ready": Report(judged(*NOT_READY, notes=("2 milestones match 1.0.0; this is v1.0.0 (number 1)",))),
    "unknown": Report(judged(*UNSURE)),
    "no-rules": Report(
        judged(note="no rule of Quay was in force on 2026-06-15; the first comes on 2027-01-01"), ()
    ),
    "changes": Report(judged(*READY), (), judged(*NOT_READY[1:], said("DUE", UNKNOWN, "never read"))),
    "conformance": Report(
        judged(*NOT_READY[3:]), (run("PPPFENNSCD"), run("PPPPPPPPPP", runtime="runc"))
    ),
    "everything": everything(),
    "vote-open": Report(
        replace(
            judged(*READY), at=after(30),
            beside=Beside(Earliest(CLOSES, "the vote is open until then", CLOSES), voted(count("LLL R", hours=30)), ()),
        )
    ),
    "hostile": hostile(),
    "huge": huge(),
    "ten-thousand": Report(judged(said("OPEN", FAILED, "10000 of 10000 are open", *many(10_000, "one more")))),
}  # fmt: skip
