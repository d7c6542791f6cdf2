"""Which releases a runtime claims: those it is held to, and no others (features.md#specification-version)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.conformance.releases import NEWEST, TAGS, nearest, version
from runtime.conformance.requirements.history import order

FIRST_RELEASE = (
    "v1.0.0"  # what a runtime that says nothing of candidates and drafts is held to at the earliest
)
FINAL = tuple(tag for tag in TAGS if "-rc" not in tag and order(tag) >= order(FIRST_RELEASE))
SPEC_LINE = re.compile(r"^spec: *v?(\S+)", re.MULTILINE)  # of `--version`; runc and crun have it


class WrongClaims(Exception):
    """--claims that is no range of releases; the text says how one is written."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Both ends are claimed. `told` is where this was learned: `--claims`, `features` or `probing`."""

    oldest: str
    newest: str
    told: str

    def hold(self, tag: str) -> bool:
        """A release that nobody has seen yet is claimed when its nearest ancestor is."""
        return self.since(tag) and order(nearest(tag)) <= order(self.newest)

    def since(self, tag: str) -> bool:
        """Whether the claims begin at this release or before it."""
        return order(self.oldest) <= order(tag)

    def beyond(self, tag: str, name: str) -> str:
        """Why the runtime is not held to a release, "" when it claims it."""
        if self.hold(tag):
            return ""
        return f"{name} claims {self.oldest} to {self.newest} ({self.told})"


def given(text: str) -> Claims:
    """The range of --claims MIN..MAX. Raises WrongClaims."""
    oldest, dots, newest = (part.strip() for part in text.partition(".."))
    first, last = _tag(oldest), _tag(newest)
    if not (dots and first and last):
        raise WrongClaims(f"--claims {text!r} is no range of releases: write MIN..MAX, as in v1.0.0..v1.2.1")
    if order(first) > order(last):
        raise WrongClaims(f"--claims {text} ends before it begins: write the older release first")
    return Claims(first, last, "--claims")


def stated(features: Mapping[str, Any]) -> Claims | None:
    """By ociVersionMin and ociVersionMax; None when they are no range. What a -dev or a build leads to is claimed."""
    oldest, newest = (_tag(str(features.get(name) or "")) for name in ("ociVersionMin", "ociVersionMax"))
    if not oldest or not newest or order(oldest) > order(newest):
        return None
    return Claims(oldest, newest, "features")


def unlimited() -> Claims:
    """Of a runtime that tells nothing and could not be asked."""
    return Claims(FIRST_RELEASE, NEWEST, "probing")


def probe(told: str, takes: Callable[[str], bool]) -> Claims:
    """By trying: the final releases whose bundles it takes, up to the minor version of the `spec:` line of `told`, its --version.

    That line alone would hold crun to v1.0.0 for ever, bundles alone would hold it to v1.1.0 since it looks for "1.0" anywhere
    in `ociVersion`. A runtime that takes no bundle at all is held to all of them, so that its failures are seen.
    """
    line = SPEC_LINE.search(told)
    named = _tag(line[1]) if line else ""
    within = [tag for tag in FINAL if not named or order(tag)[:2] <= order(named)[:2]] or [FIRST_RELEASE]
    taken = [tag for tag in within if takes(version(tag))] or within
    return Claims(taken[0], taken[-1], "probing")


def _tag(text: str) -> str:
    """`v1.0.2` of `1.0.2-dev`, `1.0.2+build` and the like; "" for what is no version."""
    bare = re.sub(r"[-.]dev.*$", "", text.removeprefix("v").partition("+")[0])
    try:
        order(bare)
    except ValueError:
        return ""
    return f"v{bare}"
