"""Made-up facts for the tests of verdicts and reports: a release of quay/spec, judged at one noon."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.ballot import Post, Voted
from bot.model.conformance import CaseOutcome, CaseResult, Level, ReleaseRun
from bot.model.evidence import Evidence
from bot.model.meeting import Item, Kind, Reference, Thing
from bot.model.meeting import Rule as How
from bot.model.release import Force, Rule, Said, Target
from bot.model.repository import FileText, Repository, Signature, Tagged
from bot.model.tracker import Issue, Milestone, Pull, Review, ReviewState, State
from tests.judgement import voting

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
REPO = "quay/spec"
WEB = f"https://github.com/{REPO}"
HEAD = "a" * 40


def ago(**time: float) -> datetime:
    return NOON - timedelta(**time)


def rule(gate: str, force: Force = Force.SHOULD, **parameters: int) -> Rule:
    return Rule(gate.upper(), gate, force, f"what {gate} asks", "RULES.md", "", parameters)


def milestone(title: str = "v1.0.0", number: int = 1, **more: Any) -> Milestone:
    facts: dict[str, Any] = {"state": State.OPEN, "due_on": None, "url": f"{WEB}/milestone/{number}", **more}
    return Milestone(REPO, number, title, **facts)


def issue(number: int, *, in_: int | None = 1, closed: str | bool = False, **more: Any) -> Issue:
    """An issue in milestone `in_`; `closed` may be the reason."""
    is_pull = more.pop("is_pull", False)
    facts: dict[str, Any] = {
        "title": f"the matter of {number}",
        "state": State.CLOSED if closed else State.OPEN,
        "state_reason": closed if isinstance(closed, str) else "",
        "author": "ada",
        "assignees": (),
        "labels": (),
        "created_at": ago(days=90),
        "updated_at": ago(days=1),
        "closed_at": ago(days=1) if closed else None,
        "url": f"{WEB}/{'pull' if is_pull else 'issues'}/{number}",
        **more,
    }
    return Issue(REPO, number, is_pull=is_pull, milestone=in_, **facts)


def pull(number: int, reviews: str = "", **more: Any) -> Pull:
    """A pull request with reviews in words: `bo+ cyd- bo~ eli/`: approved, against, commented, dismissed; `bo+old` on an older commit."""
    found = []
    for position, word in enumerate(reviews.split()):
        who, sign, commit = re.findall(r"(\w+)([-+~/])(\w*)", word)[0]
        state = {"+": "APPROVED", "-": "CHANGES_REQUESTED", "~": "COMMENTED", "/": "DISMISSED"}[sign]
        at = ago(days=9) + timedelta(hours=position)
        found.append(
            Review(position, who, ReviewState(state), at, commit or HEAD, f"{WEB}/pull/{number}#{position}")
        )
    facts: dict[str, Any] = {
        "draft": False,
        "merged_at": None,
        "head_sha": HEAD,
        "base_ref": "main",
        "mergeable": True,
        "mergeable_state": "clean",
        "requested_reviewers": (),
        **more,
    }
    return Pull(REPO, number, reviews=tuple(found), **facts)


def said(text: str, at: datetime, kind: Kind = Kind.AGREED, **more: Any) -> Said:
    """Something a meeting recorded; every `#12` is of quay/spec, `other#12` of quay/other."""
    done = more.pop("done_at", None)
    references = tuple(
        Reference(
            f"quay/{name or 'spec'}", int(n), Thing.EITHER, f"https://x.example/{name}/{n}", How.DEFAULT
        )
        for name, n in re.findall(r"(\w*)#(\d+)", text)
    )
    facts: dict[str, Any] = {
        "by": "bo", "speaker": "bo", "topic": "", "assignees": (), "references": references, **more,
    }  # fmt: skip
    return Said(1, "weekly, 2026-06-03", Item("L7", 7, at, kind, text=text, **facts), done)


def run(outcomes: str, *, runtime: str = "refrun", release: str = "v1.0.0") -> ReleaseRun:
    """A run of cases in letters: P passed, F failed, E error, S skipped, N not applicable, C not claimed, D disputed; s and f are of a SHOULD."""
    words = {
        "P": CaseOutcome.PASSED, "F": CaseOutcome.FAILED, "E": CaseOutcome.ERROR, "S": CaseOutcome.SKIPPED,
        "s": CaseOutcome.SKIPPED, "f": CaseOutcome.FAILED, "N": CaseOutcome.NOT_APPLICABLE, "C": CaseOutcome.NOT_CLAIMED,
        "D": CaseOutcome.DISPUTED,
    }  # fmt: skip
    results = tuple(
        CaseResult(
            f"topic/{n}", (), Level.SHOULD if letter in "sf" else Level.MUST, words[letter], f"why {n}", 0.1
        )
        for n, letter in enumerate(outcomes)
    )
    return ReleaseRun(release, runtime, f"{runtime} 1.0", "Linux 6.1, cgroup v2", ago(hours=9), results)


def tagged(name: str, days: float = 30, **more: Any) -> Tagged:
    """A tag of so many days ago, signed and verified."""
    facts: dict[str, Any] = {
        "commit": name.encode().hex().ljust(40, "0"),
        "signature": Signature.VERIFIED,
        **more,
    }
    return Tagged(name, ago(days=days), **facts)


def repository(**more: Any) -> Repository:
    """What a sync an hour ago read besides the tracker: nothing but what is given."""
    return Repository(REPO, ago(hours=1), "main", **more)


def file(path: str, ref: str, text: str | None) -> FileText:
    return FileText(path, ref, text, f"{WEB}/blob/{ref}/{path}")


def voted(letters: str | list[Post], hours: float = 170, **more: Any) -> Voted:
    """A vote by nine, opened eight days ago; `hours` after its opening, as tests/judgement/voting.py has it."""
    tally = voting.count(letters, hours=hours, **more)
    return Voted(tally, "[spec VOTE]: Tag 1.0.0 (closes some day)", tally.motion.closes_at or voting.CLOSES)


def target(**more: Any) -> Target:
    facts: dict[str, Any] = {"milestone": milestone(), "issue": None, "pull": None, **more}
    version = facts.pop("version", "1.0.0")
    return Target("spec", REPO, version, f"v{version}", **facts)


def evidence(**more: Any) -> Evidence:
    """A tracker read an hour ago, one meeting, and nothing else than what is given."""
    about = more.pop("target", target())
    facts: dict[str, Any] = {
        "synced_at": ago(hours=1), "issues": (), "pulls": (), "milestones": (about.milestone,) if about.milestone else (),
        "actions": (), "decisions": (), "runs": (), "meetings": 1, **more,
    }  # fmt: skip
    return Evidence(NOON, about, **facts)
