"""Which issue, pull request, milestone or release a line names: `#449` too, by the topic it stands under."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.meeting import Reference, Rule, Thing

URL = re.compile(
    r"(https?://[^/\s]+)/([A-Za-z0-9-]+/[A-Za-z0-9._-]+)/(issues|pull|pulls|milestones?|releases/tag)/([^\s#?<>)\]]+)"
)
NAMED = re.compile(r"(?<![\w/#.-])((?:[A-Za-z0-9-]+/)?[A-Za-z0-9._-]*[A-Za-z0-9_-])#(\d{1,9})\b")
BARE = re.compile(r"(?<![\w/#&])#(\d{1,9})\b(?![-\w])")
ANY_URL = re.compile(
    r"(?<!\w)\w{1,20}://\S+"
)  # the look-behind keeps a long word from being tried from each of its letters
GENERIC = frozenset({"spec", "specs", "tools", "tool", "project", "the", "and"})
THINGS = {"issues": Thing.ISSUE, "pull": Thing.PULL, "pulls": Thing.PULL, "releases/tag": Thing.RELEASE}


@dataclass(frozen=True, slots=True)
class Home:
    """What a meeting takes for granted: the repositories it may speak of, and the one it means when it says nothing.

    `web` is where they can be read, without a trailing slash.
    """

    default_repo: str = ""
    repos: tuple[str, ...] = ()
    web: str = "https://github.com"

    def known(self, name: str) -> str:
        """owner/name for a bare name: a known repository, else one of the default's owner; "" when there is none."""
        if "/" in name:
            return name
        for repo in self.repos:
            if repo.partition("/")[2].lower() == name.lower():
                return repo
        owner = self.default_repo.partition("/")[0]
        return f"{owner}/{name}" if owner else ""


def guessed_home(texts: Sequence[str], web: str = "https://github.com") -> Home:
    """The home of a log that nobody described: the repositories its links name, and the one they name most."""
    named = [found[2] for text in texts for found in URL.finditer(text)]
    order = tuple(dict.fromkeys(named))
    return Home(max(order, key=named.count, default=""), order, web)


def repo_of_topic(topic: str, home: Home) -> str:
    """The repository a topic speaks of, "" if none or several: `image 1.0 issues` is about image-spec."""
    explicit = [ref.repo for ref in find(topic, home, "", "") if ref.rule is Rule.EXPLICIT]
    if explicit:
        return explicit[0]
    words = set(re.findall(r"[a-z0-9-]+", topic.lower()))
    names = {repo: repo.partition("/")[2].lower() for repo in home.repos}
    by_name = [repo for repo, name in names.items() if name in words]
    by_word = [repo for repo, name in names.items() if _distinct(name) & words]
    found = by_name or by_word
    return found[0] if len(found) == 1 else ""


def _distinct(name: str) -> set[str]:
    return set(name.split("-")) - GENERIC


def find(text: str, home: Home, topic_repo: str, last_repo: str) -> tuple[Reference, ...]:
    """The references of a text in the order they stand, each once. A `#N` with no repository at all is left out."""
    found: list[tuple[int, Reference]] = []
    for url in URL.finditer(text):
        found.append((url.start(), _of_url(url)))
    rest = ANY_URL.sub(lambda url: " " * len(url[0]), text)  # `#!topic` within a link is no reference
    for named in NAMED.finditer(rest):
        repo = home.known(named[1])
        if repo:
            found.append((named.start(), _numbered(repo, int(named[2]), home, Rule.EXPLICIT)))
    rule, repo = _bare_home(home, topic_repo, last_repo)
    if repo:
        found += [(bare.start(), _numbered(repo, int(bare[1]), home, rule)) for bare in BARE.finditer(rest)]
    return _each_once([reference for _, reference in sorted(found, key=lambda pair: pair[0])])


def _each_once(references: list[Reference]) -> tuple[Reference, ...]:
    """The first mention of each; `#299` behind the link to the same issue says nothing new."""
    seen: dict[tuple[str, int | None, str], Reference] = {}
    for ref in references:
        seen.setdefault((ref.repo, ref.number, "" if ref.number else ref.url), ref)
    return tuple(seen.values())


def _bare_home(home: Home, topic_repo: str, last_repo: str) -> tuple[Rule, str]:
    if topic_repo:
        return Rule.TOPIC, topic_repo
    if last_repo:
        return Rule.LAST_NAMED, last_repo
    return Rule.DEFAULT, home.default_repo


def _of_url(url: re.Match[str]) -> Reference:
    _, repo, place, rest = url.groups()
    thing = THINGS.get(place, Thing.MILESTONE)
    number = (
        int(rest.split("/")[0])
        if thing in (Thing.ISSUE, Thing.PULL) and rest.split("/")[0].isdecimal()
        else None
    )
    return Reference(repo, number, thing, url[0].rstrip(".,;:"), Rule.EXPLICIT)


def _numbered(repo: str, number: int, home: Home, rule: Rule) -> Reference:
    return Reference(repo, number, Thing.EITHER, f"{home.web}/{repo}/issues/{number}", rule)
