"""The motion to release, and every post that may be a ballot on it: on the release's pull request and issue, in meetings, by mail."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.judgement.ballots import Words, spoken
from bot.judgement.concerns import Resolution
from bot.judgement.reviews import posts_of_poll
from bot.judgement.subjects import is_reply, read_motion, read_time
from bot.judgement.versions import key
from bot.model.ballot import About, Early, Kind, Motion, Post
from bot.model.meeting import Poll
from bot.model.release import Target
from bot.model.repository import Comment, Talk
from bot.model.ruling import Act, Ruling, standing

PUNCTUATION = ".,;:()`'\"?!*[]"
OWN_MARK = re.compile(
    r"\A\s*<!-- tallyman|<!-- tallyman:v1 [^<>]* -->\s*\Z"
)  # around what Tallyman posts: nobody's ballot
COMMAND = re.compile(r"^\s*/tallyman\b.*$", re.M)  # is for Tallyman, and says nothing of a motion


@dataclass(frozen=True, slots=True)
class Heads:
    """The commits at the head of a pull request, each with when a sync first saw it; a head stays until the next one is seen."""

    seen: tuple[tuple[datetime, str], ...] = ()

    def at(self, moment: datetime) -> str:
        """The head when something was posted; "" when it changed between two syncs around that moment, or nobody looked."""
        before = [sha for at, sha in self.seen if at <= moment]
        after = [sha for at, sha in self.seen if at > moment]
        if not before:
            return ""
        return before[-1] if not after or after[0] == before[-1] else ""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A motion with where its roster is from: as of `roster_at`, which is the opening unless a person refreshed it."""

    motion: Motion
    roster_at: datetime
    refreshed: Ruling | None = None


def propose(
    target: Target,
    kind: Kind,
    talks: Sequence[Talk],
    rulings: Sequence[Ruling],
    may_open: Callable[[str], bool],
    head: str = "",
) -> Proposed | None:
    """The motion to release this version: as a person opened it, else a maintainer's newest line `[project VOTE]: motion
    (closes DATE)` that names it on the release's pull request or issue. None: no vote on it is recorded.
    """
    ordered = sorted(rulings, key=lambda each: each.at)
    opened = next((each for each in reversed(ordered) if each.act in (Act.OPEN, Act.CANCEL)), None)
    motion = None
    if opened is not None and opened.act is Act.OPEN:
        motion = _by_ruling(target, kind, opened, head)
    else:
        found = [
            each for talk in talks for each in _in_talk(target, kind, talk, head) if may_open(each.proposer)
        ]
        if opened is not None:  # cancelled: only what was proposed since
            found = [each for each in found if each.opened_at > opened.at]
        motion = max(found, key=lambda each: each.opened_at, default=None)
    if motion is None:
        return None
    fresh = [each for each in ordered if each.act is Act.ROSTER and each.at >= motion.opened_at]
    return Proposed(motion, fresh[-1].at if fresh else motion.opened_at, fresh[-1] if fresh else None)


def _by_ruling(target: Target, kind: Kind, opened: Ruling, head: str) -> Motion:
    closes = opened.facts.get("closes_at")
    commit = str(opened.facts.get("commit") or head)
    text = str(
        opened.facts.get("motion") or f"Tag {commit[:7]} as {target.version}".replace("Tag  as", "Tag")
    )
    return Motion(
        _name(target), text, opened.at, kind, About.RELEASE,
        datetime.fromisoformat(closes) if closes else None, commit, opened.by, str(opened.facts.get("cosponsor") or ""),
        url=opened.url,
    )  # fmt: skip


def _in_talk(target: Target, kind: Kind, talk: Talk, head: str) -> Iterable[Motion]:
    """Every motion that stands on a line of its own in somebody's own words."""
    own = Comment(0, talk.by, talk.at, talk.body, talk.url)
    for comment in (own, *talk.comments):
        if OWN_MARK.search(comment.text):
            continue
        for line in spoken(comment.text):
            written = line.strip().strip("*#` ")
            subject = None if is_reply(written) else read_motion(written)
            if subject is not None and _names(subject.motion, target.version):
                closes = subject.closes or read_time(subject.closes_text)
                closes = closes if closes is not None and closes > comment.at else None
                yield Motion(
                    _name(target), subject.motion, comment.at, kind, About.RELEASE, closes, head, comment.by,
                    url=comment.url,
                )  # fmt: skip
                break


def _names(motion: str, version: str) -> bool:
    """Whether a motion names this version, however it is spelled."""
    return any(key(word.strip(PUNCTUATION)) == key(version) for word in motion.split())


def _name(target: Target) -> str:
    return target.repo.partition("/")[2]


def posts(
    talks: Sequence[Talk],
    rulings: Sequence[Ruling],
    polls: Sequence[tuple[Poll, str]],
    motion: Motion,
    words: Words,
    heads: Mapping[int, Heads],
) -> tuple[Post, ...]:
    """Everything that was posted on the motion, wherever; a comment is on the head that the pull request had then."""
    found = [post for talk in talks for post in posts_of_talk(talk, heads.get(talk.number, Heads()))]
    found += [post for each in rulings if each.act is Act.POSTS for post in posts_of_ruling(each)]
    for poll, url in polls:
        if poll.opened_at >= motion.opened_at and _names(poll.question, _version(motion)):
            found += posts_of_poll(poll, words, url)
    return tuple(found)


def _version(motion: Motion) -> str:
    named = (word.strip(PUNCTUATION) for word in motion.text.split())
    return next((word for word in named if key(word)[0] >= 0), "")


def posts_of_talk(talk: Talk, heads: Heads) -> tuple[Post, ...]:
    """The comments and reviews of an issue or pull request; Tallyman's own are none."""
    return tuple(
        Post(
            each.by, each.at, COMMAND.sub("", each.text), each.commit or heads.at(each.at), each.url, each.edited_at,
            tuple((at, COMMAND.sub("", text)) for at, text in each.earlier), each.review,
        )
        for each in talk.comments
        if not OWN_MARK.search(each.text) and each.review != "PENDING"
    )  # fmt: skip


def posts_of_ruling(ruling: Ruling) -> tuple[Post, ...]:
    """The ballots that somebody brought from elsewhere, such as a mailing list."""
    return tuple(
        Post(
            str(row["by"]), datetime.fromisoformat(row["at"]), str(row["text"]), str(row.get("commit") or ""),
            str(row.get("url") or ""),
            datetime.fromisoformat(row["edited_at"]) if row.get("edited_at") else None,
            tuple((datetime.fromisoformat(at), str(text)) for at, text in row.get("earlier", ())),
            str(row.get("review") or ""),
        )
        for row in ruling.facts.get("posts", ())
    )  # fmt: skip


def early(rulings: Sequence[Ruling], motion: Motion) -> Early | None:
    """A person's word that the motion may be adopted before its window ends; the last one since the opening."""
    said = [each for each in rulings if each.act is Act.CLOSE and each.at >= motion.opened_at]
    last = max(said, key=lambda each: each.at, default=None)
    return Early(last.by, last.why) if last else None


def resolutions(rulings: Sequence[Ruling]) -> tuple[Resolution, ...]:
    return tuple(
        Resolution(each.about, each.by, each.at, each.why, each.url)
        for each in rulings
        if each.act is Act.RESOLVE
    )


def is_hidden(rulings: Sequence[Ruling]) -> bool:
    """Whether the vote is under embargo until a person lifts that."""
    return any(each.about.casefold() == "vote" for each in standing(rulings, Act.EMBARGO))
