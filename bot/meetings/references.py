"""Which issue, pull request, milestone, release or commit a line names: `#449` too, by the topic it stands under."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.model.meeting import Reference, Rule, Thing

# Lengths are GitHub's own limits (39 for an owner, 100 for a repository): they also keep long nonsense cheap.
OWNER, NAME = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})", r"[A-Za-z0-9._-]{1,100}"
URL = re.compile(
    rf"(https?://[^/\s]{{1,253}})/({OWNER}/{NAME})/(issues|pull|pulls|milestones?|releases/tag|commit|commits|tree|archive/refs/tags)/([^\s#?<>)\]]+)"
)
NAMED = re.compile(rf"(?<![\w/#.@-])((?:{OWNER}/)?[A-Za-z0-9._-]{{0,99}}[A-Za-z0-9_-])#(\d{{1,9}})\b")
AT_COMMIT = re.compile(rf"(?<![\w/#.@-])({OWNER}/{NAME})@([0-9a-f]{{7,40}})\b")
BARE = re.compile(r"(?<![\w/#&])(?:(PR|pull(?: request)?|issue)s?[ \t]?)?#(\d{1,9})\b(?![-\w])", re.IGNORECASE)  # fmt: skip
WORDED = re.compile(r"(?<![\w/#-])(PR|pull request|issue)[ \t](\d{1,9})\b(?![-\w.%])", re.IGNORECASE)
ANY_URL = re.compile(
    r"(?<!\w)\w{1,20}://\S+"
)  # the look-behind: a long word is not tried from each of its letters
GENERIC = frozenset({"spec", "specs", "tools", "tool", "project", "the", "and"})
NOT_REPOS = frozenset(
    {"issue", "issues", "pr", "prs", "pull", "no", "nr", "number", "item", "step", "section", "bug", "c", "f"}
)
THINGS = {
    "issues": Thing.ISSUE, "pull": Thing.PULL, "pulls": Thing.PULL, "milestone": Thing.MILESTONE, "milestones": Thing.MILESTONE,
    "releases/tag": Thing.RELEASE, "commit": Thing.COMMIT, "commits": Thing.COMMIT, "tree": Thing.TAG, "archive/refs/tags": Thing.TAG,
}  # fmt: skip
WORDS = {"pr": Thing.PULL, "pull": Thing.PULL, "pull request": Thing.PULL, "issue": Thing.ISSUE}
VERSION = re.compile(r"v?\d+\.\d+")  # a `tree` that is no version is a branch


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
        return f"{owner}/{name}" if owner and name.lower() not in NOT_REPOS else ""


def guessed_home(texts: Iterable[str], web: str = "https://github.com") -> Home:
    """The home of a log that nobody described: the repositories its links name, and the one they name most."""
    counts: dict[str, int] = {}
    for text in texts:
        count_repos(text, counts)
    return home_of(counts, web)


def count_repos(text: str, counts: dict[str, int]) -> None:
    """Counts the repositories of a text's links."""
    if "://" in text:
        for found in URL.finditer(text):
            counts[found[2]] = counts.get(found[2], 0) + 1


def home_of(counts: Mapping[str, int], web: str = "https://github.com") -> Home:
    return Home(max(counts, key=lambda repo: counts[repo], default=""), tuple(counts), web)


def repo_of_topic(topic: str, home: Home) -> str:
    """The repository a topic speaks of, "" if none or several: `image 1.0 issues` is about image-spec."""
    explicit = [ref.repo for ref in find(topic, home, "", "") if ref.rule is Rule.EXPLICIT]
    if explicit:
        return explicit[0]
    lowered = topic[:500].lower()
    in_full = [
        repo for repo in home.repos if re.search(rf"(?<![\w./-]){re.escape(repo.lower())}(?![\w/-])", lowered)
    ]
    if len(in_full) == 1:
        return in_full[0]
    if re.fullmatch(rf"{OWNER}/{NAME}", topic.strip()):
        return topic.strip()
    words = set(re.findall(r"[a-z0-9-]+", lowered))
    names = {repo: repo.partition("/")[2].lower() for repo in home.repos}
    by_name = [repo for repo, name in names.items() if name in words]
    by_word = [repo for repo, name in names.items() if _distinct(name) & words]
    found = by_name or by_word
    return found[0] if len(found) == 1 else ""


def _distinct(name: str) -> set[str]:
    return set(name.split("-")) - GENERIC


def names_something(text: str) -> bool:
    """Whether it is worth looking for references at all; most talk names nothing."""
    return (
        "#" in text or "://" in text or "@" in text or "PR" in text or "pr " in text or "ssue" in text or "ull re" in text
    )  # fmt: skip


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text that name something, as they stand there; `find` makes references of them later."""
    found = [url[0] for url in URL.finditer(text)] if "://" in text else []
    rest = _without_urls(text)
    for pattern in (NAMED, AT_COMMIT, BARE, WORDED):
        found += [match[0] for match in pattern.finditer(rest)]
    return tuple(found)


def last_named(text: str) -> str:
    """The last repository that a text names by itself, as it is written (`runtime-spec`, `owner/name`); "" for none."""
    found = [(url.start(), url[2]) for url in URL.finditer(text)] if "://" in text else []
    if "#" in text:
        rest = _without_urls(text)
        found += [
            (named.start(), named[1]) for named in NAMED.finditer(rest) if named[1].lower() not in NOT_REPOS
        ]
    return max(found)[1] if found else ""


def find(text: str, home: Home, topic_repo: str, last_repo: str) -> tuple[Reference, ...]:
    """The references of a text in the order they stand, each once. A `#N` with no repository at all is left out."""
    if not names_something(text):
        return ()
    found: list[tuple[int, Reference]] = []
    if "://" in text:
        found += [(url.start(), ref) for url in URL.finditer(text) if (ref := _of_url(url)) is not None]
    rest = _without_urls(text)
    for named in NAMED.finditer(rest):
        repo = home.known(named[1])
        if repo:
            found.append((named.start(), _numbered(repo, int(named[2]), home, Rule.EXPLICIT, Thing.EITHER)))
    for at in AT_COMMIT.finditer(rest):
        url = f"{home.web}/{at[1]}/commit/{at[2]}"
        found.append((at.start(), Reference(at[1], None, Thing.COMMIT, url, Rule.EXPLICIT)))
    rule, repo = _bare_home(home, topic_repo, last_repo)
    if repo:
        for pattern in (BARE, WORDED):
            for bare in pattern.finditer(rest):
                kind = WORDS.get((bare[1] or "").lower(), Thing.EITHER)
                found.append((bare.start(2), _numbered(repo, int(bare[2]), home, rule, kind)))
    return each_once([reference for _, reference in sorted(found, key=lambda pair: pair[0])])


def _without_urls(text: str) -> str:
    """The text with blanks for its links: `#!topic` within one is no reference."""
    return ANY_URL.sub(lambda url: " " * len(url[0]), text) if "://" in text else text


def each_once(references: Sequence[Reference]) -> tuple[Reference, ...]:
    """The first mention of each; `#299` behind the link to the same issue says nothing new."""
    seen: dict[tuple[str, int | None, str], Reference] = {}
    for ref in references:
        seen.setdefault((ref.repo.lower(), ref.number, "" if ref.number else ref.url), ref)
    return tuple(seen.values())


def _bare_home(home: Home, topic_repo: str, last_repo: str) -> tuple[Rule, str]:
    if topic_repo:
        return Rule.TOPIC, topic_repo
    if last_repo:
        return Rule.LAST_NAMED, last_repo
    return Rule.DEFAULT, home.default_repo


def _of_url(url: re.Match[str]) -> Reference | None:
    _, repo, place, rest = url.groups()
    thing, first = THINGS[place], rest.split("/")[0].rstrip(".,;:!'\"")
    if thing in (Thing.ISSUE, Thing.PULL):
        if not first.isdecimal() or not first.isascii() or len(first) > 9:
            return None  # `issues/new` is a page, not an issue
        return Reference(repo, int(first), thing, url[0].rstrip(".,;:!'\""), Rule.EXPLICIT)
    if thing is Thing.TAG and not VERSION.match(first):
        return None
    return Reference(repo, None, thing, url[0].rstrip(".,;:!'\""), Rule.EXPLICIT)


def _numbered(repo: str, number: int, home: Home, rule: Rule, kind: Thing) -> Reference:
    place = "pull" if kind is Thing.PULL else "issues"
    return Reference(repo, number, kind, f"{home.web}/{repo}/{place}/{number}", rule)
