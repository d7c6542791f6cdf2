"""A vote in words: the tally with its arithmetic, and what a person sends: the opening, a reminder, the result."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.model.ballot import Cast, Motion, Outcome, Post, Tally, Vote
from bot.reports.minutes_json import stamp
from bot.reports.templates import environment

HIDDEN = "this motion is under embargo: nothing of it is shown until a person lifts that"
OUTCOMES = {
    Outcome.ADOPTED: "adopted",
    Outcome.NOT_ADOPTED: "not adopted",
    Outcome.OPEN: "open",
    Outcome.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail or comment for a person to send; nothing here sends it."""

    subject: str
    body: str


def tally_json(tally: Tally) -> dict[str, Any]:
    """The tally as docs/commands.md has it."""
    return {
        "roster": tally.roster,
        "lgtm": tally.lgtm,
        "reject": tally.reject,
        "abstain": tally.abstain,
        "silent": tally.silent,
        "quorum_needed": tally.quorum_needed,
        "quorum_met": tally.quorum_met,
        "adopted": tally.adopted,
        "outcome": tally.outcome.value,
        "early": tally.early,
        "reasons": list(tally.reasons),
        "votes": [
            {"by": ballot.by, **_cast(ballot.last), "history": [_cast(cast) for cast in ballot.history]}
            for ballot in tally.ballots
        ],
        "tally_line": tally.tally_line,
    }


def hidden_json() -> dict[str, Any]:
    """The same shape of a motion under embargo: no number, no name and no date is in it."""
    numbers = dict.fromkeys(("roster", "lgtm", "reject", "abstain", "silent", "quorum_needed"))
    return {
        **numbers,
        "quorum_met": False,
        "adopted": False,
        "outcome": Outcome.UNKNOWN.value,
        "early": False,
        "reasons": [HIDDEN],
        "votes": [],
        "tally_line": "",
    }


def _cast(cast: Cast) -> dict[str, Any]:
    return {"vote": cast.vote.value, "at": stamp(cast.at), "url": cast.url, "on_commit": cast.commit or None}


def tally_text(
    tally: Tally, heading: str, rules: str, cited: Sequence[tuple[str, str]], words: Mapping[Vote, str]
) -> str:
    """The tally for a terminal. `cited` are clauses with the address of their text, `words` the family's forms of a vote."""
    return environment().get_template("tally.text.j2").render(
        tally=tally,
        heading=heading,
        rules=rules,
        cited=cited,
        words=words,
        outcome=OUTCOMES[tally.outcome],
    )  # fmt: skip


def opening(
    tally: Tally, subject: str, closes: str, words: Mapping[Vote, str], facts: Mapping[str, str], needed: str
) -> Draft:
    """What opens a vote. `facts` are those a person gave (pulls, since, compare, pull); what is not known is not said."""
    body = environment().get_template("vote.opening.j2").render(
        tally=tally, subject=subject, closes=closes, words=words, facts=facts, needed=needed
    )  # fmt: skip
    return Draft(subject, body)


def reminder(
    tally: Tally, subject: str, closes: str, words: Mapping[Vote, str], names: Iterable[str]
) -> Draft:
    """A friendly word to those who may still vote, and to nobody else. The names are plain text: they ping nobody here."""
    body = environment().get_template("vote.reminder.j2").render(
        tally=tally, subject=subject, closes=closes, words=words, names=list(names)
    )  # fmt: skip
    return Draft(f"Re: {subject}", body)


def draft_json(draft: Draft) -> dict[str, str]:
    return {"subject": draft.subject, "body": draft.body}


def ballots_json(motion: Motion, posts: Iterable[Post]) -> dict[str, Any]:
    """A motion and its posts as `tallyman tally` reads them."""
    return {
        "project": motion.project,
        "motion": motion.text,
        "kind": motion.kind.value,
        "about": motion.about.value,
        "opened_at": stamp(motion.opened_at),
        "closes_at": stamp(motion.closes_at) if motion.closes_at else None,
        "commit": motion.commit,
        "proposed_by": motion.proposer,
        "url": motion.url,
        "posts": [
            {"by": post.by, "at": stamp(post.at), "text": post.text, "commit": post.commit, "url": post.url}
            for post in posts
        ],
    }
