"""`python -m runtime.conformance requirements extract | diff | notes | record`: what releases ask, as text or as JSON."""

import argparse
import json
import os
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from runtime.conformance import suites
from runtime.conformance.requirements import (
    differing,
    history,
    notes,
    record,
    schemas,
    source,
    summary,
    texts,
)
from runtime.conformance.requirements.diff import KINDS, Change, diff, marked
from runtime.conformance.requirements.identity import Requirement, fingerprint
from runtime.conformance.requirements.statements import Statement
from runtime.conformance.requirements.texts import NoTexts

__all__ = ["NoTexts", "add_parser", "added", "folder_of_texts", "run"]
CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "�")  # a draft's text must not move the cursor


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `requirements` with its actions to the parser of `python -m runtime.conformance`."""
    actions = commands.add_parser("requirements").add_subparsers(dest="action", required=True)
    extract = actions.add_parser("extract", help="what a release or a draft asks")
    extract.add_argument("dir", metavar="DIR|TAG")
    differ = actions.add_parser("diff", help="what changed between two of them")
    differ.add_argument("before", metavar="A")
    differ.add_argument("after", metavar="B")
    for action in (extract, differ):
        action.add_argument("--json", action="store_true")
        action.add_argument("--like", default="", metavar="TAG", help="the release that a draft goes on from")
        action.add_argument("--specs", type=Path, metavar="DIR", help="the texts: one folder for each tag")
    noting = actions.add_parser(
        "notes", help="docs/implementers-notes.md, from the release files and recorded runs"
    )
    noting.add_argument("results", nargs="*", type=Path, metavar="RESULTS.json")
    writing = actions.add_parser("record", help="writes the release files from the texts")
    writing.add_argument("specs", type=Path, metavar="DIR", help="one folder for each tag")
    writing.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when a file would change"
    )


def run(options: argparse.Namespace) -> int:
    """Exit codes: 0 done, 1 the answer is no, 2 the request was wrong, 3 the disk failed."""
    try:
        if options.action == "record":
            return _record(options.specs, options.check)
        if options.action == "notes":
            print(notes.page(differing.read(options.results)), end="")
            return 0
        specs = folder_of_texts(options.specs)
        for place in (options.dir,) if options.action == "extract" else (options.before, options.after):
            suites.read(Path(place))
        if options.action == "extract":
            _print(_extracted(source.find(options.dir, specs, options.like)), _table, options.json)
        else:
            before, after = (
                source.find(what, specs, options.like) for what in (options.before, options.after)
            )
            _print(_differing(before, after), _lines, options.json)
    except (
        source.WrongRequest,
        NoTexts,
        suites.WrongSuite,
        differing.NoResults,
        tomllib.TOMLDecodeError,
    ) as wrong:
        print(f"requirements: {wrong}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as failed:
        print(f"requirements: {failed}", file=sys.stderr)
        return 3
    return 0


def added(tag: str, given: Path | None) -> list[str] | None:
    """The ids that a release never seen before adds to its nearest ancestor; None where its texts are not at hand.

    Raises NoTexts for a folder of that name that holds no specification.
    """
    specs = folder_of_texts(given)
    if specs is None or not (specs / tag).is_dir():
        return None
    return [each.id for each in source.find(tag, specs).fresh]


def folder_of_texts(given: Path | None) -> Path | None:
    """The folder with one folder of texts for each tag: the one that was given, or the environment's; None for none."""
    return given or (Path(named) if (named := os.environ.get("TALLYMAN_SPECS")) else None)


def _print(document: dict[str, Any], lines: Callable[[dict[str, Any]], Iterator[str]], as_json: bool) -> None:
    if as_json:
        print(json.dumps(document))
        return
    for line in lines(document):
        print(line.translate(CONTROLS))


def _extracted(found: source.Source) -> dict[str, Any]:
    return {
        **_named(found),
        "counts": summary.counts(found.requirements),
        "fresh": [each.id for each in found.fresh],
        "gone": list(found.gone),
        "requirements": [
            {**_requirement(each), "schema": word}
            for each, word in zip(found.requirements, schemas.words(found), strict=True)
        ],
    }


def _named(found: source.Source) -> dict[str, Any]:
    return {"release": found.release or None, "like": found.like, "texts": found.where or None}


def _requirement(each: Requirement) -> dict[str, Any]:
    return {
        "id": each.id,
        "fingerprint": each.fingerprint,
        **_statement(each.statement),
        "note": each.note or None,
    }


def _statement(each: Statement) -> dict[str, Any]:
    """`text` and `line` are null and `kind` too where the texts are not at hand."""
    return {
        "at": each.place,
        "file": each.file,
        "anchor": each.anchors[0] if each.anchors else None,
        "line": each.line or None,
        "property": each.path or None,
        "kind": each.kind or None,
        "text": each.text or None,
        "listed": list(each.listed),
        "keywords": list(each.keywords),
        "strength": each.strength,
        "platform": each.platform,
        "duty": each.duty,
        "refused": each.refused,
        "to_test": summary.is_ours(Requirement("", "", each)) and each.platform in summary.HOSTED,
    }


def _differing(before: source.Source, after: source.Source) -> dict[str, Any]:
    found = diff(before.requirements, after.requirements, history.unrelated())
    lists: dict[str, list[Any]] = {
        "added": [_requirement(each) for each in found.added],
        "removed": [_requirement(each) for each in found.removed],
        **{kind: [_change(change) for change in found.of(kind)] for kind in KINDS[2:]},
    }
    counts = {kind: len(lists[kind]) for kind in KINDS}
    head = {"before": _named(before), "after": _named(after), "complete": found.complete}
    return {**head, "counts": counts, **lists}


def _change(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "old": _statement(change.old),
        "new": _statement(change.new),
        "words": [list(pair) for pair in change.words],
        "reviewed": change.reviewed,
    }


def _table(document: dict[str, Any]) -> Iterator[str]:
    for each in document["requirements"]:
        yield from _row(each)
    counts = document["counts"]
    strengths = ", ".join(f"{n} {word}" for word, n in counts["by_strength"].items())
    yield ""
    yield f"{_title(document)}: {counts['statements']} requirements ({strengths}), {counts['keywords']} keywords"
    yield f"by platform: {', '.join(f'{n} {name}' for name, n in counts['by_platform'].items())}; {counts['no_host']} have no host here"
    yield f"by duty: {', '.join(f'{n} {name}' for name, n in counts['by_duty'].items())}"
    yield f"for a runtime on Linux to meet: {counts['to_test']['MUST']} MUST, {counts['to_test']['SHOULD']} SHOULD"
    if document["release"] is None:
        yield f"against {document['like']}: {len(document['fresh'])} new wordings, {len(document['gone'])} no longer there"


def _title(named: dict[str, Any]) -> str:
    return str(named["release"] or named["texts"])


def _row(each: dict[str, Any], mark: str = "") -> Iterator[str]:
    words = "/".join(each["keywords"])
    yield f"{mark}{each['id']}  {words}  {each['platform']}  {each['duty']}  {each['at']}  {each['property'] or ''}".rstrip()
    if each["text"]:
        yield f"{' ' * len(mark)}    {each['text']}"
    for item in each["listed"]:
        yield f"{' ' * len(mark)}      - {item}"


def _lines(document: dict[str, Any]) -> Iterator[str]:
    counts = document["counts"]
    yield f"{_title(document['before'])} to {_title(document['after'])}: " + ", ".join(
        f"{counts[kind]} {kind}" for kind in KINDS
    )
    if not document["complete"]:
        yield "so much differs that nobody looked for rewordings among what came and went"
    for kind, mark in (("added", "+ "), ("removed", "- ")):
        for each in document[kind]:
            yield from _row(each, mark)
    for kind in KINDS[2:]:
        for change in document[kind]:
            old, new = change["old"], change["new"]
            doubt = "" if change["reviewed"] else "  (looks alike; nobody has reviewed it)"
            yield f"~ {change['id']}  {kind}  {'/'.join(old['keywords'])} -> {'/'.join(new['keywords'])}  {new['at']}{doubt}"
            if change["words"]:
                yield f"      {marked(change['words'])}"
            elif kind == "moved":
                yield f"      from {old['at']} {old['property'] or ''} to {new['at']} {new['property'] or ''}"


def _record(specs: Path, check: bool) -> int:
    """Every release file anew from the texts, oldest first. Says which differ and which pairs wait for a person."""
    if not specs.is_dir():
        raise NoTexts(f"{specs} is not a folder; give the one that holds a folder for each tag")
    before, after, wrong = record.EMPTY, "", 0
    found = sorted(
        (path.name for path in specs.iterdir() if history.VERSION.match(path.name)), key=history.order
    )
    if not found:
        raise NoTexts(f"{specs} holds no folder named after a release, such as v1.3.0")
    for tag in found:
        file = history.FOLDER / f"{tag}.toml"
        written = file.read_text(encoding="utf-8") if file.exists() else ""
        done = record.record(tag, after, before, texts.read(specs / tag), written)
        if done.text != written:
            wrong += 1
            print(f"{tag}: {'differs' if check else 'written'}")
            if not check:
                file.write_text(done.text, encoding="utf-8")
        for ratio, old, new, id_ in done.undecided:
            wrong += 1
            print(
                f"{tag}: is this {id_}? ({ratio:.2f})\n  - {old.same}\n  + {new.same}".translate(
                    CONTROLS | {10: "\n"}
                )
            )
            print("  decide in [reworded] or [unrelated]: the new fingerprint is " + fingerprint(new))
        before, after = done, tag
    return 1 if wrong and check else 0
