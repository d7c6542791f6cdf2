"""The demo as a stranger starts it: in a folder with settings of its own, and an environment that means something else.

And the local GitHub alone, for the tests of how it answers.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.hubs import hub, running
from tests.world import BINARIES, environment

__all__ = ["demo", "hub", "running", "strange_folder"]

# None of this concerns the demo: it brings its own settings, and its GitHub is on this machine.
STRANGE = {
    "TALLYMAN_SERVICE__SEND": "false",
    "TALLYMAN_GITHUB__API": "http://127.0.0.1:1",
    "TALLYMAN_CONFIG": "nowhere.toml",
    "TALLYMAN_GITHUB_TOKEN": "somebody-else",
    "http_proxy": "http://127.0.0.1:1",
    "HTTP_PROXY": "http://127.0.0.1:1",
}


def strange_folder(folder: Path) -> Path:
    (folder / "tallyman.toml").write_text("[service]\nsned = true\n")
    return folder


@contextmanager
def demo(
    folder: Path, *words: str | Path, before: list[str] | None = None
) -> Iterator["subprocess.Popen[str]"]:
    """A demo that runs; it is ended with the block if it has not ended by itself."""
    process = subprocess.Popen(
        [*(before or []), BINARIES / "tallyman", "demo", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, cwd=folder, env=environment(folder, STRANGE),
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)
