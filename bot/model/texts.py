"""The texts of a specification at one commit, and what a draft of them adds to the release before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.model.conformance import Level


@dataclass(frozen=True, slots=True)
class SpecTexts:
    """`files` are the specification's own files and those of its `conformance/` folder, by path.

    `name` is how people call the commit: a tag, a branch, `#43`, or the commit itself. `source` is its page.
    """

    repo: str
    commit: str
    name: str
    at: datetime
    source: str
    files: Mapping[str, str]

    @property
    def label(self) -> str:
        """`owner/name@v1.3.0`, or `owner/name#43` for a pull request."""
        return f"{self.repo}{self.name}" if self.name.startswith("#") else f"{self.repo}@{self.name}"

    @property
    def folder(self) -> str:
        """The address below which its files are seen."""
        return f"{self.source.partition(f'/{self.repo}/')[0]}/{self.repo}/blob/{self.commit}"


@dataclass(frozen=True, slots=True)
class Added:
    """How many requirements of one strength a draft adds. `counted` are those that a runtime on Linux has to meet, `with_case`
    those of them that a case covers; `no_host` are for platforms that have no host here, the rest of `total` are for others than
    the runtime to meet.
    """

    strength: Level
    total: int
    counted: int
    with_case: int
    no_host: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What the texts of a pull request ask that those before them do not.

    `version` is the release that it is to become, "" for a pull request that is none; `before` is what it is compared with (a
    tag, or the commit where it left its base); `like` the release whose ids and cases it has; `untested` are the ids that it adds,
    that a runtime on Linux has to meet, and that have no case.
    """

    repo: str
    number: int
    version: str
    head: str
    before: str
    like: str
    at: datetime
    source: str
    added: tuple[Added, ...]
    removed: int
    strengthened: int
    weakened: int
    reworded: int
    untested: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What a report says of it: "the draft adds 7 MUST, 5 with a case; 1 SHOULD, none with a case"."""
        named = [each for each in self.added if each.counted]
        words = "; ".join(
            f"{each.counted} {each.strength}, {each.with_case or 'none'} with a case" for each in named
        )
        others = sum(each.total - each.counted for each in self.added if each.strength is not Level.MAY)
        beside = f", and {others} more for other platforms or other readers" if others else ""
        return f"the draft adds {words or 'nothing that a runtime on Linux has to meet'}{beside}"
