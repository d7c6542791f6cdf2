"""The runs that the matrix is tried on: three runtimes, two releases, and every word that a cell can have."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.conformance import (
    CaseOutcome,
    CaseResult,
    Claims,
    Disputed,
    Explained,
    HostFacts,
    Level,
    ReleaseRun,
    Vouch,
)
from bot.reports.matrix import By, Filter, Question

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
HOST = "Linux 6.1 x86_64, cgroup v2"
FACTS = HostFacts(
    "6.1", "x86_64", "v2", "root", "busybox", ("apparmor",), (("hugetlb", "no controller"), ("root", ""))
)
WHY = Explained("it has no such check", "https://example.org/runc/7", "bug", "config.md#root")
ROW = Disputed(
    "ada", "https://example.org/spec/9", "the sentence is about files alone", "2026-06-01", CaseOutcome.FAILED
)
HOSTILE = "@ada #12 fixes GH-3 <img src=x onerror=alert(1)> [x](javascript:alert(1)) | `y` <!-- z --> \x1b[2J"
LETTERS = {
    "P": CaseOutcome.PASSED, "F": CaseOutcome.FAILED, "E": CaseOutcome.ERROR, "S": CaseOutcome.SKIPPED,
    "N": CaseOutcome.NOT_APPLICABLE, "C": CaseOutcome.NOT_CLAIMED, "D": CaseOutcome.DISPUTED,
}  # fmt: skip
CASES = {  # in the order of the letters: who asks for it and where
    "bundle/one": (Level.MUST, "bundle.md#container-format", "aaaaaaaaaa"),
    "hooks/two": (Level.SHOULD, "config.md#hooks", "bbbbbbbbbb"),
    "mounts/three": (Level.MUST, "config.md#mounts", "cccccccccc"),
    "mounts/four": (Level.MAY, "config.md#mounts", "dddddddddd"),
    "seccomp/five": (Level.MUST, "config-linux.md#seccomp", "eeeeeeeeee"),
}  # fmt: skip


def results(letters: str, **more: dict[str, Any]) -> tuple[CaseResult, ...]:
    """A letter for each case, `-` for one that was not run; `more` are further fields, by the case's short name."""
    found = []
    for letter, (case, (level, section, id_)) in zip(letters, CASES.items(), strict=False):
        if letter == "-":
            continue
        outcome = LETTERS[letter]
        reason = "" if outcome is CaseOutcome.PASSED else f"why {case}"
        made = CaseResult(case, (id_,), level, outcome, reason, 0.1, (section,), True)
        if letter == "D":
            made = replace(made, disputed=ROW)
        found.append(replace(made, **more.get(case.partition("/")[2], {})))
    return tuple(found)


def run(letters: str, *, release: str = "v1.1.0", id_: int = 0, **more: Any) -> ReleaseRun:
    facts = {key: value for key, value in more.items() if key not in CASES and not isinstance(value, dict)}
    of_cases = {key: value for key, value in more.items() if isinstance(value, dict)}
    made = ReleaseRun(
        release, "refrun", "refrun 0.1.0", HOST, NOON, results(letters, **of_cases), name="refrun", digest="sha256:" + "ab" * 32,
        suite="sha256:" + "cd" * 32, claims=Claims("v1.0.0", "v1.1.0", "features"), facts=FACTS, id=id_, document=id_,
    )  # fmt: skip
    return replace(made, **facts)


RUNC: dict[str, Any] = {
    "runtime": "runc",
    "name": "runc",
    "runtime_version": "runc version 1.1.5+ds1",
    "build": "1.1.5+ds1-1+deb12u1",
}
ELSEWHERE: dict[str, Any] = {
    "runtime": "/opt/crun --x", "name": "crun", "runtime_version": "crun version 1.8.1", "host": "Linux 5.10 aarch64, cgroup v1",
    "facts": None, "claims": None, "suite": "", "digest": "", "vouched": Vouch("bo", "our own machine", NOON), "at": NOON - timedelta(days=3),
}  # fmt: skip
RUNS = (
    run("PPPPP", id_=1),
    run("PPPPP", release="v1.0.0", id_=1),
    run("FFPFS", id_=2, **RUNC, one={"explained": WHY, "output": "runc: no\n\x1b[31mmore", "repeat": "tallyman conformance run --case bundle/one"}),
    run("PFPPS", release="v1.0.0", id_=3, **RUNC),
    run("D-CNE", id_=4, **ELSEWHERE),
)  # fmt: skip
EARLIER: dict[int, tuple[ReleaseRun, ...]] = {
    2: (run("PFPFS", id_=7, **{**RUNC, "runtime_version": "runc version 1.1.4", "build": ""}),)
}


@dataclass(frozen=True, slots=True)
class Shown:
    question: Question
    runs: Sequence[ReleaseRun] = RUNS
    earlier: dict[int, tuple[ReleaseRun, ...]] = field(default_factory=lambda: EARLIER)


VARIANTS = {
    "empty": Shown(Question(), ()),
    "releases": Shown(Question()),
    "files": Shown(Question(by=By.FILE, releases=("v1.1.0",))),
    "sections": Shown(Question(by=By.SECTION, releases=("v1.1.0",), runtimes=("runc", "refrun"))),
    "cases": Shown(Question(by=By.CASE)),
    "one-case": Shown(Question(cases=("bundle/one",))),
    **{each.value: Shown(Question(filter=each)) for each in Filter},
    "none": Shown(Question(filter=Filter.DISPUTED, whose="refrun")),
    "hostile": Shown(
        Question(by=By.CASE),
        (
            run(
                "F", runtime=HOSTILE, name=HOSTILE, runtime_version=HOSTILE, build=HOSTILE, host=HOSTILE, suite=HOSTILE,
                vouched=Vouch(HOSTILE, HOSTILE, NOON),
                one={"reason": HOSTILE, "explained": Explained(HOSTILE, "javascript:alert(1)", HOSTILE), "sections": (HOSTILE,)},
            ),
        ),
    ),
}  # fmt: skip
