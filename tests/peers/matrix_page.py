"""docs/conformance.md from its record, the cases and known.toml: nothing on the page is typed by hand but its words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.conformance import covers, declare, headings, known, releases
from runtime.conformance.requirements import history
from tests.peers.runtimes import NAMES

TEXT = "https://github.com/opencontainers/runtime-spec/blob"
OPENING = """# Conformance

What refrun, runc and crun do at every release of the runtime specification since v0.4.0, on one machine. **Read each column as the
one version and build that is named here**, not as the project: a distribution's package is older than the project's newest release
and carries the distribution's own patches. A runtime that is not installed is *not here*, which says nothing about it. A runtime is
held only to the releases that it claims; beyond them a cell says *not claimed*.

A case **FAILS** a MUST, but *misses* a SHOULD and *differs* in a MAY. A known cause is told beside a failure, which stays one. What was
skipped, is disputed or has no result has not failed and is in no total. What failed was tried a second time, alone: *not always* means that
one of the two went well.

Made by `{command}` from [measured/conformance.json](measured/conformance.json) on {date}: {host}, commit {commit}, suite
`{suite}`. With the results kept (`--save`), `tallyman conformance matrix differs` shows the same on your machine, and
`--case ID` what a case saw.
"""
SECTIONS = """## By section

A line for each section of the specification that a case is about, and for the releases in which every runtime does the same there.
A cell speaks of those releases of its line that the runtime claims. A case that is about two sections counts in both.
"""
DIFFERENCES = """## Each difference

Every case that some runtime fails, by the section it is about, with the sentence's place in the newest release where it fails.
{count}. Words in quotes are the case's own: what was expected, and what was seen.
"""
SKIPPED = """## What this machine could not try
"""
WORDS = {"MUST": "**FAILS**", "SHOULD": "*misses*", "MAY": "*differs*"}


@dataclass(frozen=True, slots=True)
class Failing:
    """A case on one runtime over neighbouring releases for one reason; `cause` is what known.toml has of it."""

    runtime: str
    tags: tuple[str, ...]
    letter: str
    reason: str
    cause: Mapping[str, str] | None


def page(found: Mapping[str, Any]) -> str:
    opening = OPENING.format(
        command=found["command"],
        date=found["at"][:10],
        host=found["host"],
        commit=found["commit"],
        suite=found["suite"],
    )
    every = {case: failing(found, case) for case in found["cases"]}
    differences = {case: rows for case, rows in every.items() if rows}
    parts = [
        opening, _runtimes(found), _releases(found), SECTIONS, *_sections(found),
        DIFFERENCES.format(count=_count(differences)), *_differences(found, differences), SKIPPED, _skipped(found),
    ]  # fmt: skip
    if newer := sorted({case.id for case in declare.all_cases()} - set(found["cases"])):
        parts.append(f"Not measured yet: {', '.join(f'`{case}`' for case in newer)}.\n")
    return "\n".join(parts)


def title(found: Mapping[str, Any], name: str) -> str:
    """The exact version and build: never a bare name."""
    if name not in found["runtimes"]:
        return name
    one = found["runtimes"][name]
    version = one["version"].removeprefix(f"{name} version ").removeprefix(f"{name} ")
    return f"{name} {one['build'] or version}"


def failing(found: Mapping[str, Any], case: str) -> list[Failing]:
    """What fails of a case, runtime by runtime, each once for neighbouring releases with the same reason and cause."""
    rows: list[Failing] = []
    for name, one in found["runtimes"].items():
        told = {tag: reason for reason, tags in one["reasons"].get(case, {}).items() for tag in tags}
        last = -2
        for n, (tag, letter) in enumerate(zip(found["releases"], one["letters"].get(case, ""), strict=False)):
            if letter not in "FED~":
                continue
            cause = known.explained(case, tag, name, one["version"], told[tag]) if letter == "F" else None
            made = Failing(name, (tag,), letter, told[tag], cause)
            if (
                rows
                and last == n - 1
                and (rows[-1].runtime, rows[-1].letter, rows[-1].reason, rows[-1].cause)
                == (name, letter, told[tag], cause)
            ):
                rows[-1] = Failing(name, (*rows[-1].tags, tag), letter, told[tag], cause)
            else:
                rows.append(made)
            last = n
    return rows


# --- tables


def _runtimes(found: Mapping[str, Any]) -> str:
    rows = []
    for name in NAMES:
        if name not in found["runtimes"]:
            rows.append([name, "not here", "", "", "", ""])
            continue
        one = found["runtimes"][name]
        host = one["host"]
        around = f", in {host['around']}" if host.get("around") else ""
        lsms = "+".join(host["lsms"]) or "no LSM"
        claims = one["claims"]
        rows.append(
            [
                title(found, name), _safe(one["version"]), f"`{one['digest'][:19]}`",
                f"{claims['min']} to {claims['max']} ({claims['from']})", str(sum(one["executions"].values())),
                f"{host['kernel']} {host['machine']}, cgroup {host['cgroup']}, {host['rights']}, {lsms}{around}; `{one['command']}`",
            ]
        )  # fmt: skip
    return _table(["runtime", "in its own words", "program", "claims", "executions", "how it was run"], rows)


def _releases(found: Mapping[str, Any]) -> str:
    rows = [
        [tag, *(_cell(found, name, [(case, n) for case in found["cases"]]) for name in NAMES)]
        for n, tag in reversed(list(enumerate(found["releases"])))
    ]
    return "## By release\n\n" + _table(["release", *(title(found, name) for name in NAMES)], rows)


def _sections(found: Mapping[str, Any]) -> Iterable[str]:
    """A table for each file of the specification."""
    about: dict[str, list[str]] = {}
    for case, one in found["cases"].items():
        for place in one["sections"]:
            about.setdefault(place, []).append(case)
    for file in headings.FILES:
        rows = []
        for heading in (each for each in headings.load() if each.file == file):
            places = {f"{file}#{anchor}" for anchor in (heading.anchor, *heading.was)}
            cases = sorted({case for place in places for case in about.get(place, ())})
            for tags, cells in _ranges(found, cases):
                rows.append(
                    [
                        f"[{_safe(heading.title)}]({TEXT}/{tags[-1]}/{_anchor(heading, tags[-1], cases)})",
                        _span(tags),
                        *cells,
                    ]
                )
        if rows:
            yield f"### {file}\n\n" + _table(
                ["section", "releases", *(title(found, name) for name in NAMES)], rows
            )


def _anchor(heading: headings.Heading, tag: str, cases: Sequence[str]) -> str:
    """The section in that release's own text: the newest one's title, else where the release has a requirement of its cases."""
    if releases.position(heading.until) == releases.position(tag):
        return heading.place
    at = (each for case in cases for each in _places(case, tag) if each.startswith(f"{heading.file}#"))
    return next(at, heading.place)


def _ranges(found: Mapping[str, Any], cases: Sequence[str]) -> Iterable[tuple[list[str], list[str]]]:
    """Neighbouring releases at which every runtime does the same in these cases; what a runtime does not claim is like anything."""
    tags: list[str] = []
    cells: list[str] = []
    for n, tag in enumerate(found["releases"]):
        here = [_cell(found, name, [(case, n) for case in cases], short=True) for name in NAMES]
        if not any(cell and cell != "not here" for cell in here):
            continue
        if tags and all(_is_like(a, b) for a, b in zip(cells, here, strict=True)):
            tags.append(tag)
            cells = [b if a in ("", "not claimed") else a for a, b in zip(cells, here, strict=True)]
        else:
            if tags:
                yield tags, cells
            tags, cells = [tag], here
    if tags:
        yield tags, cells


def _is_like(one: str, other: str) -> bool:
    return one == other or bool({one, other} & {"", "not claimed"})


def _cell(
    found: Mapping[str, Any], name: str, where: Iterable[tuple[str, int]], *, short: bool = False
) -> str:
    """What a runtime does in these cases at these releases (by number), in words; "" where none applies."""
    if name not in found["runtimes"]:
        return "not here"
    letters = found["runtimes"][name]["letters"]
    seen = [(case, letters[case][n]) for case, n in where if case in letters]
    passed = sum(letter == "P" for _, letter in seen)
    bad = {
        level: sum(letter == "F" and found["cases"][case]["level"] == level for case, letter in seen)
        for level in WORDS
    }
    errors, shaky, skipped, disputed = (sum(letter == each for _, letter in seen) for each in "E~SD")
    tested = passed + sum(bad.values()) + errors + shaky
    aside = [f"{n} {word}" for n, word in ((skipped, "skipped"), (disputed, "disputed")) if n]
    if not tested:
        if any(letter == "c" for _, letter in seen):
            return "not claimed"
        return ", ".join(aside) if not short else ("not tried" if aside else "")
    if passed == tested:
        return "passes" if short else "; ".join([f"all {passed} pass", *aside])
    parts = [f"{n} {level} {_verb(level, n)}" for level, n in bad.items() if n]
    parts += [f"{errors} our error"] if errors else []
    parts += [f"{shaky} not always"] if shaky else []
    return "; ".join([f"{passed} of {tested} pass", ", ".join(parts), *([] if short else aside)])


def _verb(level: str, n: int) -> str:
    one, many = {
        "MUST": ("**FAILS**", "**FAIL**"),
        "SHOULD": ("*is missed*", "*are missed*"),
        "MAY": ("*differs*", "*differ*"),
    }[level]
    return one if n == 1 else many


# --- each difference


def _count(differences: Mapping[str, Sequence[Failing]]) -> str:
    rows = [row for rows in differences.values() for row in rows if row.letter == "F"]
    explained = sum(row.cause is not None for row in rows)
    return f"{len(differences)} cases, {len(rows)} failures told apart by runtime, releases and reason; a cause is known of {explained}"


def _differences(found: Mapping[str, Any], differences: Mapping[str, Sequence[Failing]]) -> Iterable[str]:
    titles = {case.id: case.title for case in declare.all_cases()}
    order = {each.place: n for n, each in enumerate(headings.load())}
    by_section: dict[str, list[str]] = {}
    for case in differences:
        by_section.setdefault(found["cases"][case]["sections"][0], []).append(case)
    for section in sorted(by_section, key=lambda place: (order.get(place, len(order)), place)):
        lines = [f"### {section}", ""]
        for case in by_section[section]:
            level = found["cases"][case]["level"]
            lines.append(f"- `{case}` ({level}): {titles.get(case, '').replace('<', chr(92) + '<')}")
            lines += [f"  - {_told(found, case, level, row)}" for row in differences[case]]
        yield "\n".join(lines) + "\n"


def _told(found: Mapping[str, Any], case: str, level: str, row: Failing) -> str:
    state = {
        "F": WORDS[level],
        "E": "our own error",
        "D": "disputed",
        "~": "not always; of two tries one went well",
    }[row.letter]
    place = place_of(case, row)
    said = f"{title(found, row.runtime)}, {_span(row.tags)}: {state}: “{_safe(row.reason)}” [{place}]({TEXT}/{row.tags[-1]}/{place})"
    if row.letter != "F":
        return said
    if row.cause is None:
        return f"{said}. Not explained yet."
    kind = {"bug": "A bug", "kernel": "A limit of this kernel or host"}[row.cause["kind"]]
    return f"{said}. {kind}: {_safe(row.cause['why'])} ([where that is said]({row.cause['link']}))"


def place_of(case: str, row: Failing) -> str:
    """The specification's own place in the newest release where it fails: what known.toml names for it, else the requirement's."""
    sections = next(each.spec for each in declare.all_cases() if each.id == case)
    named = row.cause["anchor"] if row.cause else ""
    if named in sections and _has(row.tags[-1], named):  # a cause of many cases names the place of one
        return named
    return next(iter(_places(case, row.tags[-1])), sections[0])


def _has(tag: str, place: str) -> bool:
    """Whether the release has that section already, and still."""
    return any(
        each.place == place and releases.within(tag, each.since, each.until) for each in headings.load()
    )


def _places(case: str, tag: str) -> list[str]:
    """Where the requirements that a case covers stand in a release, those of its own sections' files first."""
    at = [history.load(history.nearest(tag)).known[id_].at for id_ in covers.of(case, tag)]
    files = [
        place.partition("#")[0] for each in declare.all_cases() if each.id == case for place in each.spec
    ]
    return sorted(
        dict.fromkeys(at),
        key=lambda place: (
            files.index(place.partition("#")[0]) if place.partition("#")[0] in files else len(files)
        ),
    )


def _skipped(found: Mapping[str, Any]) -> str:
    rows = []
    for name, one in found["runtimes"].items():
        for case, reasons in one["reasons"].items():
            letters = one["letters"][case]
            for reason, tags in reasons.items():
                skipped = [tag for tag in tags if letters[found["releases"].index(tag)] == "S"]
                if skipped:
                    rows.append([f"`{case}`", title(found, name), _span(skipped), _safe(reason)])
    return (
        _table(["case", "runtime", "releases", "why"], rows)
        if rows
        else "Nothing: every case that applies was tried.\n"
    )


def _span(tags: Sequence[str]) -> str:
    return tags[0] if len(tags) == 1 else f"{tags[0]} to {tags[-1]}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _safe(text: str) -> str:
    """Text that was heard from a program, as text in a table."""
    for sign in "\\|<>*_[]`":
        text = text.replace(sign, "\\" + sign)
    return " ".join(text.split())
