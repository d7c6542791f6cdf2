"""`make soak`: every randomised test with its full count; what was run is kept in docs/measured/soak-*.json."""

import json
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEETINGS = (
    "tests/meetings/test_recorder.py",
    "tests/jobs/test_recording.py",
    "tests/meetings/notes/test_properties.py",
    "tests/meetings/test_formats_any_input.py",
    "tests/reports/test_any_meeting.py",
)  # those that take their counts from soaking.py
RUNTIME = (
    "tests/runtime/test_fuzz.py",
    "tests/runtime/test_killed.py",
    "tests/runtime/test_adverse.py",
    "tests/runtime/test_concurrent.py",
    "tests/runtime/attacks/test_attacks.py",
    "tests/runtime/attacks/test_interpreter.py",
    "tests/runtime/attacks/test_races.py",
    "tests/runtime/attacks/test_resolvers.py",
    "tests/conformance/test_killed.py",
)
RECORDS = ("tests/records/test_conformance_records.py",)  # among two million results
COOKBOOK = ("tests/cookbook/test_recipes.py",)  # every release
PUBLICATION = (
    "tests/publication/test_killed.py",
    "tests/publication/test_faults.py",
    "tests/judgement/test_requests.py",
    "tests/reports/test_readiness_inert.py",
)
ROOMS = {
    "meetings": MEETINGS,
    "runtime": RUNTIME,
    "records": RECORDS,
    "cookbook": COOKBOOK,
    "publication": PUBLICATION,
}


def main(rooms: list[str]) -> int:
    """Soaks the rooms, or all of them. The worst exit code of pytest counts."""
    return max(soak(name, ROOMS[name]) for name in rooms or ROOMS)


def soak(name: str, files: tuple[str, ...]) -> int:
    words = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "loadfile", *files]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, "TALLYMAN_SOAK": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    print(done.stdout)
    counts = {
        what: int(n)
        for n, what in re.findall(r"(\d+) (passed|failed|skipped|error)", done.stdout.splitlines()[-1])
    }
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    found = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "commit": commit.stdout.strip(), "command": "make soak",
        "kernel": f"{platform.system()} {platform.release()}", "counts": counts,
    }  # fmt: skip
    path = ROOT / "docs" / "measured" / f"soak-{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
