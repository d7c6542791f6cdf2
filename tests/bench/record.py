"""What every file of measurements says about the day and the machine, and where it is kept."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def circumstances(command: str) -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "host": f"{platform.system()} {platform.release()}, {os.cpu_count()} cores",
        "python": platform.python_version(), "command": command, "commit": commit.stdout.strip(),
    }  # fmt: skip


def keep(found: dict[str, Any], path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
