"""The errand of a person's word on a release: who may say it is checked, it is kept with its reason, and what it hides is hidden at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.jobs import following, judging
from bot.jobs.desk import Desk
from bot.jobs.facts import patterns
from bot.jobs.release_vote import current_roster, propose
from bot.judgement import rules, targets
from bot.model.errors import WrongRequest
from bot.model.release import Force, Target
from bot.model.ruling import TAKEN_BACK, Act, Ruling, standing
from bot.records.engine import Session, read_session, write_session
from bot.records.judgements import load_judged
from bot.records.repository import load_repository
from bot.records.rulings import load_rulings, save_ruling
from bot.records.tracker import load_tracker
from bot.settings import Project

ABOUT_VOTES = (Act.OPEN, Act.CLOSE, Act.CANCEL, Act.ROSTER, Act.RESOLVE, Act.POSTS)
HIDDEN = ("vote", "milestone:", "meeting:")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says. `about` is what the act asks for (bot/model/ruling.py); `at` None is now."""

    act: Act
    by: str
    why: str
    about: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    at: datetime | None = None


def rule(desk: Desk, project: Project, release: str, said: Said) -> Ruling:
    """Keeps it. Raises WrongRequest, with what to do, for somebody who is no maintainer and for what makes no sense.

    An embargo takes effect at once: what was judged is judged anew without it, and what waits to be sent is replaced.
    """
    if not said.why.strip():
        raise WrongRequest("this needs a reason", do="say it with --because")
    now = desk.clock()
    with write_session(desk.engine) as session:
        by = _maintainer(session, project, said.by)
        target = _target(session, project, release) if release else None
        about = _about(session, project, target, said, by, now)
        tag = target.tag if target else ""
        if said.act in TAKEN_BACK.values():
            _taken_back(session, project, tag, said.act, about)
        facts = (
            {**said.facts, "repo": project.repo} if said.act in (Act.EMBARGO, Act.LIFT) else dict(said.facts)
        )
        why = " ".join(said.why.split())
        ruling = Ruling(project.id, tag, said.act, about, by, said.at or now, why, facts, said.url)
        save_ruling(session, ruling)
    if said.act is Act.EMBARGO:
        _judge_anew(desk)
    return ruling


def rulings(desk: Desk, project: Project, release: str, *, embargoed: bool = False) -> tuple[Ruling, ...]:
    """What was decided of a release. Of an embargo, and of a vote under one, only whoever asks for it learns."""
    with read_session(desk.engine) as session:
        found = load_rulings(session, project.id, release)
    if embargoed:
        return found
    hides_vote = any(each.about == "vote" for each in standing(found, Act.EMBARGO))
    shown = [each for each in found if each.act not in (Act.EMBARGO, Act.LIFT)]
    return tuple(each for each in shown if not (hides_vote and each.act in ABOUT_VOTES))


def _maintainer(session: Session, project: Project, by: str) -> str:
    repository = load_repository(session, project.repo)
    people = following.who_is_who(session).people
    who = current_roster(project, repository, people)
    if not who.maintainers:
        raise WrongRequest(
            f"who maintains {project.repo} is not known: its {project.files.roster} was never read",
            do="run `tallyman sync`",
        )
    found = who.voter(by)
    if found is None:
        raise WrongRequest(
            f"{by} is no maintainer of {project.repo}", do=f"a maintainer of {project.files.roster} says this"
        )
    return found.name


def _target(session: Session, project: Project, release: str) -> Target:
    tracker = load_tracker(session, project.repo)
    milestones, issues = (tracker.milestones, tracker.issues) if tracker else ((), ())
    return targets.find_target(project.id, project.repo, release, patterns(project), milestones, issues)


def _about(
    session: Session, project: Project, target: Target | None, said: Said, by: str, now: datetime
) -> str:
    match said.act:
        case Act.WAIVE | Act.UNWAIVE:
            return _rule(project, said.about, now)
        case Act.HOLD | Act.UNHOLD:
            return said.about or by
        case Act.EMBARGO | Act.LIFT:
            about = said.about.strip()
            is_plain = about == "vote" or any(about.startswith(each) and about != each for each in HIDDEN[1:])
            if not is_plain:
                raise WrongRequest(
                    f"{about[:80]!r} cannot be put under embargo",
                    do="write vote, milestone:TITLE, meeting:ID or meeting:ID:TOPIC",
                )
            if about == "vote" and target is None:
                raise WrongRequest("which vote is not said", do="name its release with --release")
            return about
        case Act.OPEN:
            _opens(said, now)
            return target.tag if target else ""
        case Act.CLOSE | Act.CANCEL | Act.ROSTER | Act.RESOLVE if target is not None:
            given = load_rulings(session, project.id, target.tag)
            if propose(session, project, target, load_repository(session, project.repo), given) is None:
                raise WrongRequest(
                    f"no vote on {target.tag} is recorded", do="open it with `tallyman vote open`, or sync"
                )
            return said.about
    return said.about


def _rule(project: Project, named: str, now: datetime) -> str:
    """The rule's id, for its id or the name of its gate; only a SHOULD can be waived."""
    name = project.repo.partition("/")[2]
    known = {rule.id: rule for rule in rules.load(project.family, now, project.overrides, name).rules}
    forces = {id_: rule.force for id_, rule in known.items()} | {gate.id: gate.force for gate in project.gate}
    gates = {rule.gate.casefold(): rule.id for rule in known.values()}
    by_name = {id_.casefold(): id_ for id_ in forces}
    id_ = by_name.get(named.casefold()) or gates.get(named.casefold())
    if id_ is None:
        raise WrongRequest(f"there is no rule {named[:80]}", do=f"its rules are {', '.join(sorted(forces))}")
    if forces[id_] is Force.MUST:
        raise WrongRequest(
            f"{id_} is a MUST: nobody can waive it", do="meet it, or override it with a reason"
        )
    if forces[id_] is Force.INFO:
        raise WrongRequest(f"{id_} is information and stands in no way", do="there is nothing to waive")
    return id_


def _opens(said: Said, now: datetime) -> None:
    closes = said.facts.get("closes_at")
    if closes and datetime.fromisoformat(str(closes)) <= (said.at or now):
        raise WrongRequest("the vote would close before it opens", do="give a later --closes")


def _taken_back(session: Session, project: Project, tag: str, act: Act, about: str) -> None:
    """There must be something to take back."""
    first = next(each for each, back in TAKEN_BACK.items() if back is act)
    found = standing(load_rulings(session, project.id, tag or None), first)
    if not any(each.about.casefold() == about.casefold() for each in found):
        raise WrongRequest(
            f"no such {first.value} of {about[:80]} stands", do="`tallyman rulings` shows them"
        )


def _judge_anew(desk: Desk) -> None:
    """Every release that was judged, without what must not be shown; what waits to be sent is replaced.

    A meeting may be about several projects, so all of them are judged.
    """
    for project in desk.settings.project:
        with read_session(desk.engine) as session:
            tags = [each.target.tag for each in load_judged(session, project.id)]
        for tag in tags:
            judging.speak(desk, project, tag)
