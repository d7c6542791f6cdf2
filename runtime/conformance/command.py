"""`python -m runtime.conformance run`: what was asked, the run, and its answer in the form that was asked for."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from runtime.conformance import declare, expect, formats, ledger, progress, releases, rootfs, runner
from runtime.conformance.claims import WrongClaims
from runtime.conformance.driver import NoRuntime
from runtime.conformance.requirements import command as requirements
from runtime.conformance.stored import Store

WRONG = (
    releases.UnknownRelease, requirements.NoTexts, NoRuntime, WrongClaims, FileNotFoundError,
    expect.WrongExpectation, formats.UnknownFormat,
)  # fmt: skip


def add_options(run: argparse.ArgumentParser) -> None:
    run.add_argument("--release", action="append", metavar="TAG")
    run.add_argument("--runtime", default="refrun", metavar="COMMAND")
    run.add_argument("--claims", default="", metavar="MIN..MAX", help="the releases that it is held to")
    run.add_argument("--jobs", type=_positive, default=runner.default_jobs(), metavar="N")
    run.add_argument("--fresh", action="store_true", help="take no stored results over")
    run.add_argument(
        "--expect", type=Path, metavar="FILE", help="fail only when something changed against it"
    )
    run.add_argument(
        "--write-expect", type=Path, metavar="FILE", help="write what came out as what is expected"
    )
    run.add_argument("--format", choices=list(formats.FORMATS), default="")
    run.add_argument(
        "--output", action="append", default=[], metavar="FILE", help="write there; may be repeated"
    )
    run.add_argument("--specs", type=Path, metavar="DIR", help="the texts: one folder for each tag")
    run.add_argument("--rootfs", choices=["busybox", "host"], default="")


def run(options: argparse.Namespace) -> int:
    """Exit codes: 0 all passed, or all is as expected; 1 not so; 2 the request was wrong; 3 the host failed."""
    said = progress.choose(options.json)
    try:
        document = _run(options, said)
    except WRONG as wrong:
        said.end()
        print(f"conformance: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        said.end()
        print("conformance: stopped; nothing was left behind", file=sys.stderr)
        return 3
    except OSError as failed:
        said.end()
        print(f"conformance: {failed}", file=sys.stderr)
        return 3
    said.end()
    if not options.json and (options.format and not options.output):
        _print(formats.FORMATS[options.format](document))
    elif options.json:
        _print(json.dumps(document))
    else:
        _print(formats.FORMATS["text"](document))
    return 1 if is_red(document) else 0


def chosen(ids: list[str]) -> tuple[declare.Case, ...]:
    """The cases of these ids, all when there are none. Raises UnknownRelease's like for an id that no case has."""
    known = declare.all_cases()
    unknown = sorted(set(ids) - {case.id for case in known})
    if unknown:
        raise releases.UnknownRelease(f"there is no case {', '.join(unknown)}; `list` names them all")
    return tuple(case for case in known if not ids or case.id in ids)


def is_red(document: dict[str, Any]) -> bool:
    if "expect" in document:
        return bool(document["expect"]["changes"])
    return any(run["summary"]["failed"] + run["summary"]["error"] for run in document["runs"])


def _run(options: argparse.Namespace, said: progress.Progress) -> dict[str, Any]:
    cases = chosen(options.case)
    tags = options.release or list(releases.TAGS)
    for tag in tags:
        releases.position(tag)
    outputs = _outputs(options)
    expected = expect.load(options.expect) if options.expect else None
    added = {tag: requirements.added(tag, options.specs) for tag in tags if tag not in releases.TAGS}
    source = rootfs.find(options.rootfs)
    for sentence in ledger.clean():
        said.note(sentence)
    store = Store(said.note, fresh=options.fresh)
    document = runner.run(
        options.runtime, tags, cases, source, options.jobs, said.step, options.claims, store, around=True
    )
    for each in document["runs"]:
        if each["release"] in added:  # no case can test what nobody has seen before
            each |= {"like": releases.nearest(each["release"]), "untested": added[each["release"]]}
    if expected is not None:
        document["expect"] = expect.compare(expected, document, options.case, str(options.expect))
    if options.write_expect:
        expect.write(options.write_expect, document)
    for path, form in outputs.items():
        path.write_text(formats.FORMATS[form](document), encoding="utf-8", errors="replace")
    return document


def _outputs(options: argparse.Namespace) -> dict[Path, str]:
    """Which file gets which format; each can be written, which is better known before the run than after it."""
    if options.format and len(options.output) > 1:
        raise formats.UnknownFormat(
            "--format is for one --output; several files say by their endings what they should be"
        )
    found = dict(formats.asked(each, options.format) for each in options.output)
    for path in found:
        path.touch()
    return found


def _print(text: str) -> None:
    """As a terminal of any encoding can show it."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, errors="replace").decode(encoding))
    if not text.endswith("\n"):
        sys.stdout.write("\n")


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is not a number of jobs")
    return int(text)
