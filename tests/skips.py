"""The three reasons for which a test may be skipped, and what CI makes of each.

A missing tool or missing data is a failure under CI=true: CI installs the tools and lays the data beside the checkout.
A host skip names a probed fact; `tests/expected-skips.toml` lists the facts that may hold, and conftest.py fails the run
for an unlisted one and for a listed one that did not occur on a host of that kind.
"""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def skip_tool(program: str) -> str:
    """The path of a program; skips (fails in CI) when it is not installed."""
    found = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        _missing(f"tool: {program} is not installed")
    return found


def skip_version(program: str, wanted: str) -> None:
    """Skips (fails in CI) when a program is not of the version that a test's facts were read for."""
    _missing(f"tool: {program} is not {wanted}, for which this was looked at: look at the new one")


def skip_package(name: str, said: str) -> None:
    """Skips (fails in CI) when a package that only tests read cannot be fetched; `said` is why."""
    _missing(f"tool: the package {name} cannot be fetched: {said}")


def skip_data(name: str) -> Path:
    """A path under ../shared (`seed/2016-06-01-meeting.log`); skips (fails in CI) when it is not there."""
    path = SHARED / name
    if not path.exists():
        _missing(f"data: ../shared/{name} is not beside the checkout")
    return path


def skip_host(fact: str, reason: str) -> NoReturn:
    """Skips for a property of this kernel or user. `fact` is the key in expected-skips.toml, `reason` what was probed."""
    pytest.skip(f"host: {fact}: {reason}")


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
