"""Whether the ChangeLog names every pull request that was merged since the last release, and no other."""

from bot.judgement.released import before, no_tags, read, tag_of
from bot.judgement.sections import section_of
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict
from bot.model.tracker import Issue


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    """Merged from the last release's commit to this one's tag, or to now. The release's own pull request need not be named.

    A candidate's entries may have moved into the section of its final, so a final is compared from the final before it.
    """
    path = rule.word("path", "ChangeLog")
    if why := evidence.no_tracker() or no_tags(evidence):
        return Verdict(rule, Outcome.UNKNOWN, why)
    file = read(evidence, path)
    if isinstance(file, str):
        return Verdict(rule, Outcome.UNKNOWN, file)
    entries = section_of(file, evidence.target.version)
    if isinstance(entries, str):
        return Verdict(rule, Outcome.FAILED, entries, (Link(path, file.url),))
    older = before(evidence)
    if not older:
        return Verdict(rule, Outcome.NOT_APPLICABLE, "it is the first release")
    named = {number for entry in entries for number in entry.numbers}
    merged = _merged(evidence)
    missing = [issue for number, issue in sorted(merged.items()) if number not in named]
    links = tuple(Link(f"#{issue.number} {issue.title}", issue.url) for issue in missing)
    known = {issue.number for issue in evidence.issues}
    foreign = sorted(
        number for number in named - set(merged) if number in known and not _was_merged(number, evidence)
    )
    words = [f"{len(missing)} merged since {older[-1].tag} not named"] if missing else []
    words += [f"{len(foreign)} named that were never merged"] if foreign else []
    links += tuple(Link(f"#{number} is named and was not merged", "") for number in foreign)
    if words:
        return Verdict(rule, Outcome.FAILED, ", ".join(words), links)
    reason = f"it names all that was merged since {older[-1].tag}: {len(merged)}"
    return Verdict(rule, Outcome.PASSED, reason)


def _merged(evidence: Evidence) -> dict[int, Issue]:
    """What was merged for this release: not the pull requests that are releases themselves."""
    last, own = before(evidence)[-1], tag_of(evidence)
    since, until = last.committed_at or last.tagged_at, own.tagged_at if own else evidence.at
    release = evidence.target.pull.number if evidence.target.pull else None
    return {
        issue.number: issue
        for issue in evidence.issues
        if issue.is_pull
        and issue.merged_at is not None
        and since < issue.merged_at <= until
        and issue.number != release
        and not _is_release(issue)
    }


def _is_release(issue: Issue) -> bool:
    return issue.title.lower().startswith(("release v", "version: release", "version: bump"))


def _was_merged(number: int, evidence: Evidence) -> bool:
    return any(
        issue.number == number and (issue.merged_at is not None or not issue.is_pull)
        for issue in evidence.issues
    )
