"""One file behind GitHub's redirect: in bounds of size and time, and with the token for GitHub alone."""

import json
from time import monotonic
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3
from github import GithubException

from bot.sources.web_text import is_inside

API_VERSION = "2022-11-28"
CHUNK = 65_536
MOST_SAID = 100_000  # bytes of an error document
MOST_STEPS = 5  # GitHub makes one to codeload.github.com, and one more for a repository that was renamed
MOST_SECONDS = 300.0  # a trickle ends here; `timeout` is only how long the server may be silent


class TooLarge(Exception):
    """The file has more bytes than was allowed; the rest is not read."""

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most} bytes")
        self.most = most


def download(api: str, path: str, token: str | None, timeout: int, most: int) -> bytes:
    """The bytes at a path of the API.

    Raises GithubException for an answer that is no success, RuntimeError for a redirect that is not followed, TooLarge, and
    requests' own exceptions.
    """
    url = f"{api}{path}"
    with requests.Session() as session:
        for _ in range(MOST_STEPS):
            answer = _ask(session, url, token if _is_same(url, api) else None, timeout)
            with answer:
                if not answer.is_redirect:
                    return _body(answer, most)
                following = urljoin(url, answer.headers["Location"])
            _check_step(urlsplit(url), urlsplit(following))
            url = following
    raise RuntimeError("it sends from one address to the next")


def _ask(session: requests.Session, url: str, token: str | None, timeout: int) -> requests.Response:
    headers = {"User-Agent": "tallyman", "X-GitHub-Api-Version": API_VERSION}

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        """With our token or not at all: never with what ~/.netrc holds for the host."""
        if token:
            request.headers["Authorization"] = f"token {token}"
        return request

    return session.get(url, headers=headers, stream=True, allow_redirects=False, timeout=timeout, auth=sign)


def _is_same(url: str, api: str) -> bool:
    return urlsplit(url)[:2] == urlsplit(api)[:2]


def _check_step(before: SplitResult, after: SplitResult) -> None:
    if after.scheme not in ("http", "https") or (before.scheme, after.scheme) == ("https", "http"):
        raise RuntimeError("it leads from a safe address to an unsafe one")
    if is_inside(after.hostname or "") and not is_inside(before.hostname or ""):
        raise RuntimeError("it leads into this network")


def _body(answer: requests.Response, most: int) -> bytes:
    """The whole file, counted as it unfolds."""
    if answer.status_code != 200:
        raise GithubException(
            answer.status_code,
            _document(answer),
            {name.lower(): value for name, value in answer.headers.items()},
        )
    deadline = monotonic() + MOST_SECONDS
    parts: list[bytes] = []
    size = 0
    try:
        while chunk := answer.raw.read1(CHUNK, decode_content=True):
            size += len(chunk)
            if size > most:
                raise TooLarge(most)
            if monotonic() > deadline:
                raise requests.exceptions.Timeout("timed out")
            parts.append(chunk)
    except urllib3.exceptions.TimeoutError:
        raise requests.exceptions.Timeout("timed out") from None
    except urllib3.exceptions.HTTPError as failed:
        raise requests.exceptions.ChunkedEncodingError(str(failed)) from None
    promised = answer.headers.get("Content-Length", "")
    if promised.isdecimal() and "Content-Encoding" not in answer.headers and size < int(promised):
        raise requests.exceptions.ChunkedEncodingError("the connection was cut")
    return b"".join(parts)


def _document(answer: requests.Response) -> object:
    """GitHub's error document; nothing of what is none."""
    try:
        return json.loads(answer.raw.read(MOST_SAID, decode_content=True))
    except (ValueError, urllib3.exceptions.HTTPError):
        return {}
