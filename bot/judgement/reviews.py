"""Votes that are no plain posts: reviews of a pull request, and the votes of a meeting."""

from bot.judgement.ballots import NOTHING, Reading, Words, read
from bot.model.ballot import Post, Vote
from bot.model.meeting import Poll
from bot.model.tracker import Pull, ReviewState

MEETING = {"for": Vote.LGTM, "against": Vote.REJECT, "abstain": Vote.ABSTAIN}


def read_post(post: Post, text: str, words: Words) -> Reading:
    """What a post says with these words. An approving review is a vote in favour unless its words say otherwise.

    A request for changes is not the written form of a vote against, and may mean one; a dismissed review is no vote.
    """
    said = read(text, words)
    if post.review == ReviewState.APPROVED:
        if said in (NOTHING, Reading(Vote.LGTM)):
            return Reading(Vote.LGTM)
        may_be = _with(said, Vote.LGTM)
        return Reading(None, may_be, said.why or "the review approves, and its words say something else")
    if post.review == ReviewState.CHANGES_REQUESTED:
        if said.vote is Vote.REJECT:
            return said
        return Reading(None, _with(said, Vote.REJECT), "it is a review that asks for changes")
    if post.review == ReviewState.DISMISSED:
        return Reading(None, _with(said), "its review was dismissed") if said != NOTHING else NOTHING
    return said


def _with(said: Reading, *votes: Vote) -> tuple[Vote, ...]:
    found = {*said.may_be, *votes, said.vote}
    return tuple(vote for vote in Vote if vote in found)


def posts_of_reviews(pull: Pull) -> tuple[Post, ...]:
    """The reviews of a release's pull request, each with the commit it was given on; their words are not recorded."""
    return tuple(
        Post(review.by, review.at, "", review.commit, review.url, review=review.state.value)
        for review in pull.reviews
        if review.state is not ReviewState.PENDING
    )


def posts_of_poll(poll: Poll, words: Words, url: str = "") -> tuple[Post, ...]:
    """The last votes of a meeting on a motion; () for a poll with options of its own. `url` leads to the log."""
    if not set(poll.options) <= set(MEETING):
        return ()
    return tuple(
        Post(
            ballot.by,
            ballot.at,
            words.shown(MEETING[ballot.choice]),
            "",
            f"{url}#L{ballot.line}" if url else "",
        )
        for ballot in poll.ballots
        if ballot.choice in MEETING
    )
