"""One command of a comment carried out, and what is to be answered; a mistake is answered with what to do instead."""

from collections.abc import Sequence
from dataclasses import replace

from bot.jobs import following, judging, ruling
from bot.jobs.desk import Desk
from bot.judgement.requests import USAGE, Request, Want
from bot.model.ballot import Outcome
from bot.model.errors import WrongRequest
from bot.model.followup import Action, Step
from bot.model.release import Target
from bot.model.repository import Comment
from bot.model.ruling import Act
from bot.model.telling import Correction
from bot.records.engine import read_session, write_session
from bot.records.judgements import load_corrections, load_readiness, load_since, save_correction
from bot.records.rulings import load_rulings
from bot.records.steps import load_steps
from bot.reports.answers import Answered
from bot.reports.wording import headline, standing
from bot.settings import Project

ACTS = {
    Want.WAIVE: (Act.WAIVE, "{about} is waived for {tag}; the report says by whom and why"),
    Want.UNWAIVE: (Act.UNWAIVE, "{about} is asked of {tag} again"),
    Want.VOTE_OPEN: (Act.OPEN, "the vote on {tag} is open; the report has the arithmetic"),
    Want.VOTE_CLOSE: (Act.CLOSE, "the vote on {tag} is closed early"),
    Want.VOTE_CANCEL: (Act.CANCEL, "the vote on {tag} is taken back"),
    Want.HOLD: (Act.HOLD, "you ask for more time for {tag}; `/tallyman resume` takes that back"),
    Want.RESUME: (Act.UNHOLD, "your hold on {tag} is taken back"),
}
NO_REASON = "as asked in a comment"


def obey(desk: Desk, project: Project, target: Target, comment: Comment, request: Request) -> Answered:
    """Carries it out, or says what to do instead. What this comment recorded before is not recorded again."""
    try:
        said = _carry_out(desk, project, target, comment, request)
        if request.want is not Want.HELP:
            judging.speak(desk, project, target.tag)
    except WrongRequest as wrong:
        return Answered(request.line, False, str(wrong))
    return Answered(request.line, True, said)


def _carry_out(desk: Desk, project: Project, target: Target, comment: Comment, request: Request) -> str:
    if request.want is Want.HELP:
        return "this is what there is"
    if request.want is Want.REPORT:
        return headline(judging.judge(desk, project, target.tag).readiness)
    if request.want is Want.ACTION_DONE:
        return _done(desk, project, comment, request)
    if request.want is Want.WRONG:
        return _wrong(desk, project, target, comment, request)
    act, said = ACTS[request.want]
    if not _is_recorded(desk, project, target, act, comment):
        _check_vote(desk, project, target, request.want)
        ruling.rule(
            desk, project, target.tag,
            ruling.Said(act, comment.by, request.why or NO_REASON, request.about, url=comment.url, at=comment.at),
        )  # fmt: skip
    return said.format(about=request.about, tag=target.tag)


def _is_recorded(desk: Desk, project: Project, target: Target, act: Act, comment: Comment) -> bool:
    with read_session(desk.engine) as session:
        return any(
            each.act is act and each.url == comment.url
            for each in load_rulings(session, project.id, target.tag)
        )


def _check_vote(desk: Desk, project: Project, target: Target, want: Want) -> None:
    """A vote is opened when none is open, and closed early only where the rules allow it. Raises WrongRequest."""
    if want not in (Want.VOTE_OPEN, Want.VOTE_CLOSE):
        return
    vote = judging.judge(desk, project, target.tag).readiness.beside.vote
    is_open = vote is not None and vote.tally.outcome is Outcome.OPEN
    if want is Want.VOTE_OPEN and is_open:
        raise WrongRequest("a vote is open already", do=f"take it back first: {USAGE[Want.VOTE_CANCEL]}")
    if want is Want.VOTE_CLOSE and not is_open:
        raise WrongRequest("no vote is open", do=f"open one: {USAGE[Want.VOTE_OPEN]}")
    if want is Want.VOTE_CLOSE and vote is not None and not vote.tally.early:
        raise WrongRequest(
            "this vote cannot be closed early: that takes quorum and nobody against",
            do="it closes by itself when its window ends",
        )


def meant(actions: Sequence[Action], about: str) -> tuple[Action, ...]:
    """The actions that `3/48` or `48` may mean: of a line alone only the open ones."""
    meeting, _, line = about.rpartition("/")
    return tuple(
        action
        for action in actions
        if action.item.id[1:] == line and (str(action.meeting_id) == meeting if meeting else action.is_open)
    )


def _done(desk: Desk, project: Project, comment: Comment, request: Request) -> str:
    with read_session(desk.engine) as session:
        found = meant(following.actions(session, project.repos), request.about)
        steps = load_steps(session)
    if not found:
        raise WrongRequest(
            f"there is no action {request.about}", do="name one of the report's table, such as 3/L48"
        )
    if len(found) > 1:
        names = ", ".join(f"{action.meeting_id}/{action.item.id}" for action in found)
        raise WrongRequest(f"{request.about} may be {names}", do="name one of them in full")
    (action,) = found
    name = f"{action.meeting_id}/{action.item.id}"
    known = steps.get((action.meeting_id, action.item.id), ())
    if not any(step.what == "done" and step.link == comment.url for step in known):
        if not action.is_open:
            return f"{name} is {action.state} already"
        step = Step(comment.at, comment.by, "done", request.why, link=comment.url)
        following.say(desk, action.meeting_id, action.item.id, step)
    return f"{name} is done"


def _wrong(desk: Desk, project: Project, target: Target, comment: Comment, request: Request) -> str:
    with read_session(desk.engine) as session:
        last = load_readiness(session, project.id, target.tag)
        known = load_corrections(session, project.id, target.tag)
        if last is None:
            raise WrongRequest("nothing was said of this release yet", do="ask for it: /tallyman report")
        since = load_since(session, last, standing)
    correction = Correction(headline(last), since, comment.by, comment.at, request.why, comment.url)
    if not any(each.url == comment.url and each.why == request.why for each in known):
        with write_session(desk.engine) as session:
            save_correction(session, project.id, target.tag, correction)
            judging.correct(session, replace(last, at=desk.clock()), correction)
    return "it is said aloud, and the report shows it; what has to be mended are the facts, or `/tallyman hold` until then"
