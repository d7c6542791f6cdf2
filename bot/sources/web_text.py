"""One text from the web: asked for with its ETag, in bounds of size and time, and refused in words when it is private."""

import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from urllib.parse import SplitResult, parse_qs, urljoin, urlsplit, urlunsplit

import requests
import urllib3
from requests.auth import HTTPBasicAuth

from bot.model.errors import BadInput, WorldFailed, WrongRequest

SIGN_IN = re.compile(r"/(?:login|signin|sign_in|ServiceLogin)(?:[/?]|$)", re.IGNORECASE)
HACKMD_VIEWS = re.compile(r"/(?:edit|view|both|publish)$")
GOOGLE_DOCUMENT = re.compile(r"/document/(?:u/\d+/)?d/([\w-]+)")
WEB_PAGE = re.compile(
    rb"\s{0,200}(?:<!--.{0,500}?-->\s{0,200})?<(?:!doctype html|html)\b", re.IGNORECASE | re.DOTALL
)
CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one fetch: bytes, seconds to connect, of silence and in all, redirects."""

    size: int
    connect: float = 10.0
    silence: float = 30.0
    total: float = 90.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """`source` is the address as it was given, without a password and without what stands behind `#`."""

    source: str
    raw: bytes
    version: str


def fetch(address: str, seen: Mapping[str, str], limits: Limits) -> Fetched | None:
    """The text at an http(s) address; None when it is the version that was seen.

    Raises WrongRequest (private, not there, no text, too large, no such kind of address) and WorldFailed.
    """
    source = public(address)
    version = seen.get(source, "")
    headers = {"User-Agent": "tallyman", "Accept": "text/markdown, text/plain;q=0.9, */*;q=0.5"}
    if version and not version.startswith("sha256:"):
        headers["If-None-Match"] = version
    try:
        with requests.Session() as session:
            answer = _follow(session, text_address(address), headers, limits, source)
            with answer:
                if answer.status_code == 304:
                    return None
                _check(answer, source)
                raw = _body(answer, limits, source)
    except requests.exceptions.SSLError:
        raise WorldFailed(
            f"{source} could not prove who it is", do="check the address and the certificates"
        ) from None
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError):
        raise BadInput(f"{source} is no address", do="check it for mistakes") from None
    except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError):
        raise WorldFailed(f"{source} did not answer in time", do="try again later") from None
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as failed:
        raise WorldFailed(
            f"{source} cannot be reached ({_reason(failed)})", do="check the network and the address"
        ) from None
    if WEB_PAGE.match(raw):
        raise WrongRequest(
            f"{source} answers with a web page, not with Markdown",
            do="give the address of the Markdown itself, or share the page with everybody who has the link",
        )
    found = answer.headers.get("ETag") or f"sha256:{sha256(raw).hexdigest()}"
    return None if found == version else Fetched(source, raw, found)


def public(address: str) -> str:
    """The address as it may be shown."""
    parts = _parts(address)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, f"{host}{port}", parts.path, parts.query, ""))


def text_address(address: str) -> str:
    """Where the Markdown of a page is, for the places that have it at another address than the page that people see."""
    parts = _parts(address)
    host, path, query = parts.hostname or "", parts.path.rstrip("/"), parts.query
    if host == "hackmd.io" and path.count("/") >= 1 and not path.endswith("/download"):
        path, query = f"{HACKMD_VIEWS.sub('', path)}/download", ""
    elif host == "docs.google.com" and (document := GOOGLE_DOCUMENT.search(path)) is not None:
        tab = parse_qs(query).get("tab", [""])[0]
        path, query = f"/document/d/{document[1]}/export", f"format=md{f'&tab={tab}' if tab else ''}"
    elif host == "github.com" and (blob := re.fullmatch(r"/([^/]+/[^/]+)/blob/(.+)", path)) is not None:
        return f"https://raw.githubusercontent.com/{blob[1]}/{blob[2]}"
    elif host == "gist.github.com" and re.fullmatch(r"/[^/]+/[0-9a-f]+", path):
        path = f"{path}/raw"
    elif "/-/blob/" in path:
        path = path.replace("/-/blob/", "/-/raw/", 1)
    else:
        path = parts.path
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address.strip())
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or True)
    except ValueError:
        is_web = False
    if not is_web:
        raise BadInput(
            f"{address} is no address of the web", do="notes are read from http:// and https:// addresses"
        )
    return parts


def _follow(
    session: requests.Session, url: str, headers: Mapping[str, str], limits: Limits, source: str
) -> requests.Response:
    """The answer behind redirects, which lead neither to files, nor from a safe address to an unsafe one, nor inside."""
    for _ in range(limits.redirects + 1):
        answer = session.get(
            url, headers=dict(headers), stream=True, allow_redirects=False, timeout=(limits.connect, limits.silence),
            auth=_as_the_address_says,
        )  # fmt: skip
        if not answer.is_redirect:
            return answer
        with answer:
            following = urljoin(url, answer.headers["Location"])
        _check_step(url, following, source)
        url = following
    raise WorldFailed(
        f"{source} sends from one address to the next and never answers", do="check the address"
    )


def _as_the_address_says(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Signs in with the password that the address itself holds, and never with what ~/.netrc holds for its host."""
    name, password = requests.utils.get_auth_from_url(request.url or "")
    return HTTPBasicAuth(name, password)(request) if name or password else request


def _check_step(url: str, following: str, source: str) -> None:
    before, after = urlsplit(url), urlsplit(following)
    if after.scheme not in ("http", "https"):
        raise WrongRequest(
            f"{source} leads to a {after.scheme}: address, which is not followed", do="check the address"
        )
    if SIGN_IN.search(after.path) or (after.hostname or "").startswith("accounts."):
        raise _private(source)
    if before.scheme == "https" and after.scheme == "http":
        raise WrongRequest(
            f"{source} leads from https to http, which is not followed", do="check the address"
        )
    if is_inside(after.hostname or "") and not is_inside(before.hostname or ""):
        raise WrongRequest(f"{source} leads into this network, which is not followed", do="check the address")


def is_inside(host: str) -> bool:
    """Whether a host is this machine or a private network, by what its name resolves to."""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return False  # it will fail to answer, in words
    return any(not ipaddress.ip_address(str(address).partition("%")[0]).is_global for address in found)


def _check(answer: requests.Response, source: str) -> None:
    status = answer.status_code
    if status in (401, 403):
        raise _private(source)
    if status in (404, 410):
        raise WrongRequest(
            f"there is nothing at {source}, or it is private",
            do="check the address, and share the page with everybody who has the link",
        )
    if status == 429:
        wait = answer.headers.get("Retry-After", "")
        raise WorldFailed(
            f"{source} asks for fewer requests",
            do=f"try again in {wait} seconds" if wait.isdecimal() else "try again later",
        )
    if status != 200:
        raise WorldFailed(f"{source} answered {status}", do="try again later")


def _private(source: str) -> WrongRequest:
    return WrongRequest(
        f"{source} is private",
        do="share the page with everybody who has the link, or keep the notes in a repository",
    )


def _body(answer: requests.Response, limits: Limits, source: str) -> bytes:
    """The whole text; counted as it unfolds, for a small packed one may be a large one."""
    deadline = monotonic() + limits.total
    parts: list[bytes] = []
    size = 0
    while chunk := answer.raw.read1(
        CHUNK, decode_content=True
    ):  # what is there, so that a trickle meets the deadline
        size += len(chunk)
        if size > limits.size:
            raise WrongRequest(
                f"{source} has more than {limits.size // 1_000_000} MB",
                do="take pictures out of it, or split it",
            )
        if monotonic() > deadline:
            raise WorldFailed(f"{source} did not answer in time", do="try again later")
        parts.append(chunk)
    return b"".join(parts)


def _reason(failed: Exception) -> str:
    text = str(failed)
    for known in (
        "Connection refused",
        "Name or service not known",
        "Connection reset",
        "closed connection",
        "Connection broken",
    ):
        if known in text:
            return known
    return type(failed).__name__
