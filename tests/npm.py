"""Packages that only the tests read: GitHub's own descriptions of its APIs, fetched by npm and kept beside the environment."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from tests.skips import skip_package, skip_tool

KEPT = Path(sys.prefix) / "npm"


def package(name: str, version: str, wanted: str = "") -> Path:
    """The folder of a package's files at a version. Skips (kind tool) where npm is missing or gives none.

    `wanted` is the only file that is kept of a large package.
    """
    folder = KEPT / f"{name.replace('/', '-')}-{version}"
    if folder.is_dir():
        return folder / "package"
    npm = skip_tool("npm")
    loading = folder.with_name(f"{folder.name}.{id(folder)}")
    loading.mkdir(parents=True)
    try:
        done = subprocess.run(
            [npm, "pack", f"{name}@{version}", "--silent", "--pack-destination", loading],
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            skip_package(
                f"{name}@{version}", done.stderr.strip()[-200:] or f"npm ended with {done.returncode}"
            )
        with tarfile.open(next(loading.glob("*.tgz"))) as archive:
            members = [archive.getmember(f"package/{wanted}")] if wanted else None
            archive.extractall(loading, members, filter="data")
        try:
            loading.rename(folder)
        except OSError:
            pass  # another run was quicker
    finally:
        shutil.rmtree(loading, ignore_errors=True)
    return folder / "package"
