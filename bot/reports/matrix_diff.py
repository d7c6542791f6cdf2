"""What changed between two runs of the cases, and what else is not the same in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.model.conformance import BAD, CaseOutcome, CaseResult, HostFacts, ReleaseRun, age
from bot.reports.matrix import Cell
from bot.reports.matrix_entries import settled
from bot.reports.matrix_page import identity
from bot.reports.matrix_words import cell_word, short
from bot.reports.templates import environment

KINDS = ("newly failing", "newly passing", "changed reason", "changed otherwise", "added", "gone")


@dataclass(frozen=True, slots=True)
class Change:
    """One case at one release; None where it was not in that run."""

    kind: str
    release: str
    case: str
    before: CaseResult | None
    after: CaseResult | None


@dataclass(frozen=True, slots=True)
class Unlike:
    """One thing that the results depend on, and that is another one."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Diff:
    before: ReleaseRun
    after: ReleaseRun
    unlike: tuple[Unlike, ...]
    only_before: tuple[str, ...]  # releases
    only_after: tuple[str, ...]
    changes: tuple[Change, ...]
    unchanged: int

    def of(self, kind: str) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.kind == kind)


def compare(before: Sequence[ReleaseRun], after: Sequence[ReleaseRun], *, private: bool = False) -> Diff:
    """Release by release and case by case. A case that is private in either run is left out of both, unless asked for."""
    olds, news = {run.release: run for run in before}, {run.release: run for run in after}
    both = sorted(olds.keys() & news.keys(), key=age, reverse=True)
    changes: list[Change] = []
    unchanged = 0
    for release in both:
        old, new = _by_case(olds[release], news[release], private)
        for case in sorted(old.keys() | new.keys()):
            kind = _kind(old.get(case), new.get(case))
            if kind:
                changes.append(Change(kind, release, case, old.get(case), new.get(case)))
            else:
                unchanged += 1
    return Diff(
        before[0], after[0], _unlike(before[0], after[0]), _sorted(olds.keys() - news.keys()),
        _sorted(news.keys() - olds.keys()), tuple(changes), unchanged,
    )  # fmt: skip


def _by_case(
    old: ReleaseRun, new: ReleaseRun, private: bool
) -> tuple[Mapping[str, CaseResult], Mapping[str, CaseResult]]:
    hidden = set() if private else {each.case for run in (old, new) for each in run.results if each.private}
    first, second = (
        {each.case: each for each in run.results if each.case not in hidden} for run in (old, new)
    )
    return first, second


def _sorted(releases: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(releases, key=age, reverse=True))


def _kind(old: CaseResult | None, new: CaseResult | None) -> str:
    """ "" where nothing changed. What was not tested before and fails now is newly failing."""
    if old is None or new is None:
        return "added" if old is None else "gone"
    if new.outcome in BAD and old.outcome not in BAD:
        return "newly failing"
    if new.outcome is CaseOutcome.PASSED and old.outcome is not CaseOutcome.PASSED:
        return "newly passing"
    if new.outcome is not old.outcome:
        return "changed otherwise"
    return "changed reason" if settled(old.reason) != settled(new.reason) else ""


def _unlike(old: ReleaseRun, new: ReleaseRun) -> tuple[Unlike, ...]:
    pairs = [
        ("runtime", old.title, new.title), ("command", old.runtime, new.runtime),
        ("program", old.digest, new.digest), ("suite", old.suite, new.suite),
        ("claims", _claims(old), _claims(new)), ("vouched for by", _voucher(old), _voucher(new)),
        *_of_hosts(old.facts, new.facts, old.host, new.host),
    ]  # fmt: skip
    return tuple(Unlike(what, was or "not told", now or "not told") for what, was, now in pairs if was != now)


def _claims(run: ReleaseRun) -> str:
    return f"{run.claims.min} to {run.claims.max}" if run.claims else ""


def _voucher(run: ReleaseRun) -> str:
    return run.vouched.by if run.vouched else "nobody: run here"


def _of_hosts(old: HostFacts | None, new: HostFacts | None, was: str, now: str) -> list[tuple[str, str, str]]:
    if old is None or new is None:
        return [("host", was, now)]
    pairs = [
        ("kernel", old.kernel, new.kernel), ("machine", old.machine, new.machine), ("cgroup", old.cgroup, new.cgroup),
        ("rights", old.rights, new.rights), ("rootfs", old.rootfs, new.rootfs),
        ("LSMs", ", ".join(old.lsms) or "none", ", ".join(new.lsms) or "none"),
    ]  # fmt: skip
    olds, news = dict(old.facts), dict(new.facts)
    if not olds or not news:
        return [*pairs, ("the facts of the host", "told" if olds else "", "told" if news else "")]
    for name in sorted(olds.keys() | news.keys()):
        first, second = (
            "not told" if name not in facts else facts[name] or "holds" for facts in (olds, news)
        )
        pairs.append((f"the fact {name}", first, second))
    return pairs


def render(diff: Diff) -> str:
    return (
        environment()
        .get_template("matrix_diff.text.j2")
        .render(diff=diff, kinds=KINDS, word=lambda result: cell_word(Cell(result)), brief=_brief)
    )


def _brief(text: str) -> str:
    return short(text) if text.startswith("sha256:") else text


def to_json(diff: Diff) -> dict[str, Any]:
    def side(result: CaseResult | None) -> dict[str, Any] | None:
        if result is None:
            return None
        explained = result.explained
        return {
            "outcome": result.outcome.value, "reason": result.reason,
            "explained": {"why": explained.why, "link": explained.link, "kind": explained.kind} if explained else None,
        }  # fmt: skip

    def told(change: Change) -> dict[str, Any]:
        level = next(each.level for each in (change.after, change.before) if each is not None)
        return {
            "release": change.release, "case": change.case, "level": level.value,
            "before": side(change.before), "after": side(change.after),
        }  # fmt: skip

    return {
        "before": identity(diff.before),
        "after": identity(diff.after),
        "differences": [
            {"what": each.what, "before": each.before, "after": each.after} for each in diff.unlike
        ],
        "releases": {"gone": list(diff.only_before), "added": list(diff.only_after)},
        **{kind.replace(" ", "_"): [told(change) for change in diff.of(kind)] for kind in KINDS},
        "unchanged": diff.unchanged,
    }
