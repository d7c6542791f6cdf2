"""What looks like a promise kept: issues and pull requests that the tracker shows after a meeting. It only proposes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.meetings import references
from bot.meetings.nearness import are_spelled_alike
from bot.meetings.references import Home
from bot.meetings.wording import FITS, fit, words
from bot.model.followup import Action, Proposal
from bot.model.person import Certainty, Means, People
from bot.model.tracker import Issue, Pull, ReviewState

GUESS = 0.8  # what a score is worth when nobody has confirmed that the login is the owner's
SURE_ENOUGH = (
    95  # of the likeness of a nick and a login that no roster names: the same but for case and a suffix
)
REVIEWING = frozenset(words("review reviewing read comment approve check lgtm"))

Name = tuple[str, int]  # repository without case, number


class Activity:
    """What the tracker shows, arranged for many questions: by author, by reviewer and by name."""

    def __init__(self, issues: Iterable[Issue], pulls: Iterable[Pull] = ()) -> None:
        self.by_name: dict[Name, Issue] = {(issue.repo.lower(), issue.number): issue for issue in issues}
        self.by_author: dict[str, list[Issue]] = {}
        for issue in self.by_name.values():
            self.by_author.setdefault(issue.author.casefold(), []).append(issue)
        self.pulls: dict[Name, Pull] = {(pull.repo.lower(), pull.number): pull for pull in pulls}

    def ended(self, issue: Issue) -> tuple[datetime | None, str]:
        """When it was merged or closed, and which of the two."""
        pull = self.pulls.get((issue.repo.lower(), issue.number))
        if pull is not None and pull.merged_at is not None:
            return pull.merged_at, "merged"
        return (issue.closed_at, "closed") if not issue.is_open else (None, "")


@dataclass(frozen=True, slots=True)
class Login:
    """A GitHub account that an owner has; `guess` says why it is only a guess, "" when it is confirmed."""

    owner: str
    value: str
    guess: str = ""


def proposals(action: Action, activity: Activity, people: People) -> tuple[Proposal, ...]:
    """Everything since the meeting that could be this action carried out, the best first, in an order that stays.

    An owner's own issue or pull request, opened, closed or merged afterwards, that names the same reference (100) or fits
    the words (`wording.fit`); a review by the owner, where one was promised; and for an action of nobody, any activity in
    its reference. Nothing is proposed for an action that is not open, or of an archived meeting.
    """
    if not action.is_open or action.archived:
        return ()
    found: list[Proposal] = []
    if not action.owners:
        found = _in_its_references(action, activity)
    for login in logins(action, people, activity):
        found += _by_owner(action, login, activity)
        found += _reviews(action, login, activity)
    best: dict[str, Proposal] = {}
    for proposal in sorted(found, key=_rank):
        best.setdefault(proposal.url, proposal)
    return tuple(best.values())


def best(found: Sequence[Proposal], *, for_chairs: bool = False) -> Proposal | None:
    """The proposal to show; what rests on a guess only chairs may see."""
    return next((each for each in found if for_chairs or not each.guessed), None)


def _rank(proposal: Proposal) -> tuple[object, ...]:
    return (-proposal.score, proposal.guessed, proposal.at, proposal.url, proposal.why)


def logins(action: Action, people: People, activity: Activity) -> tuple[Login, ...]:
    """The GitHub accounts of an action's owners: confirmed ones, else those that they may have."""
    found: list[Login] = []
    for owner in action.owners:
        sure = people.known_as(owner, Means.LOGIN) if owner in action.persons else ()
        found += [Login(owner, value) for value in sure] or _guessed(owner, action, people, activity)
    return tuple(found)


def _guessed(owner: str, action: Action, people: People, activity: Activity) -> list[Login]:
    """Accounts of the persons whom a nick may be, and the one that is spelled like it and is nobody else's."""
    is_person = owner in action.persons
    refused = {(t.person, t.value.casefold()) for t in people.ties if t.certainty is Certainty.UNLINKED}
    found: dict[str, Login] = {}
    for tie in people.ties:
        guessed = tie.certainty is Certainty.GUESSED and tie.means is Means.NICK
        if guessed and not is_person and tie.value.casefold() == owner.casefold():
            for value in people.known_as(tie.person, Means.LOGIN):
                found.setdefault(
                    value.casefold(), Login(owner, value, tie.why or f"{owner} may be {tie.person}")
                )
    nicks = people.known_as(owner, Means.NICK) if is_person else (owner,)
    alike = [
        (nick, login) for nick in nicks for login in activity.by_author if are_spelled_alike(nick, login)
    ]
    for nick, login in alike:
        whose = people.person_of(Means.LOGIN, login)
        if is_person and whose is not None:
            continue  # it is another person's
        if (owner, login) not in refused and (whose, nick.casefold()) not in refused:
            found.setdefault(login, Login(owner, login, f"{nick} is spelled like it"))
    return list(found.values())


def _by_owner(action: Action, login: Login, activity: Activity) -> list[Proposal]:
    found = []
    for issue in activity.by_author.get(login.value.casefold(), ()):
        deed, at = _since(action.item.at, issue, activity)
        if at is None:
            continue
        named = _named_in(action, issue)
        score = 100 if named else fit(action.item.text, issue.title, action.item.assignees)
        if score >= FITS:
            reason = f"names {named}" if named else f"fits the words ({score} of 100)"
            whose = f"{deed} by {login.value}" if deed.startswith("opened") else f"{login.value}'s, {deed}"
            found.append(_proposal(issue, at, score, f"{whose} after the meeting, {reason}", login))
    return found


def _since(meeting: datetime, issue: Issue, activity: Activity) -> tuple[str, datetime | None]:
    """What happened to it after the meeting: opened, else closed or merged."""
    ended, how = activity.ended(issue)
    if issue.created_at > meeting:
        return (f"opened and {how}", issue.created_at) if ended else ("opened", issue.created_at)
    return (how, ended) if ended is not None and ended > meeting else ("", None)


def _named_in(action: Action, issue: Issue) -> str:
    """The action's reference which this issue is, or which its title names; "" for none."""
    wanted = {(ref.repo.lower(), ref.number): ref for ref in action.references if ref.number}
    own = (issue.repo.lower(), issue.number)
    if own in wanted:
        return f"#{issue.number}"
    for ref in references.find(issue.title, Home(default_repo=issue.repo), "", ""):
        if (ref.repo.lower(), ref.number) in wanted:
            return f"#{ref.number}"
    return ""


def _reviews(action: Action, login: Login, activity: Activity) -> list[Proposal]:
    """The owner's reviews of the pull requests that the action names, when reviewing is what was promised."""
    if not REVIEWING & set(words(action.item.text)):
        return []
    found = []
    for ref in action.references:
        name = (ref.repo.lower(), ref.number or 0)
        issue, pull = activity.by_name.get(name), activity.pulls.get(name)
        for review in pull.reviews if issue and pull else ():
            own = review.by.casefold() == login.value.casefold() and review.state is not ReviewState.PENDING
            if issue and own and review.at > action.item.at:
                others = [owner for owner in action.owners if owner != login.owner]
                rest = f"; of {' and '.join(others)} it says nothing" if others else ""
                why = f"reviewed by {login.value} after the meeting, names #{issue.number}{rest}"
                found.append(_proposal(issue, review.at, 100, why, login))
    return found


def _in_its_references(action: Action, activity: Activity) -> list[Proposal]:
    found = []
    for ref in action.references:
        issue = activity.by_name.get((ref.repo.lower(), ref.number or 0))
        if issue is None or issue.updated_at <= action.item.at:
            continue
        ended, how = activity.ended(issue)
        if ended is not None and ended > action.item.at:
            deed, at = how, ended
        else:
            deed, at = "active", issue.updated_at
        why = f"#{issue.number} was {deed} after the meeting; nobody was named"
        found.append(Proposal(issue.url, issue.title, at, 100, why))
    return found


def _proposal(issue: Issue, at: datetime, score: int, why: str, login: Login) -> Proposal:
    if not login.guess:
        return Proposal(issue.url, issue.title, at, score, why)
    doubt = f"{why}; that {login.value} is {login.owner} is a guess ({login.guess})"
    return Proposal(issue.url, issue.title, at, round(score * GUESS), doubt, guessed=True)
