"""The version that a project's Go constants say: VersionMajor, VersionMinor, VersionPatch and VersionDev."""

import re
from dataclasses import dataclass

from bot.judgement.released import NO_PLACE, facts_of, pull_of, read, tag_of
from bot.model.evidence import Evidence

NUMBER = re.compile(r"^\s*(?:const\s+)?Version(Major|Minor|Patch)\s*=\s*(\d{1,9})\b", re.M)
DEV = re.compile(r'^\s*(?:const\s+)?VersionDev\s*=\s*"([^"\n]{0,50})"', re.M)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the file says at one place. `number` is `1.3.0`, `dev` what stands behind it: "", `-rc.1`, `+dev`."""

    ref: str
    number: str
    dev: str
    url: str = ""

    @property
    def version(self) -> str:
        return f"{self.number}{self.dev}"


def stated(text: str, ref: str = "", url: str = "") -> Stated | None:
    """None for a text that does not have all four constants."""
    numbers = dict(NUMBER.findall(text))
    dev = DEV.search(text)
    if set(numbers) != {"Major", "Minor", "Patch"} or dev is None:
        return None
    number = ".".join(numbers[name] for name in ("Major", "Minor", "Patch"))
    return Stated(ref, number, dev[1], url)


def along(evidence: Evidence, path: str) -> tuple[Stated, ...] | str:
    """What the file says at each place of the release, in their order: of a tag at its commit, of a pull request at each of
    its commits. A sentence when that is not known.
    """
    tag, pull = tag_of(evidence), pull_of(evidence)
    if tag is not None:
        refs: list[str] = [tag.tag]
    elif pull is not None:
        facts = facts_of(evidence, pull.number)
        if facts is None or facts.head != pull.head_sha:
            return f"the commits of #{pull.number} were not read; run `tallyman sync`"
        refs = [commit.sha for commit in facts.commits]
    else:
        return NO_PLACE
    found = []
    for ref in refs:
        file = read(evidence, path, ref)
        if isinstance(file, str):
            return file
        if file.text is not None and (says := stated(file.text, ref, file.url)) is not None:
            found.append(says)
    return tuple(found) or f"{path} states no version"
