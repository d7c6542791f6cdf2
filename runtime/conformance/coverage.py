"""Which requirements of a release or a draft are tested, which cannot be and why, and which nobody has written a case for.

Counted is what a runtime on Linux has to do (requirements/summary.py `base`): its own duty, and what it must refuse of a
config. Everything else is in the totals by its own name: other platforms, other duties.
"""

import argparse
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from runtime.conformance import beside, covers, declare, releases, suites
from runtime.conformance.requirements import command, schemas, source, summary
from runtime.conformance.requirements.identity import Requirement
from runtime.conformance.requirements.keywords import ORDER

FILE = Path(__file__).resolve().with_name("untestable.toml")
REASONS = {  # the closed list of why a requirement is not tested
    "hardware": "needs a device or a processor that few hosts have",
    "LSM": "needs a kernel that runs AppArmor or SELinux",
    "architecture": "needs another machine than x86-64 or arm64",
    "not visible": "leaves nothing that could be seen from outside or inside the container",
}
STRENGTHS = ("MUST", "SHOULD")
STATES = ("tested", "untestable", "untested")


@beside.kept
def untestable() -> Mapping[str, Mapping[str, str]]:
    """id -> `reason`, one of REASONS, and `why` in words."""
    found: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for table in beside.tables("untestable.toml"):
        found |= table
    return found


def cases_by_requirement(tag: str) -> dict[str, list[str]]:
    """id -> the cases that run at a release and cover it. Releases before the first that can be run have none."""
    found: dict[str, list[str]] = {}
    if tag not in releases.TAGS:
        return found
    every: list[declare.Case | suites.Told] = [*declare.all_cases(), *suites.told()]
    for case in every:
        if releases.within(tag, case.since, case.until):
            for id_ in covers.load().get(case.id, {}):
                found.setdefault(id_, []).append(case.id)
    return found


def measure(found: source.Source) -> dict[str, Any]:
    """The document that `coverage --json` prints. A draft has the cases of the release that it is like."""
    cases = cases_by_requirement(found.like)
    rows = [
        {**_row(each, cases.get(each.id, [])), "schema": word}
        for each, word in zip(found.requirements, schemas.words(found), strict=True)
    ]
    counted = [row for row in rows if row["counted"]]
    fresh = {each.id for each in found.fresh}
    added = [row for row in counted if row["id"] in fresh]
    return {
        "release": found.release or None,
        "like": found.like,
        "base": found.base,
        "texts": found.where or None,
        "statements": len(rows),
        "no_host": sum(not summary.is_hosted(each) for each in found.requirements),
        "platforms": _platforms(rows),
        "reasons": REASONS,
        "counts": {word: _counts(counted, word) for word in STRENGTHS},
        "files": {
            file: {word: _counts([row for row in counted if row["file"] == file], word) for word in STRENGTHS}
            for file in dict.fromkeys(row["file"] for row in counted)
        },
        "added": {word: _counts(added, word) | _beside(fresh, rows, word) for word in STRENGTHS}
        if found.is_draft
        else None,
        "gone": list(found.gone) if found.is_draft else [],
        "requirements": rows,
    }


def _beside(fresh: Iterable[str], rows: Sequence[Mapping[str, Any]], strength: str) -> dict[str, int]:
    """What a draft adds in all, and how much of it is for platforms that have no host here."""
    mine = [row for row in rows if row["id"] in fresh and row["strength"] == strength]
    return {"all": len(mine), "no_host": sum(row["platform"] not in summary.HOSTED for row in mine)}


def _platforms(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The statements for platforms that have no host here, and what the release's schema says of their properties."""
    found: dict[str, dict[str, Any]] = {}
    for platform in dict.fromkeys(row["platform"] for row in rows if row["platform"] not in summary.HOSTED):
        mine = [row for row in rows if row["platform"] == platform]
        strengths, words = (Counter(row[name] for row in mine) for name in ("strength", "schema"))
        found[platform] = {
            "statements": len(mine),
            **{word: strengths[word] for word in ORDER[::-1]},
            "schema": {word: words[word] for word in schemas.WORDS},
            "unchecked": words[None],
        }
    return dict(sorted(found.items()))


def _row(each: Requirement, cases: Sequence[str]) -> dict[str, Any]:
    statement, why = each.statement, untestable().get(each.id, {})
    return {
        "id": each.id,
        "at": statement.place,
        "file": statement.file,
        "property": statement.path or None,
        "text": statement.text or None,
        "keywords": list(statement.keywords),
        "strength": statement.strength,
        "platform": statement.platform,
        "duty": statement.duty,
        "counted": statement.strength in STRENGTHS and summary.is_hosted(each) and summary.is_ours(each),
        "state": "tested" if cases else "untestable" if why else "untested",
        "reason": None if cases else why.get("reason"),
        "why": None if cases else why.get("why"),
        "cases": list(cases),
    }


def _counts(rows: Iterable[Mapping[str, Any]], strength: str) -> dict[str, Any]:
    """`share` is what is tested of all, in per cent with one decimal; null of nothing."""
    mine = [row for row in rows if row["strength"] == strength]
    states = Counter(row["state"] for row in mine)
    reasons = Counter(row["reason"] for row in mine if row["reason"])
    return {
        "total": len(mine),
        **{state: states[state] for state in STATES},
        "by_reason": {reason: reasons[reason] for reason in REASONS},
        "share": round(100 * states["tested"] / len(mine), 1) if mine else None,
    }


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `coverage` to the parser of `python -m runtime.conformance`."""
    parser = commands.add_parser(
        "coverage", help="which requirements have a case, and why the others have none"
    )
    parser.add_argument("where", metavar="DIR|TAG")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--like", default="", metavar="TAG", help="the release that a draft goes on from")
    parser.add_argument("--specs", type=Path, metavar="DIR", help="the texts: one folder for each tag")


def run(options: argparse.Namespace) -> int:
    """Exit codes: 0 done, 2 the request was wrong, 3 the disk failed."""
    try:
        suites.read(Path(options.where))
        document = measure(source.find(options.where, command.folder_of_texts(options.specs), options.like))
    except (source.WrongRequest, command.NoTexts, suites.WrongSuite) as wrong:
        print(f"coverage: {wrong}", file=sys.stderr)
        return 2
    except OSError as failed:
        print(f"coverage: {failed}", file=sys.stderr)
        return 3
    if options.json:
        print(json.dumps(document))
        return 0
    for line in lines(document):
        print(line.translate(command.CONTROLS))
    return 0


def lines(document: Mapping[str, Any]) -> Iterator[str]:
    """The table, what is not tested, and what a draft adds."""
    yield f"{'':<20}" + "".join(f"{word:>7} tested untestable untested" for word in STRENGTHS)
    for name, counts in (*document["files"].items(), ("all", document["counts"])):
        yield f"{name:<20}" + "".join(_numbers(counts[word]) for word in STRENGTHS)
    yield ""
    for word in STRENGTHS:
        counts = document["counts"][word]
        reasons = ", ".join(f"{n} {reason}" for reason, n in counts["by_reason"].items())
        yield f"{word}: {counts['tested']} of {counts['total']} tested, {counts['share'] or 0} %; untestable: {reasons}"
    yield (
        f"{document['no_host']} of {document['statements']} statements are for platforms that have no host here"
        + (":" if document["platforms"] else "")
    )
    for platform, counts in document["platforms"].items():
        strengths = ", ".join(f"{counts[word]} {word}" for word in ORDER[::-1])
        said = counts["schema"] | {"without a property": counts["unchecked"]}
        words = (
            ", ".join(f"{n} {word}" for word, n in said.items() if n)
            if any(counts["schema"].values())
            else ""
        )
        yield f"  {platform:<8} {counts['statements']:>4} no host: {strengths}; schema: {words or 'not at hand'}"
    for row in document["requirements"]:
        if row["counted"] and row["state"] != "tested":
            yield (
                f"  {row['id']}  {'/'.join(row['keywords'])}  {row['property'] or row['at']}: {row['reason'] or 'untested'}"
                + (f", {row['why']}" if row["why"] else "")
            )
    if document["added"] is not None:
        words = ", ".join(
            f"{counts['total']} {word}, {counts['tested']} with a case"
            for word, counts in document["added"].items()
        )
        yield f"against {document['base']} it adds {words}, and {len(document['gone'])} are no longer there"


def _numbers(counts: Mapping[str, int]) -> str:
    return f"{counts['total']:>7} {counts['tested']:>6} {counts['untestable']:>10} {counts['untested']:>8}"
