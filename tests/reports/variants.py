"""The judgements that the reports are tried on: every kind of answer, and more evidence than any comment can hold."""

from dataclasses import dataclass, replace

from bot.model.conformance import ReleaseRun
from bot.model.release import Force, Link, Outcome, Readiness, Rule, Verdict
from tests.judgement.made import NOON, WEB, ago, issue, milestone, run, target

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


@dataclass(frozen=True, slots=True)
class Variant:
    readiness: Readiness
    runs: tuple[ReleaseRun, ...] = ()
    previous: Readiness | None = None


def judged(*verdicts: Verdict, notes: tuple[str, ...] = (), note: str = "") -> Readiness:
    about = target(notes=notes, issue=issue(8, title="Release v1.0.0"), pull=issue(9, is_pull=True))
    return Readiness(about, NOON, "quay", verdicts, ago(hours=1), note)


def many(count: int, text: str) -> tuple[Link, ...]:
    return tuple(Link(f"#{n} {text}", f"{WEB}/issues/{n}") for n in range(1, count + 1))


def huge() -> Variant:
    """Everything as long as it gets: texts, names, links, runs and changes, in the letters that take most bytes."""
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
    before = judged(*(replace(verdict, reason=letters[::-1]) for verdict in verdicts))
    return Variant(judged(*verdicts, notes=(letters,) * 50), runs, before)


VARIANTS = {
    "ready": Variant(judged(*READY)),
    "not-ready": Variant(judged(*NOT_READY, notes=("2 milestones match 1.0.0; this is v1.0.0 (number 1)",))),
    "unknown": Variant(judged(*UNSURE)),
    "no-rules": Variant(
        judged(note="no rule of Quay was in force on 2026-06-15; the first comes on 2027-01-01"), ()
    ),
    "changes": Variant(judged(*READY), (), judged(*NOT_READY[1:], said("DUE", UNKNOWN, "never read"))),
    "conformance": Variant(
        judged(*NOT_READY[3:]), (run("PPPFENNSCD"), run("PPPPPPPPPP", runtime="runc"))
    ),
    "hostile": Variant(
        replace(
            judged(
                said("DUE", FAILED, HOSTILE, Link(HOSTILE, "javascript:alert(1)"), who=("@ada", "x|y")),
                said("OPEN", FAILED, "1 is open", Link(HOSTILE, f"{WEB}/issues/1) [z](https://evil.example"), who=("ev\x1b[2Jil",)),
                notes=(HOSTILE,),
            ),
            target=replace(target(milestone=milestone(HOSTILE)), notes=(HOSTILE,)),
        ),
        (replace(run("P", runtime=HOSTILE), runtime_version=HOSTILE, host=HOSTILE),),
        judged(said("DUE", FAILED, HOSTILE + "!")),
    ),
    "huge": huge(),
    "ten-thousand": Variant(judged(said("OPEN", FAILED, "10000 of 10000 are open", *many(10_000, "one more")))),
}  # fmt: skip
