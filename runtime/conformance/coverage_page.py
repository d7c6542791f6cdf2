"""`docs/coverage.md`: for each release what is tested of it, for the newest one each file, and everything that has no case."""

from collections.abc import Iterator
from typing import Any

from runtime.conformance import coverage
from runtime.conformance.requirements import history, source

TEXTS = "https://github.com/opencontainers/runtime-spec/blob"
HEADER = """\
# What the cases cover

Which requirements of each release of the runtime specification have a case, made by `python -m runtime.conformance.coverage_page`
from `runtime/conformance/covers.toml` and `untestable.toml`, and checked by a test. Counted is what a runtime on Linux has to do:
its own duties, and what it must refuse of a config. `tallyman conformance coverage TAG` prints the same for one release or a draft,
with the cases of each requirement in `--json`.

A requirement is *tested* when a case goes red on a runtime that breaks it, *untestable* for one of four reasons, and *untested*
when nobody has written its case.
"""


def page() -> str:
    """The whole of docs/coverage.md."""
    documents = {tag: coverage.measure(source.find(tag, None)) for tag in history.tags()}
    newest = history.tags()[-1]
    return "\n".join(
        (
            HEADER,
            *_releases(documents),
            *_files(newest, documents[newest]),
            *_platforms(newest, documents[newest]),
            *_missing(newest, documents[newest]),
        )
    )


def _releases(documents: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield "| release | MUST | tested | untestable | untested | share | SHOULD | tested | no host |"
    yield "| --- | --: | --: | --: | --: | --: | --: | --: | --: |"
    for tag, document in documents.items():
        must, should = (document["counts"][word] for word in coverage.STRENGTHS)
        yield (
            f"| {tag} | {must['total']} | {must['tested']} | {must['untestable']} | {must['untested']} | {must['share']} % "
            f"| {should['total']} | {should['tested']} | {document['no_host']} |"
        )
    yield ""
    yield "No case runs before v0.4.0, the first release with operations. *No host*: statements for other platforms."
    yield ""


def _files(tag: str, document: dict[str, Any]) -> Iterator[str]:
    yield f"## {tag}, file by file"
    yield ""
    yield "| file | MUST | tested | untestable | untested | SHOULD | tested | untestable | untested |"
    yield "| --- | --: | --: | --: | --: | --: | --: | --: | --: |"
    for file, counts in document["files"].items():
        numbers = [
            str(counts[word][name]) for word in coverage.STRENGTHS for name in ("total", *coverage.STATES)
        ]
        yield f"| [{file}]({TEXTS}/{tag}/{file}) | {' | '.join(numbers)} |"
    yield ""


def _platforms(tag: str, document: dict[str, Any]) -> Iterator[str]:
    yield f"## What has no host here in {tag}"
    yield ""
    yield "Listed by `tallyman requirements extract`, compared with the release's JSON schema, and in every total of statements. With"
    yield f"`--specs DIR`, `tallyman conformance coverage {tag}` says where text and schema differ."
    yield ""
    yield "| platform | statements | MUST | SHOULD | MAY |"
    yield "| --- | --: | --: | --: | --: |"
    for platform, counts in document["platforms"].items():
        numbers = (counts["statements"], *(counts[word] for word in ("MUST", "SHOULD", "MAY")))
        yield f"| {platform} | {' | '.join(map(str, numbers))} |"
    yield ""


def _missing(tag: str, document: dict[str, Any]) -> Iterator[str]:
    rows = [row for row in document["requirements"] if row["counted"] and row["state"] != "tested"]
    yield f"## What has no case in {tag}"
    yield ""
    yield "| reason | what it means | MUST | SHOULD |"
    yield "| --- | --- | --: | --: |"
    for reason, meaning in coverage.REASONS.items():
        numbers = [str(document["counts"][word]["by_reason"][reason]) for word in coverage.STRENGTHS]
        yield f"| {reason} | {meaning} | {' | '.join(numbers)} |"
    yield f"| | untested | {' | '.join(str(document['counts'][word]['untested']) for word in coverage.STRENGTHS)} |"
    yield ""
    yield "| id | keywords | where | why |"
    yield "| --- | --- | --- | --- |"
    for row in sorted(rows, key=lambda row: (row["state"], row["reason"] or "", row["at"], row["id"])):
        why = f"{row['reason']}: {row['why']}" if row["reason"] else "untested"
        name = f"`{row['property']}`" if row["property"] else row["at"]
        words = "/".join(row["keywords"])
        yield f"| `{row['id']}` | {words} | [{name.replace('|', '&#124;')}]({TEXTS}/{tag}/{row['at']}) | {why} |"


if __name__ == "__main__":
    print(page())
