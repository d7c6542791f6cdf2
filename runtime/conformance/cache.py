"""The folder where runs keep what a later one needs: results that still hold, and who is running."""

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any


def folder(*parts: str) -> Path | None:
    """A folder of the user's own below $XDG_CACHE_HOME, else ~/.cache. None where nothing can be kept: a run goes on without."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        # An absolute path is the only one that counts (XDG Base Directory Specification).
        home = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
        made = home.joinpath("tallyman", "conformance", *parts)
        made.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (OSError, RuntimeError):
        return None
    return made if os.access(made, os.W_OK | os.X_OK) else None


def write(path: Path, document: Any) -> None:
    """The whole file or the one that was there before, whatever happens meanwhile. OSError when neither can be."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with open(number, "w", encoding="utf-8") as file:
            json.dump(document, file)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
