"""`make bench`: our minutes beside hcoop-meetbot's, in turn, in one run: 100,000 messages fed and written; then 1,000,000 of ours.

Prints a table and keeps it in docs/measured/bench-meetings.json with date and host. The peer runs in an environment of its own.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.record import ROOT, circumstances, keep
from tests.bench.talk import talk

PEER, PEER_VERSION = "hcoop-meetbot", "0.8.1"
ONLY = ("--only", "json", "--only", "html")  # and the log page: what the peer writes
MESSAGES, MANY, ROUNDS = 100_000, 1_000_000, 3
Figures = dict[str, float]


def main() -> None:
    peer = _peer()
    with tempfile.TemporaryDirectory() as folder:
        found = _measure(Path(folder), peer)
    found |= circumstances("make bench") | {"peer": f"{PEER} {PEER_VERSION}"}
    keep(found, ROOT / "docs" / "measured" / "bench-meetings.json")
    _print(found)


def _measure(folder: Path, peer: Path) -> dict[str, Any]:
    some, many, log, long = (folder / name for name in ("some.jsonl", "many.jsonl", "some.log", "long.log"))
    for count, messages, text in ((MESSAGES, some, log), (MANY, many, long)):
        with messages.open("w") as rows, text.open("w") as lines:
            for at, nick, said in talk(count):
                rows.write(json.dumps([at.isoformat(), nick, said]) + "\n")
                lines.write(f"{at:%H:%M:%S} <{nick}> {said}\n")
    ours, theirs, whole, their_whole = [], [], [], []
    for n in range(ROUNDS):
        ours.append(_ours(folder, some, f"ours{n}"))
        started = time.perf_counter()
        theirs.append(
            _run([peer, ROOT / "tests" / "bench" / "peer_hcoop.py", some, _new(folder, f"theirs{n}")])
        )
        their_whole.append(time.perf_counter() - started)
        whole.append(_command(log, _new(folder, f"command{n}")))
    ten = _ours(folder, many, "many")
    long_command = _command(long, _new(folder, "long"))
    process = [t["total"] / o["total"] for t, o in zip(theirs, ours, strict=True)]
    command = [t / w["wall"] for t, w in zip(their_whole, whole, strict=True)]
    return {
        "messages": MESSAGES, "rounds": ROUNDS, "ours": _median(ours), "theirs": _median(theirs),
        "whole_command": _median(whole), "their_whole_command": statistics.median(their_whole),
        "times_faster_in_process": statistics.median(process), "times_faster_whole_command": statistics.median(command),
        "million": ten, "million_times": ten["total"] / _median(ours)["total"], "million_command": long_command,
    }  # fmt: skip


def _ours(folder: Path, messages: Path, name: str) -> Figures:
    return _run([sys.executable, "-m", "tests.bench.ours_meetings", messages, _new(folder, name)])


def _command(log: Path, out: Path) -> Figures:
    """`tallyman minutes LOG --out DIR`, the forms that the peer writes, as a whole process: its wall time, and its peak memory as the kernel counts it."""
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "bot.cli.main", "minutes", log, "--date", "2026-06-03", "--out", out, *ONLY],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"tallyman minutes ended with {child.returncode}")
    return {"wall": time.perf_counter() - started, "mib": usage.ru_maxrss / 1024}


def _run(words: list[Any]) -> Figures:
    done = subprocess.run(
        [str(word) for word in words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: Figures = json.loads(done.stdout)
    return found


def _new(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def _median(rows: list[Figures]) -> Figures:
    return {name: round(statistics.median(row[name] for row in rows), 3) for name in rows[0]}


def _peer() -> Path:
    """The peer's interpreter; its environment is made at the first call."""
    env = ROOT / ".venv-hcoop"
    python = env / "bin" / "python"
    if not (env / ".installed").exists():
        subprocess.run([sys.executable, "-m", "venv", env], check=True)
        wanted = f"{PEER}=={PEER_VERSION}"
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wanted], check=True
        )
        (env / ".installed").touch()
    return python


def _print(found: dict[str, Any]) -> None:
    ours, theirs = found["ours"], found["theirs"]
    print(f"{found['messages']:,} messages, medians of {found['rounds']} rounds in turn; {found['host']}")
    print(f"{'':28}{'ours':>12}{found['peer']:>24}{'ratio':>10}")
    for what, name, unit in (
        ("feed", "feed", "s"),
        ("write", "write", "s"),
        ("feed and write", "total", "s"),
        ("peak memory", "mib", "MiB"),
    ):
        print(
            f"{what + ', ' + unit:28}{ours[name]:>12.2f}{theirs[name]:>24.2f}{theirs[name] / ours[name]:>9.1f}x"
        )
    whole = found["whole_command"]["wall"]
    print(
        f"{'the whole command, s':28}{whole:>12.2f}{found['their_whole_command']:>24.2f}{found['times_faster_whole_command']:>9.1f}x"
    )
    print(
        f"{found['million']['total']:.2f} s for 1,000,000 messages: {found['million_times']:.1f} times the time of {found['messages']:,}"
    )
    print(
        f"the whole command: {found['whole_command']['mib']:.0f} MiB for {found['messages']:,} lines, "
        f"{found['million_command']['mib']:.0f} MiB and {found['million_command']['wall']:.1f} s for 1,000,000"
    )


if __name__ == "__main__":
    main()
