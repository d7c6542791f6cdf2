"""Commits on GitHub: those of a pull request with their sign-offs, the branch as of a moment, and what a commit changes."""

import hashlib
import re
from datetime import UTC, datetime
from urllib.parse import quote

from bot.model.repository import Change, Commit
from bot.sources.gateway import Gateway, Raw

SIGNED = re.compile(r"^Signed-off-by:\s*[^<\n]*<([^<>\s]+@[^<>\s]+)>\s*$", re.M | re.I)
HUNK = re.compile(r"^@@[^@\n]*@@.*$", re.M)  # where a change stands moves with a rebase; what it is does not
MOST_FILES = 300  # GitHub's most in one comparison: with that many nobody knows whether there are more


def read_commits(gateway: Gateway, base: str, number: int) -> tuple[Commit, ...]:
    """The commits of a pull request, oldest first (GitHub gives at most 250). Raises TrackerFailed."""
    return tuple(gateway.pages(f"{base}/pulls/{number}/commits", _commit))


def _commit(raw: Raw) -> Commit:
    commit = raw["commit"]
    people = [commit["author"], commit["committer"]]
    login = (raw.get("author") or {}).get("login")
    message = str(commit["message"])
    return Commit(
        str(raw["sha"]),
        message.partition("\n")[0][:300],
        str(login or people[0]["name"]),
        tuple(dict.fromkeys(str(person["email"]) for person in people)),
        tuple(dict.fromkeys(SIGNED.findall(message))),
        str(raw.get("html_url") or ""),
    )


def commit_before(gateway: Gateway, base: str, branch: str, moment: datetime) -> str:
    """The commit a branch stood at then; "" when it had none yet. Raises TrackerFailed."""
    until = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    path = f"{base}/commits?sha={quote(branch, safe='')}&until={until}&per_page=1"
    return gateway.get(path, lambda raw: _first(raw))


def _first(raw: object) -> str:
    if not isinstance(raw, list):
        raise TypeError("not a list")
    return str(raw[0]["sha"]) if raw else ""


def read_change(gateway: Gateway, base: str, branch: str, sha: str) -> Change:
    """What a commit changes from where it left the branch, as a fingerprint without line numbers and blanks, as git's patch-id.

    A rebase leaves it the same. Where GitHub gives no whole difference it is "". Raises TrackerFailed.
    """
    path = f"{base}/compare/{quote(branch, safe='')}...{sha}"
    found = gateway.find(path, lambda raw: _fingerprint(raw.get("files")))
    return Change(sha, found or "")


def _fingerprint(files: object) -> str:
    if not isinstance(files, list) or not files or len(files) >= MOST_FILES:
        return ""
    if any("patch" not in file and file.get("changes") for file in files):
        return ""  # too large, or not text: the words are missing
    parts = sorted(
        f"{file['filename']}\0{file.get('previous_filename', '')}\0{file['status']}\0"
        + "".join(HUNK.sub("", str(file.get("patch") or "")).split())
        + ("" if "patch" in file else str(file.get("sha")))
        for file in files
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
