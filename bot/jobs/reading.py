"""The errand of reading what repositories hold besides their trackers: only what the project's rule set asks about."""

from datetime import datetime

from bot.jobs import facts
from bot.jobs.desk import Desk
from bot.jobs.release_vote import propose
from bot.judgement import rules, targets
from bot.model.release import Rule, Target
from bot.model.repository import Repository
from bot.model.tracker import Snapshot
from bot.records.engine import read_session, write_session
from bot.records.repository import load_repository, save_repository
from bot.records.rulings import load_rulings
from bot.settings import Project
from bot.sources.repository import Wanted, read_repository, read_rosters

LOGS = ("restart", "changelog_entries", "changelog_groups", "changelog_complete")
VERSIONS = ("version_file", "dev_suffix")
PAGES = ("release_documents", "release_notice")
README = "README.md"


def run(desk: Desk, project: Project, snapshots: tuple[Snapshot, ...]) -> int:
    """Reads and keeps it, first of the project's own repository; gives how many facts were new or changed.

    The repositories that follow the project are asked for their tags alone, where a rule asks about them.
    """
    at = max((each.at for each in snapshots), default=None) or desk.clock()
    asked = {rule.gate: rule for rule in _rules(project, at)}
    changed = 0
    own = next((each for each in snapshots if each.repo == project.repo), None)
    if own is not None:
        changed += _own(desk, project, own, asked, at)
    for repo in project.also if "tooling" in asked else ():
        with read_session(desk.engine) as session:
            known = load_repository(session, repo)
        changed += _keep(desk, read_repository(desk.gateway(), repo, known, Wanted(), at=at))
    desk.say(f"sync: {project.repo}: tags, files and talk, {changed} changed")
    return changed


def _own(desk: Desk, project: Project, snapshot: Snapshot, asked: dict[str, Rule], at: datetime) -> int:
    found = _targets(project, snapshot)
    with read_session(desk.engine) as session:
        known = load_repository(session, project.repo)
    read = read_repository(
        desk.gateway(), project.repo, known, _wanted(project, snapshot, found, asked), at=at
    )
    moments = []
    with read_session(desk.engine) as session:
        for target in found:
            rulings = load_rulings(session, project.id, target.tag)
            proposed = propose(session, project, target, read, rulings)
            moments += [proposed.roster_at] if proposed else []
    read = read_rosters(desk.gateway(), read, known, project.files.roster, moments)
    return _keep(desk, read)


def _keep(desk: Desk, read: Repository) -> int:
    with write_session(desk.engine) as session:
        return save_repository(session, read)


def _rules(project: Project, at: datetime) -> tuple[Rule, ...]:
    return rules.load(project.family, at, project.overrides, project.repo.partition("/")[2]).rules


def _targets(project: Project, snapshot: Snapshot) -> tuple[Target, ...]:
    """The releases in play: those with an open issue or pull request of their own."""
    patterns = facts.patterns(project)
    return tuple(
        targets.find_target(project.id, project.repo, version, patterns, snapshot.milestones, snapshot.issues)
        for version in targets.in_play(patterns, snapshot.issues)
    )


def _wanted(
    project: Project, snapshot: Snapshot, found: tuple[Target, ...], asked: dict[str, Rule]
) -> Wanted:
    milestones = {target.milestone.number for target in found if target.milestone}
    own = {issue.number: issue for target in found for issue in (target.issue, target.pull) if issue}
    members = {i.number for i in snapshot.issues if i.milestone in milestones} | set(own)
    pulls = tuple(pull for pull in snapshot.pulls if pull.number in members)
    logs = tuple(dict.fromkeys(asked[gate].word("path", facts.CHANGELOG) for gate in LOGS if gate in asked))
    versions = tuple(
        dict.fromkeys(asked[gate].word("path", "specs-go/version.go") for gate in VERSIONS if gate in asked)
    )
    branch = [project.files.roster]
    branch += [project.files.codeowners] if "rosters_agree" in asked else []
    branch += [README] if "meeting_advertised" in asked else []
    return Wanted(
        pulls=pulls,
        releases=tuple(pull for pull in pulls if pull.number in own),
        talks=tuple((number, issue.is_pull) for number, issue in sorted(own.items())),
        on_branch=(*branch, *versions),
        at_tags=(*logs, *versions),
        at_commits=versions,
        published=any(gate in asked for gate in PAGES),
        checks="required_checks" in asked,
    )
