"""Whether every entry of the release's ChangeLog section ends with its pull requests: `(#12)`, `(#12, #13)`."""

import re

from bot.judgement.released import read
from bot.judgement.sections import section_of
from bot.model.evidence import Evidence
from bot.model.release import Link, Outcome, Rule, Verdict

# Also with a full stop, and with a remark behind that: both stand in ChangeLogs that were released.
ENDING = re.compile(r"\(#\d{1,7}(?:,\s?#\d{1,7})*\)(?:\.(?:\s.*)?)?\s*$")


def judge(evidence: Evidence, rule: Rule) -> Verdict:
    path = rule.word("path", "ChangeLog")
    file = read(evidence, path)
    if isinstance(file, str):
        return Verdict(rule, Outcome.UNKNOWN, file)
    entries = section_of(file, evidence.target.version)
    if isinstance(entries, str):
        return Verdict(rule, Outcome.FAILED, entries, (Link(path, file.url),))
    without = [entry for entry in entries if not ENDING.search(entry.text)]
    if without:
        links = tuple(Link(entry.text, file.url) for entry in without)
        verb = "names" if len(without) == 1 else "name"
        reason = f"{len(without)} of {len(entries)} entries {verb} no pull request at the end"
        return Verdict(rule, Outcome.FAILED, reason, links)
    return Verdict(rule, Outcome.PASSED, f"all {len(entries)} entries do", (Link(path, file.url),))
