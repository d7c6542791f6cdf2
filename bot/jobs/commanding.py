"""The errand of answering: what maintainers ask in comments is carried out, once, and answered in place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.jobs import following, judging, obeying
from bot.jobs.desk import Desk
from bot.jobs.release_vote import current_roster, talks_of
from bot.judgement.requests import USAGE, Mistake, Request, Want, read
from bot.model.followup import Action
from bot.model.outgoing import Draft, Kind
from bot.model.release import Target
from bot.model.repository import Comment
from bot.publication.marks import MARK
from bot.records import outbox
from bot.records.commands import Command, count_refusals, load_last, save_command
from bot.records.engine import read_session, write_session
from bot.records.repository import load_repository
from bot.reports import answers as texts
from bot.reports.answers import Answered
from bot.settings import Project
from bot.sources.permissions import may_write

OLD = timedelta(days=7)  # what was asked before, nobody waits for any more
MOST_REFUSALS = 3  # of one person in one repository; then silence
WHAT = {
    Want.REPORT: "judges the release anew",
    Want.WAIVE: "sets a SHOULD aside for this release; the report shows who and why",
    Want.UNWAIVE: "takes that back",
    Want.ACTION_DONE: "says that an action of a meeting was carried out",
    Want.VOTE_OPEN: "opens the vote on this release, as of your comment",
    Want.VOTE_CLOSE: "adopts it early, where the rules allow that",
    Want.VOTE_CANCEL: "takes the vote back",
    Want.HOLD: "asks for more time, short of a concern",
    Want.RESUME: "takes your hold back",
    Want.WRONG: "says aloud that the report was wrong, and since when",
    Want.HELP: "lists this",
}
EDITED = "an edit does not show who made it, so this is not carried out: please write a new comment"
HARMLESS = (Want.REPORT, Want.HELP)


@dataclass(frozen=True, slots=True)
class Asked:
    """A comment that asks for something, on an issue or pull request of a release. `id` is negative for a review."""

    target: Target
    number: int
    comment: Comment
    requests: tuple[Request | Mistake, ...]

    @property
    def id(self) -> int:
        return -self.comment.id if self.comment.review else self.comment.id

    @property
    def edited_at(self) -> datetime:
        return self.comment.edited_at or self.comment.at

    @property
    def lines(self) -> str:
        return "\n".join(each.line for each in self.requests)


def run(desk: Desk, project: Project) -> int:
    """Answers every comment that was not answered yet; gives how many. Comments are those that the last sync read."""
    done = 0
    for version in judging.in_play(desk, project):
        target = judging.judge(desk, project, version).readiness.target
        for asked in _asked(desk, project, target):
            done += _answer(desk, project, asked)
    return done


def _asked(desk: Desk, project: Project, target: Target) -> Iterator[Asked]:
    """In the order in which they were written; our own comments ask for nothing."""
    with read_session(desk.engine) as session:
        repository = load_repository(session, project.repo)
    since = desk.clock() - OLD
    found = []
    for talk in talks_of(target, repository):
        for comment in talk.comments:
            if (comment.edited_at or comment.at) < since or MARK.search(comment.text):
                continue
            requests = read(comment.text)
            if requests:
                found.append(Asked(target, talk.number, comment, requests))
    yield from sorted(found, key=lambda each: (each.edited_at, each.id))


def _answer(desk: Desk, project: Project, asked: Asked) -> bool:
    by = asked.comment.by
    with read_session(desk.engine) as session:
        last = load_last(session, project.repo, asked.id)
        refusals = count_refusals(session, project.repo, by)
    if last is not None and (last.edited_at >= asked.edited_at or last.asked == asked.lines):
        return False
    if not _may(desk, project, asked):
        outcome = "refused" if refusals < MOST_REFUSALS else "silent"
        body = texts.refusal(by, project.repo) if outcome == "refused" else ""
        _keep(desk, project, asked, outcome, body)
        return bool(body)
    given = tuple(_obey(desk, project, asked, request) for request in asked.requests)
    is_help = any(isinstance(each, Request) and each.want is Want.HELP for each in asked.requests)
    body = texts.answer(by, given, [(USAGE[want], WHAT[want]) for want in Want] if is_help else ())
    _keep(desk, project, asked, "done" if all(each.is_done for each in given) else "mistaken", body)
    return True


def _obey(desk: Desk, project: Project, asked: Asked, request: Request | Mistake) -> Answered:
    """One command. What it records is known again by the comment's address, so that a crash before the answer does it once."""
    if isinstance(request, Mistake):
        return Answered(request.line, False, request.do)
    if asked.comment.edited_at is not None and request.want not in HARMLESS:
        return Answered(request.line, False, EDITED)
    return obeying.obey(desk, project, asked.target, asked.comment, request)


def _may(desk: Desk, project: Project, asked: Asked) -> bool:
    """Maintainers of the roster, and whoever may write to the repository; of an action, also those who promised it."""
    by = asked.comment.by
    with read_session(desk.engine) as session:
        people = following.who_is_who(session).people
        if current_roster(project, load_repository(session, project.repo), people).voter(by) is not None:
            return True
        actions = following.actions(session, project.repos)
    owned = [
        isinstance(each, Request)
        and each.want is Want.ACTION_DONE
        and any(_owns(by, action) for action in obeying.meant(actions, each.about))
        for each in asked.requests
    ]
    return all(owned) or may_write(desk.gateway(), project.repo, by)


def _owns(login: str, action: Action) -> bool:
    return login.casefold() in {
        name.casefold().lstrip("@") for name in (*action.owners, *action.item.assignees)
    }


def _keep(desk: Desk, project: Project, asked: Asked, outcome: str, body: str) -> None:
    """What was asked and what is answered, kept together; an answer to an edited comment takes the old one's place."""
    command = Command(
        project.repo, asked.number, asked.id, asked.edited_at, asked.comment.by, asked.comment.url, asked.lines,
        outcome, desk.clock(),
    )  # fmt: skip
    with write_session(desk.engine) as session:
        save_command(session, command)
        if body:
            draft = Draft(Kind.ANSWER, project.repo, asked.number, body, str(asked.id))
            outbox.queue(session, [draft], project=project.id, release=asked.target.tag, as_of=desk.clock())
