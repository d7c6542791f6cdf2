"""Votes in mail: an mbox file, a Maildir, or a folder of single mails, put together to one motion for each thread."""

import mailbox
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from html import unescape
from pathlib import Path

from bot.judgement.subjects import MotionSubject, is_reply, one_line, read_motion, read_tally
from bot.model.ballot import About, Kind, Motion, Post
from bot.model.errors import WrongRequest

MOST_MAIL = 5_000_000  # bytes of one mail; a vote is short
ENDINGS = (".eml", ".mbox", ".mbx", ".txt")
COMMIT = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b")
ROSTER = re.compile(r"\bmaintainers?\b", re.I)
GOVERNANCE = re.compile(r"\b(?:governance|charter|amend\w*)\b", re.I)
RELEASE = re.compile(r"\b(?:tag|release|cut)\b|\bv?\d+\.\d+", re.I)
IDS = re.compile(r"<[^<>\s]{1,500}>")
BREAKS = re.compile(r"<(?:br|/p|/div|/li|/tr|/h\d|/blockquote)\b[^>]{0,200}>", re.I)
QUOTES = re.compile(r"<(blockquote|style|script|head)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
TAGS = re.compile(r"<[^>]{0,1000}>")


@dataclass(frozen=True, slots=True)
class Thread:
    """A motion as it was voted on by mail. `tallies` are the lines in which somebody counted it."""

    motion: Motion
    posts: tuple[Post, ...]
    tallies: tuple[str, ...] = ()
    closes_text: str = ""  # the closing time as written, when it could not be read


@dataclass(frozen=True, slots=True)
class Mail:
    """What of a mail matters here."""

    id: str
    parents: frozenset[str]
    subject: str
    by: str
    at: datetime
    text: str
    url: str
    is_private: bool


def read_votes(path: Path, kind: Kind = Kind.SPEC) -> tuple[tuple[Thread, ...], int]:
    """The votes in a mailbox by the time of their opening, and how many mails could not be read.

    Raises WrongRequest for a path that is no mailbox.
    """
    mails, unread = [], 0
    for raw in _raw(path):
        mail = _mail(raw)
        unread += mail is None
        if mail is not None:
            mails.append(mail)
    return _threads(mails, kind), unread


def _threads(mails: Iterable[Mail], kind: Kind) -> tuple[Thread, ...]:
    """A mail belongs to the motion it answers, by its references; without any, to the newest motion of its subject before it."""
    motions: list[tuple[Mail, MotionSubject]] = []
    members: dict[str, list[Mail]] = {}
    thread_of: dict[str, str] = {}
    by_subject: dict[tuple[str, str], str] = {}
    ordered = sorted({mail.id: mail for mail in sorted(mails, key=_when)}.values(), key=_when)
    for mail in ordered:
        found = read_motion(mail.subject)
        key = (found.project.casefold(), found.motion.casefold()) if found else None
        home = next((thread_of[parent] for parent in sorted(mail.parents) if parent in thread_of), None)
        if home is None and found is not None and key is not None:
            if is_reply(mail.subject) and key in by_subject:
                home = by_subject[key]
            else:
                home = by_subject[key] = mail.id
                motions.append((mail, found))
        elif home is None and (counted := read_tally(mail.subject)) is not None:
            home = by_subject.get((counted.project.casefold(), counted.motion.casefold()))
        if home is not None:
            thread_of[mail.id] = home
            members.setdefault(home, []).append(mail)
    return tuple(_thread(root, subject, members[root.id], kind) for root, subject in motions)


def _when(mail: Mail) -> tuple[datetime, str]:
    return (mail.at, mail.id)


def _thread(root: Mail, subject: MotionSubject, mails: list[Mail], kind: Kind) -> Thread:
    is_private = any(mail.is_private for mail in mails)
    commit = COMMIT.search(subject.motion)
    closes = subject.closes if subject.closes is not None and subject.closes > root.at else None
    motion = Motion(
        subject.project or "unnamed",
        subject.motion,
        root.at,
        kind,
        About.SECURITY if is_private else _about(subject.motion),
        closes,
        commit[0] if commit else "",
        root.by,
        url=root.url,
    )
    posts = tuple(
        Post(mail.by, mail.at, mail.text, "", mail.url) for mail in mails if read_tally(mail.subject) is None
    )
    tallies = tuple(one_line(mail.subject) for mail in mails if read_tally(mail.subject) is not None)
    return Thread(motion, posts, tallies, subject.closes_text if closes is None else "")


def _about(motion: str) -> About:
    """What a motion is about, for the exceptions that hold for releases alone; in doubt it is something else."""
    if ROSTER.search(motion):
        return About.ROSTER
    if GOVERNANCE.search(motion):
        return About.GOVERNANCE
    return About.RELEASE if RELEASE.search(motion) else About.OTHER


def _raw(path: Path) -> Iterator[bytes]:
    """Every mail of a mailbox as its bytes; one that is too large is empty, and so counts as unread."""
    try:
        if path.is_dir() and (path / "cur").is_dir():
            yield from (_read(file) for part in ("cur", "new") for file in _files(path / part))
        elif path.is_dir():
            for file in _files(path):
                if file.suffix.lower() in ENDINGS:
                    yield from _of_file(file)
        else:
            yield from _of_file(path)
    except (OSError, ValueError, mailbox.Error) as failed:
        raise WrongRequest(
            f"{path} cannot be read ({getattr(failed, 'strerror', None) or failed})",
            do="give an mbox file, a Maildir or a folder of mails",
        ) from None


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith(".")) if folder.is_dir() else []  # fmt: skip


def _of_file(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        is_mbox = opened.read(5) == b"From "
    if not is_mbox:
        yield _read(file)
        return
    box = mailbox.mbox(file, create=False)
    try:
        for key in box.iterkeys():
            with box.get_file(key) as mail:
                raw = mail.read(MOST_MAIL + 1)
                yield raw if len(raw) <= MOST_MAIL else b""
    finally:
        box.close()


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        raw = opened.read(MOST_MAIL + 1)
    return raw if len(raw) <= MOST_MAIL else b""


def _mail(raw: bytes) -> Mail | None:
    """One mail; None when it has no author or no date, or is so broken that nothing is sure."""
    try:
        found = message_from_bytes(raw, policy=policy.default)
        at = parsedate_to_datetime(str(found["Date"]))
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        names = getaddresses([str(found["From"] or "")])
        if not names or not names[0][1] or not isinstance(found, EmailMessage):
            return None
        to = getaddresses([str(found[name] or "") for name in ("To", "Cc")])
        return Mail(
            one_line(str(found["Message-ID"] or "")) or f"<{at.isoformat()}-{names[0][1]}>",
            frozenset(IDS.findall(f"{found['References'] or ''} {found['In-Reply-To'] or ''}")),
            one_line(str(found["Subject"] or "")),
            f"{one_line(names[0][0])} <{names[0][1]}>" if names[0][0] else names[0][1],
            at,
            _body(found),
            _address(str(found["Archived-At"] or "")),
            any(address.lower().startswith("security@") for _, address in to),
        )
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError, MessageError):
        return None  # the standard library answers broken mail with any of these


def _address(text: str) -> str:
    url = text.strip().strip("<>")
    return url if re.fullmatch(r"https?://[^\s<>\"]{1,500}", url) else ""


def _body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain", "html"))
    if part is None:
        return ""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    try:
        text = raw.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:  # a charset that nobody knows
        text = raw.decode("latin-1")
    return _plain(text) if part.get_content_subtype() == "html" else text


def _plain(html: str) -> str:
    """The words of an HTML mail without what it quotes."""
    return unescape(TAGS.sub("", BREAKS.sub("\n", QUOTES.sub("\n", html)))).replace("\xa0", " ")
