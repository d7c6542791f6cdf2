"""`make bench-runtime`: refrun beside runc and crun, by hyperfine, in turn, each by the very command its users type.

Ratios are of medians over all rounds. Nothing is switched off and nothing is warmed but by the runs apart that hyperfine makes
first. Prints a table and keeps it in docs/measured/bench-runtime.json with date, host and load.
"""

import argparse
import json
import os
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.peers import HYBRID, Peer, interpreter, memory, peers, refrun, staying
from tests.bench.record import ROOT, circumstances, keep

OURS, FIRST_PEER, PYTHON = "refrun", "runc", "python -IS -c pass"
RUN, LIFE, QUESTION, WAITING_KIB = 0.7, 1.0, 1.5, 12 * 1024
QUESTIONS = {
    "state": ("ID",),
    "kill": ("ID", "CONT"),
    "list": (),
}  # SIGCONT: a running program does not notice


@dataclass(frozen=True, slots=True)
class Contest:
    """Commands that are timed in turn; the ratio is the first one's median over that of `against`."""

    what: str
    commands: dict[str, list[str]]
    around: dict[str, tuple[str, ...]]
    against: str
    target: float


def main(argv: list[str]) -> int:
    asked = _options(argv)
    if os.geteuid() != 0 or not shutil.which("hyperfine"):
        print("bench-runtime needs root and hyperfine (Debian's package of that name)", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was made is taken away
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        found = _measure(Path(folder), asked)
    if asked.out:
        keep(found, asked.out)
    print(table(found))
    return 0


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench-runtime")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--warmup", type=int, default=3)
    parser.add_argument(
        "--only",
        default="",
        help="words of one contest, such as `state` or `run, runc`; nothing is kept then",
    )
    parser.add_argument(
        "--out", type=Path, help="where the figures are kept (docs/measured/bench-runtime.json)"
    )
    asked = parser.parse_args(argv)
    if asked.out is None and not asked.only:
        asked.out = ROOT / "docs" / "measured" / "bench-runtime.json"
    return asked


def _measure(folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    load = os.getloadavg()
    here = peers(folder)
    told = circumstances("make bench-runtime") | {
        "versions": {peer.name: peer.version() for peer in here} | {"hyperfine": _hyperfine_version()},
        "interpreter": Path(interpreter(refrun())).name, "rounds": asked.rounds, "runs": asked.runs, "warmup": asked.warmup,
        "crun_in": "a mount namespace without the unified mount" if HYBRID.is_dir() else "the host as it is",
    }  # fmt: skip
    with _stayers(here):
        contests = [each for each in _contests(here) if asked.only in each.what]
        rows = _rounds(contests, asked, folder / "times.json")
    waiting = [] if asked.only else [_waiting(here, asked.rounds)]
    return told | {"load": {"before": load, "after": os.getloadavg()}, "contests": rows, "memory": waiting}


def _contests(here: list[Peer]) -> list[Contest]:
    around = {peer.name: peer.around for peer in here}
    made = []
    for origin in here[0].bundles:
        runs = {
            peer.name: peer.words("run", "--bundle", str(peer.bundles[origin]), "bench-run") for peer in here
        }
        made.append(Contest(f"run, {origin} spec", runs, around, FIRST_PEER, RUN))
        lives = {peer.name: _life(peer, peer.bundles[origin]) for peer in here}
        made.append(Contest(f"create + start + delete, {origin} spec", lives, around, FIRST_PEER, LIFE))
    bare = {PYTHON: [interpreter(refrun()), "-IS", "-c", "pass"]}
    for verb, args in QUESTIONS.items():
        words = [word.replace("ID", "bench-stays") for word in args]
        asks = {peer.name: peer.words(verb, *words) for peer in here}
        made.append(Contest(verb, asks | bare, around | {PYTHON: ()}, PYTHON, QUESTION))
    return made


def _life(peer: Peer, bundle: Path) -> list[str]:
    """The three commands in one script, the same for all; --force since a started program may not have ended yet."""
    steps = (
        ["create", "--bundle", str(bundle), "bench-life"], ["start", "bench-life"], ["delete", "--force", "bench-life"]
    )  # fmt: skip
    return ["sh", "-c", " && ".join(shlex.join(peer.words(*step)) for step in steps)]


def _rounds(contests: list[Contest], asked: argparse.Namespace, file: Path) -> list[dict[str, Any]]:
    times: list[dict[str, list[list[float]]]] = [{name: [] for name in each.commands} for each in contests]
    for n in range(asked.rounds):
        for contest, kept in zip(contests, times, strict=True):
            names = list(contest.commands)
            for name in names[n % len(names) :] + names[: n % len(names)]:  # each is first in its turn
                words = [
                    "hyperfine", "-N", "--style", "none", "--warmup", str(asked.warmup), "--runs", str(asked.runs),
                    "--export-json", str(file), shlex.join(contest.commands[name]),
                ]  # fmt: skip
                done = subprocess.run(
                    [*contest.around[name], *words], capture_output=True, text=True, check=False
                )
                if done.returncode:
                    raise SystemExit(f"{name}, {contest.what}: {done.stderr}")
                kept[name].append(json.loads(file.read_text())["results"][0]["times"])
    return [judged(contest, kept) for contest, kept in zip(contests, times, strict=True)]


def judged(contest: Contest, times: dict[str, list[list[float]]]) -> dict[str, Any]:
    """One row of the record: `times` are seconds, a list for each round. The ratio of each round shows how steady the whole one is."""
    every = {name: [each for some in rounds for each in some] for name, rounds in times.items()}
    row: dict[str, Any] = {
        "what": contest.what,
        "ms": {name: {"median": _ms(statistics.median(some)), "min": _ms(min(some))} for name, some in every.items()},
        "against": contest.against, "target": contest.target, "ratio": None, "verdict": "not measured",
    }  # fmt: skip
    if contest.against in every:
        ratio = statistics.median(every[OURS]) / statistics.median(every[contest.against])
        each = [
            statistics.median(ours) / statistics.median(theirs)
            for ours, theirs in zip(times[OURS], times[contest.against], strict=True)
        ]
        row["ratio"], row["ratio_by_round"] = round(ratio, 3), [round(one, 3) for one in each]
        row["verdict"] = "met" if ratio <= contest.target else "missed"
    return row


def _waiting(here: list[Peer], rounds: int) -> dict[str, Any]:
    """The process that waits in a created container: the median of some, with the bundle of refrun's own `spec`."""
    found = {}
    for peer in here:
        some = [memory(peer, peer.bundles[OURS], f"bench-waits-{n}") for n in range(rounds)]
        found[peer.name] = {what: int(statistics.median(one[what] for one in some)) for what in some[0]}
    met = found[OURS]["vmrss"] < WAITING_KIB
    return {"what": "waiting process", "kib": found, "target_kib": WAITING_KIB, "verdict": "met" if met else "missed"}  # fmt: skip


@contextmanager
def _stayers(here: list[Peer]) -> Iterator[None]:
    """A running container for each runtime, so that there is something to ask about."""
    ids = ("bench-stays", "bench-run", "bench-life")
    try:
        for peer in here:
            peer.call("run", "--detach", "--bundle", str(staying(peer.bundles[OURS])), "bench-stays")
        yield
    finally:
        for peer in here:
            peer.end(*ids)


def table(found: dict[str, Any]) -> str:
    """The figures for people: milliseconds as median (min), then the ratio of refrun's median."""
    names = [name for name in found["versions"] if name != "hyperfine"]
    busy = (
        ""
        if found["load"]["before"][0] < 0.5
        else ": others were at work, so read the ratios rather than the times"
    )
    lines = [
        f"{found['at']}, {found['host']}, Python {found['python']}, commit {found['commit']}",
        *(f"  {name}: {version}" for name, version in found["versions"].items()),
        f"  {found['rounds']} rounds in turn of {found['runs']} runs each after {found['warmup']} apart; crun in {found['crun_in']}",
        f"  load {_load(found['load']['before'])} before, {_load(found['load']['after'])} after{busy}",
        "",
        f"{'ms, median (min)':38}{''.join(f'{name:>17}' for name in names)}{'python':>17}{'ratio':>8}{'target':>8}  verdict",
    ]
    for row in found["contests"]:
        cells = "".join(f"{_cell(row['ms'].get(name)):>17}" for name in [*names, PYTHON])
        ratio = "-" if row["ratio"] is None else f"{row['ratio']:.2f}"
        lines.append(f"{row['what']:38}{cells}{ratio:>8}{row['target']:>8}  {row['verdict']}")
    for row in found["memory"]:
        lines.append("")
        lines.append(f"{'waiting process, MiB':38}{''.join(f'{name:>17}' for name in names)}{'':33}  verdict")
        for what, text in (("vmrss", "resident"), ("pss", "its share"), ("anonymous", "its own")):
            cells = "".join(f"{row['kib'][name][what] / 1024:>17.1f}" for name in names)
            aside = (
                f"{'under ' + str(row['target_kib'] // 1024):>33}  {row['verdict']}"
                if what == "vmrss"
                else ""
            )
            lines.append(f"{'  ' + text:38}{cells}{aside}")
    return "\n".join(lines)


def _cell(one: "dict[str, float] | None") -> str:
    return f"{one['median']:.1f} ({one['min']:.1f})" if one else "-"


def _load(numbers: tuple[float, ...]) -> str:
    return " ".join(f"{each:.1f}" for each in numbers)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _hyperfine_version() -> str:
    done = subprocess.run(["hyperfine", "--version"], capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
