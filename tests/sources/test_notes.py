"""Notes are read from folders, files, git checkouts and the web; what cannot be read is said in words."""

import gzip
import os
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.model.errors import BadInput, TallymanError, WorldFailed, WrongRequest
from bot.sources.notes import Page, in_text, read_pages
from bot.sources.web_text import Limits, is_inside, public, text_address
from tests.skips import skip_tool
from tests.sources.pages import Answer, Pages, serving, within

TEXT = "## 2026-06-03\n\n- the gate squeaks\n"
QUICK = Limits(size=1_000_000, connect=1, silence=0.3, total=0.6)


@pytest.fixture(name="web")
def _web() -> Iterator[Pages]:
    with serving() as pages:
        yield pages


def one(where: str, seen: dict[str, str] | None = None) -> Page:
    (page,) = read_pages(where, seen, limits=QUICK)
    return page


# --- on disk


def test_a_folder_gives_its_markdown(tmp_path: Path) -> None:
    for name in (
        "b.md",
        "2026/a.MD",
        "2026/c.markdown",
        "d.txt",
        ".hidden/e.md",
        "node_modules/f.md",
        ".g.md",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert [(page.source, page.text) for page in read_pages(str(tmp_path))] == [
        ("b.md", "b.md"),
        ("2026/a.MD", "2026/a.MD"),
        ("2026/c.markdown", "2026/c.markdown"),
    ]


def test_only_what_changed_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one")
    (tmp_path / "b.md").write_text("two")
    seen = {page.source: page.version for page in read_pages(str(tmp_path))}
    assert read_pages(str(tmp_path), seen) == ()
    (tmp_path / "b.md").write_text("three")
    assert [page.text for page in read_pages(str(tmp_path), seen)] == ["three"]


def test_a_file_of_a_git_checkout_is_named_by_its_path_in_it(tmp_path: Path) -> None:
    git = skip_tool("git")
    subprocess.run([git, "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / "notes" / "2026").mkdir(parents=True)
    (tmp_path / "notes" / "2026" / "weekly.md").write_text(TEXT)
    assert one(str(tmp_path / "notes" / "2026" / "weekly.md")).source == "notes/2026/weekly.md"
    assert one(str(tmp_path / "notes")).source == "notes/2026/weekly.md"
    assert one(str(tmp_path)).text == TEXT


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    inside = tmp_path / "notes"
    inside.mkdir()
    (inside / "a.md").write_text("a")
    (inside / "b.md").symlink_to(tmp_path / "secret.md")
    (inside / "loop").symlink_to(tmp_path)
    assert [page.text for page in read_pages(str(inside))] == ["a"]


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        pytest.param(
            "nowhere.md",
            "there is no {}/nowhere.md: give a folder, a Markdown file or an http(s) address",
            id="no file",
        ),
        pytest.param(
            "empty",
            "{}/empty has no Markdown in it: notes are files that end in .md or .markdown",
            id="an empty folder",
        ),
        pytest.param(
            "large.md", "{}/large.md has more than 1 MB: take pictures out of it, or split it", id="too large"
        ),
        pytest.param(
            "pipe.md", "{}/pipe.md is no file: give a Markdown file or a folder of them", id="a pipe"
        ),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, where: str, sentence: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "large.md").write_bytes(b"x" * 1_000_001)
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(BadInput) as failed:
        read_pages(str(tmp_path / where), limits=QUICK)
    assert str(failed.value) == sentence.format(tmp_path)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param(b"caf\xc3\xa9", "café", id="UTF-8"),
        pytest.param(b"\xef\xbb\xbfcaf\xc3\xa9", "café", id="UTF-8 with a mark"),
        pytest.param("café".encode("utf-16"), "café", id="UTF-16"),
        pytest.param(b"caf\xe9 \x93so\x94", "café “so”", id="what Windows wrote"),
        pytest.param(b"\x00\xff\xfe\x81", "ÿþ\ufffd", id="anything"),
    ],
)
def test_bytes_become_text(raw: bytes, text: str) -> None:
    assert in_text(raw) == text


# --- on the web


def test_a_page_is_read_and_asked_for_by_its_tag(web: Pages) -> None:
    web.answers["/notes.md"] = Answer(
        TEXT.encode(), headers={"ETag": '"one"', "Content-Type": "text/markdown"}
    )
    page = one(f"{web.address}/notes.md")
    assert (page.text, page.version) == (TEXT, '"one"')
    seen = {page.source: page.version}
    assert read_pages(f"{web.address}/notes.md", seen, limits=QUICK) == ()
    assert web.asked[-1][1]["If-None-Match"] == '"one"'
    web.answers["/notes.md"] = Answer(b"new", headers={"ETag": '"two"'})
    assert one(f"{web.address}/notes.md", seen).text == "new"


def test_a_page_without_a_tag_is_known_by_its_text(web: Pages) -> None:
    web.answers["/notes.md"] = Answer(TEXT.encode())
    page = one(f"{web.address}/notes.md")
    assert read_pages(f"{web.address}/notes.md", {page.source: page.version}, limits=QUICK) == ()
    assert "If-None-Match" not in web.asked[-1][1]


def test_a_packed_page_is_unpacked(web: Pages) -> None:
    web.answers["/notes.md"] = Answer(gzip.compress(TEXT.encode()), headers={"Content-Encoding": "gzip"})
    assert one(f"{web.address}/notes.md").text == TEXT


def test_redirects_are_followed_and_the_source_stays(web: Pages) -> None:
    web.answers["/old.md"] = Answer(status=302, headers={"Location": "/new.md"})
    web.answers["/new.md"] = Answer(TEXT.encode())
    page = one(f"{web.address}/old.md#here")
    assert (page.source, page.text) == (f"{web.address}/old.md", TEXT)


def test_a_password_in_the_address_is_used_and_not_shown(web: Pages) -> None:
    where = web.address.replace("http://", "http://ada:secret@") + "/notes.md"
    with pytest.raises(WrongRequest) as failed:
        read_pages(where, limits=QUICK)
    assert "secret" not in str(failed.value)
    web.answers["/notes.md"] = Answer(status=302, headers={"Location": f"{web.address}/new.md"})
    web.answers["/new.md"] = Answer(TEXT.encode())
    assert one(where).source == f"{web.address}/notes.md"
    sent = [headers.get("Authorization", "") for _, headers in web.asked[-2:]]
    assert sent == ["Basic " + b64encode(b"ada:secret").decode(), ""]


def test_what_netrc_says_is_not_sent(web: Pages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ada password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    web.answers["/notes.md"] = Answer(TEXT.encode())
    one(f"{web.address}/notes.md")
    assert "Authorization" not in web.asked[-1][1]


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        pytest.param(Answer(status=403), WrongRequest, "is private: share the page", id="forbidden"),
        pytest.param(Answer(status=401), WrongRequest, "is private: share the page", id="not signed in"),
        pytest.param(Answer(status=404), WrongRequest, "there is nothing at", id="not there"),
        pytest.param(Answer(status=302, headers={"Location": "/login?next=/x"}), WrongRequest, "is private", id="to a sign-in"),
        pytest.param(Answer(status=302, headers={"Location": "http://accounts.example.org/x"}), WrongRequest, "is private", id="to a sign-in elsewhere"),
        pytest.param(Answer(status=302, headers={"Location": "file:///etc/passwd"}), WrongRequest, "leads to a file: address, which is not followed", id="to a file"),
        pytest.param(Answer(status=302, headers={"Location": "/x"}), WorldFailed, "sends from one address to the next", id="in a circle"),
        pytest.param(Answer(b"<!DOCTYPE html><p>hi"), WrongRequest, "answers with a web page, not with Markdown", id="a web page"),
        pytest.param(Answer(b"\n <!-- x -->\n<html lang=en>"), WrongRequest, "answers with a web page", id="a web page behind a comment"),
        pytest.param(Answer(b"x" * 1_000_001), WrongRequest, "has more than 1 MB", id="too large"),
        pytest.param(Answer(b"x" * 1_000_001, length=False), WrongRequest, "has more than 1 MB", id="too large without saying so"),
        pytest.param(Answer(gzip.compress(b"x" * 50_000_000), headers={"Content-Encoding": "gzip"}), WrongRequest, "has more than 1 MB", id="too large unpacked"),
        pytest.param(Answer(b"junk", headers={"Content-Encoding": "gzip"}), WorldFailed, "cannot be reached", id="not what it says"),
        pytest.param(Answer(status=429, headers={"Retry-After": "7"}), WorldFailed, "asks for fewer requests: try again in 7 seconds", id="too many requests"),
        pytest.param(Answer(status=500), WorldFailed, "answered 500", id="a broken server"),
        pytest.param(Answer(b"abcdef", cut=3), WorldFailed, "cannot be reached", id="cut off"),
        pytest.param(Answer(b"abcdef", silence=5), WorldFailed, "did not answer in time", id="silence"),
        pytest.param(Answer(b"a" * 100, trickle=0.05), WorldFailed, "did not answer in time", id="a trickle"),
    ],
)  # fmt: skip
def test_what_a_server_does_wrong_is_said(
    web: Pages, answer: Answer, error: type[TallymanError], words: str
) -> None:
    web.answers["/x"] = answer
    started = time.monotonic()
    with pytest.raises(error) as failed:
        read_pages(f"{web.address}/x", limits=QUICK)
    assert words in str(failed.value)
    assert within(4, started)


def test_a_server_that_is_not_there_is_said() -> None:
    with serving() as pages:
        where = pages.address
    with pytest.raises(WorldFailed, match="cannot be reached"):
        read_pages(where, limits=QUICK)


@pytest.mark.parametrize(
    "where",
    [
        "file:///etc/passwd",
        "file:notes.md",
        "ftp://example.org/a",
        "http://",
        "http://[::1",
        "http://a:b:c/d",
        "gopher://x",
    ],
)
def test_other_addresses_are_refused(where: str) -> None:
    with pytest.raises(BadInput, match="no address of the web"):
        read_pages(where)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        pytest.param("https://hackmd.io/El8D", "https://hackmd.io/El8D/download", id="HackMD"),
        pytest.param("https://hackmd.io/El8D?view#July", "https://hackmd.io/El8D/download", id="HackMD, shown"),
        pytest.param("https://hackmd.io/@quay/weekly/edit", "https://hackmd.io/@quay/weekly/download", id="HackMD, edited"),
        pytest.param("https://hackmd.io/s/El8D/download", "https://hackmd.io/s/El8D/download", id="HackMD, as it is"),
        pytest.param(
            "https://docs.google.com/document/d/1_w7/edit?tab=t.0#heading=h.k",
            "https://docs.google.com/document/d/1_w7/export?format=md&tab=t.0",
            id="Google Docs",
        ),
        pytest.param(
            "https://docs.google.com/document/u/1/d/1_w7/view", "https://docs.google.com/document/d/1_w7/export?format=md", id="Google Docs of another account"
        ),
        pytest.param(
            "https://github.com/quay/harbour/blob/main/notes/2026.md",
            "https://raw.githubusercontent.com/quay/harbour/main/notes/2026.md",
            id="GitHub",
        ),
        pytest.param("https://gist.github.com/ada/0ff1ce", "https://gist.github.com/ada/0ff1ce/raw", id="a gist"),
        pytest.param(
            "https://git.example.org/quay/harbour/-/blob/main/a.md", "https://git.example.org/quay/harbour/-/raw/main/a.md", id="GitLab"
        ),
        pytest.param("https://notes.example.org/x/?a=b", "https://notes.example.org/x/?a=b", id="anywhere else"),
    ],
)  # fmt: skip
def test_the_markdown_of_a_page_is_asked_for(given: str, asked: str) -> None:
    assert text_address(given) == asked


def test_an_address_is_shown_without_what_is_private() -> None:
    assert public("https://ada:secret@example.org:8443/a?b=c#d") == "https://example.org:8443/a?b=c"


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("169.254.169.254", True),
        ("::1", True),
        ("8.8.8.8", False),
        ("2001:4860:4860::8888", False),
    ],
)
def test_an_inside_host_is_known(host: str, inside: bool) -> None:
    assert is_inside(host) is inside
