"""Votes by mail: threads as mail programs really write them, in an mbox, a Maildir or a folder."""

import mailbox
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.ballot import About, Kind
from bot.model.errors import WrongRequest
from bot.sources.mailbox import MOST_MAIL, Thread, read_votes

SUBJECT = "[runtime-spec VOTE]: Tag 0647920 as 1.0.0-rc (closes 2016-06-03 20:00 UTC)"
TALLY = "[runtime-spec adopted]: Tag 0647920 as 1.0.0-rc (+6 -0 #3)"


def mail(
    n: int, who: str, text: str, subject: str = f"Re: {SUBJECT}", *, to: int | None = 1, **heads: str
) -> EmailMessage:
    made = EmailMessage()
    made["From"] = f"{who.title()} <{who}@example.org>"
    made["To"] = heads.pop("To", "dev@example.org")
    made["Subject"] = subject
    made["Date"] = format_datetime(datetime(2016, 5, 27, 20, n, tzinfo=UTC))
    made["Message-ID"] = f"<{n}@example.org>"
    if to is not None:
        made["In-Reply-To"] = f"<{to}@example.org>"
    for name, value in heads.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def opening(subject: str = SUBJECT, n: int = 1, **heads: str) -> EmailMessage:
    return mail(n, "ada", "Please respond LGTM or REJECT (with reasoning).", subject, to=None, **heads)


def mbox(path: Path, mails: list[EmailMessage]) -> Path:
    box = mailbox.mbox(path)
    for each in mails:
        box.add(each)
    box.close()
    return path


def read(tmp_path: Path, *mails: EmailMessage) -> tuple[Thread, ...]:
    return read_votes(mbox(tmp_path / "box.mbox", list(mails)))[0]


def test_a_thread_is_a_motion_with_its_posts(tmp_path: Path) -> None:
    (thread,) = read(
        tmp_path,
        opening(Archived_At="<https://lists.example.org/1>"),
        mail(2, "bo", "> Please respond LGTM\n\nLGTM\n"),
        mail(3, "cy", "LGTM", to=2),
        mail(9, "bo", "Thanks all!", TALLY),
    )
    assert (thread.motion.project, thread.motion.text, thread.motion.commit) == (
        "runtime-spec",
        "Tag 0647920 as 1.0.0-rc",
        "0647920",
    )
    assert (thread.motion.opened_at, thread.motion.closes_at) == (
        datetime(2016, 5, 27, 20, 1, tzinfo=UTC),
        datetime(2016, 6, 3, 20, tzinfo=UTC),
    )
    assert (thread.motion.proposer, thread.motion.url) == (
        "Ada <ada@example.org>",
        "https://lists.example.org/1",
    )
    assert [post.by for post in thread.posts] == [
        "Ada <ada@example.org>",
        "Bo <bo@example.org>",
        "Cy <cy@example.org>",
    ]
    assert thread.posts[1].text == "> Please respond LGTM\n\nLGTM\n"
    assert thread.tallies == (TALLY,)


@pytest.mark.parametrize("form", ["mbox", "maildir", "folder", "one mail"])
def test_every_form_of_a_mailbox_is_read(tmp_path: Path, form: str) -> None:
    mails = [opening(), mail(2, "bo", "LGTM")]
    place = tmp_path / "box"
    if form == "mbox":
        mbox(place, mails)
    elif form == "maildir":
        box = mailbox.Maildir(place)
        for each in mails:
            box.add(each)
    else:
        place.mkdir()
        for n, each in enumerate(mails):
            (place / f"{n}.eml").write_bytes(each.as_bytes())
        (place / "notes.md").write_text("no mail")
        place = place / "0.eml" if form == "one mail" else place
    threads, unread = read_votes(place)
    assert [len(thread.posts) for thread in threads] == [1 if form == "one mail" else 2]
    assert unread == 0


def test_a_reply_that_lost_its_references_is_found_by_its_subject(tmp_path: Path) -> None:
    (thread,) = read(tmp_path, opening(), mail(2, "bo", "LGTM", f"RE: [oci-dev] {SUBJECT}", to=None), mail(3, "cy", "LGTM", "Re: something else", to=99))  # fmt: skip
    assert [post.by for post in thread.posts] == ["Ada <ada@example.org>", "Bo <bo@example.org>"]


def test_the_same_mail_twice_is_one(tmp_path: Path) -> None:
    (thread,) = read(tmp_path, opening(), mail(2, "bo", "LGTM"), mail(2, "bo", "LGTM"), opening())
    assert len(thread.posts) == 2


def test_two_votes_are_two_motions_whatever_the_order_of_the_file(tmp_path: Path) -> None:
    other = "[runc VOTE] add cy as maintainer (closes soon)"
    threads = read(tmp_path, mail(4, "bo", "LGTM", to=3), mail(2, "bo", "LGTM"), opening(other, 3), opening())
    assert [(thread.motion.project, len(thread.posts)) for thread in threads] == [
        ("runtime-spec", 2),
        ("runc", 2),
    ]
    assert (threads[1].motion.closes_at, threads[1].closes_text) == (None, "soon")


@pytest.mark.parametrize(
    ("motion", "about"),
    [
        pytest.param("Tag 0647920 as 1.0.0-rc", About.RELEASE, id="a tag"),
        pytest.param("release v1.3", About.RELEASE, id="a release"),
        pytest.param("Add cy as a maintainer for 1.3", About.ROSTER, id="a maintainer"),
        pytest.param("amend the governance", About.GOVERNANCE, id="governance"),
        pytest.param("move to another list", About.OTHER, id="anything else"),
    ],
)
def test_what_a_motion_is_about(tmp_path: Path, motion: str, about: About) -> None:
    (thread,) = read_votes(
        mbox(tmp_path / "b", [opening(f"[runc VOTE]: {motion} (closes 2016-06-03)")]), Kind.PROJECT
    )[0]
    assert (thread.motion.about, thread.motion.kind) == (about, Kind.PROJECT)


def test_a_vote_on_the_private_list_is_hidden(tmp_path: Path) -> None:
    assert [t.motion.is_hidden for t in read(tmp_path, opening(To="security@example.org"))] == [True]


def test_a_thread_that_was_copied_to_the_private_list_is_hidden(tmp_path: Path) -> None:
    (thread,) = read(tmp_path, opening(), mail(2, "bo", "LGTM", Cc="Everybody <Security@example.org>"))
    assert thread.motion.is_hidden


def test_html_and_other_alphabets_are_read(tmp_path: Path) -> None:
    page = mail(2, "bo", "x")
    page.set_content(
        "<p>LGTM&nbsp;&#128640;</p><blockquote>REJECT</blockquote><style>LGTM</style>", subtype="html"
    )
    odd = mail(3, "cy", "x")
    odd.set_payload(b"LGTM \xe9")
    odd.replace_header("Content-Type", 'text/plain; charset="klingon"')
    both = mail(4, "dee", "LGTM")
    both.add_alternative("<p>REJECT</p>", subtype="html")
    (thread,) = read(
        tmp_path,
        opening("=?utf-8?q?=5Bruntime-spec_VOTE=5D=3A_Tag_it_=28closes_2016-06-03=29?="),
        page,
        odd,
        both,
    )
    assert thread.motion.text == "Tag it"
    assert [post.text.strip() for post in thread.posts[1:]] == ["LGTM \U0001f680", "LGTM é", "LGTM"]


def test_what_is_no_mail_is_counted(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "a.eml").write_bytes(opening().as_bytes())
    (folder / "b.eml").write_bytes(b"nothing of a mail")
    (folder / "c.eml").write_bytes(b"From: a@b.c\nDate: yesterday\nSubject: x\n\n")
    (folder / "d.eml").write_bytes(b"Subject: x\n" + b"x" * (MOST_MAIL + 1))
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3_000))
    (folder / "e.eml").write_text("From: a@b.c\nDate: Fri, 27 May 2016 20:00:00 +0000\n" + deep)
    threads, unread = read_votes(folder)
    assert len(threads) == 1
    assert unread >= 3


def test_a_path_that_is_no_mailbox_is_said(tmp_path: Path) -> None:
    with pytest.raises(WrongRequest, match="cannot be read"):
        read_votes(tmp_path / "none")
    assert read_votes(tmp_path) == ((), 0)


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.mbox"
    file.write_bytes(
        b"From ada Fri May 27 20:00:00 2016\nFrom: a@b.c\nDate: Fri, 27 May 2016 20:00:00 +0000\n" + raw
    )
    read_votes(file)
