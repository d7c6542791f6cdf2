"""What git knows of a checkout: whether two commits are the same change, and what a file said at a time."""

import os
import re
import subprocess
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

from bot.model.errors import WorldFailed, WrongRequest

COMMIT = re.compile(r"[0-9a-fA-F]{4,64}")
REF = re.compile(r"[A-Za-z0-9_][\w./-]{0,200}")
MOST_SECONDS = 60
# What the user or the system set for git must not run programs here, nor change what a patch looks like.
ALONE = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


def same_change(checkout: Path, onto: str = "HEAD") -> Callable[[str, str], bool | None]:
    """A function that compares two commits; it answers None when git does not know one of them.

    The change of a commit is its difference from the commit where it left `onto`, so that a plain rebase leaves it the same
    and an amended, added or dropped commit does not. Raises WrongRequest when there is no git checkout.
    """
    if not REF.fullmatch(onto):
        raise WrongRequest(f"{onto[:80]} is no branch or tag", do="name the branch that the change goes to")
    if git(checkout, "rev-parse", "--git-dir") is None:
        raise WrongRequest(f"{checkout} is no git checkout", do="give the folder of the project's repository")
    if git(checkout, "rev-parse", "--verify", "--quiet", f"{onto}^{{commit}}") is None:
        raise WrongRequest(
            f"{checkout} has no {onto}", do="name the branch that the change goes to with --onto"
        )

    @cache
    def patch_id(commit: str) -> str | None:
        if not COMMIT.fullmatch(commit):
            return None
        base = git(checkout, "merge-base", f"{commit}^{{commit}}", onto)
        if base is None:
            return None
        left = base.decode().strip()
        patch = git(
            checkout, "diff", "--no-ext-diff", "--no-textconv", "--no-color", "--binary", left, commit, "--"
        )
        return None if patch is None else _id(checkout, patch)

    def compare(voted: str, final: str) -> bool | None:
        one, other = patch_id(voted), patch_id(final)
        return None if one is None or other is None else one == other

    return compare


def text_as_of(file: Path, at: datetime) -> tuple[str, str]:
    """A file's text on the checked-out branch at a time, with the commit it is from.

    It is the date of the merge that counts, not that of a commit in it. Raises WrongRequest when there was no such file.
    """
    folder = file.resolve().parent
    top = git(folder, "rev-parse", "--show-toplevel") if folder.is_dir() else None
    if top is None:
        raise WrongRequest(
            f"{file} is in no git checkout", do="give the file of the project's own repository"
        )
    place = file.resolve().relative_to(Path(os.fsdecode(top.rstrip(b"\n"))).resolve()).as_posix()
    found = git(folder, "rev-list", "-1", "--first-parent", f"--before={at.isoformat()}", "HEAD")
    commit = (found or b"").decode().strip()
    text = git(folder, "cat-file", "blob", f"{commit}:{place}") if commit else None
    if text is None:
        raise WrongRequest(
            f"there was no {place} at {at.isoformat()}",
            do="leave --as-of-opening out, or give an earlier file",
        )
    return text.decode("utf-8", "replace"), commit


def _id(checkout: Path, patch: bytes) -> str | None:
    """None for no difference at all, as of a commit that is merged already."""
    found = git(checkout, "patch-id", "--stable", given=patch)
    return found.split()[0].decode() if found else None


def git(checkout: Path, *words: str, given: bytes = b"") -> bytes | None:
    """What git answers; None when it says no."""
    try:
        done = subprocess.run(
            ["git", "-C", str(checkout), *words],
            input=given,
            capture_output=True,
            timeout=MOST_SECONDS,
            env={**os.environ, **ALONE},
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as failed:
        raise WorldFailed(
            f"git did not answer ({failed})", do="install git, or leave --repository out"
        ) from None
    return done.stdout if done.returncode == 0 else None
