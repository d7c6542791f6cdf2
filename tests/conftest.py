"""Counts the skips: each has a kind, a host skip has a listed fact, and a listed fact must truly hold here."""

import ctypes
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

EXPECTED = Path(__file__).with_name("expected-skips.toml")
CLONE_NEWUSER = 0x10000000


@pytest.fixture(scope="session", autouse=True)
def _cache_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test takes over what an earlier run of this user stored, or leaves anything there."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.getbasetemp() / "cache")
    yield
    os.environ.pop("XDG_CACHE_HOME")
    if before is not None:
        os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture(autouse=True)
def _cache_of_the_test(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Nor what another test stored: the folder is made when something is kept in it."""
    base = os.environ["XDG_CACHE_HOME"]
    monkeypatch.setenv("XDG_CACHE_HOME", f"{base}/{abs(hash(request.node.nodeid))}")


def not_root() -> bool:
    return os.geteuid() != 0


def no_user_namespace() -> bool:
    """Whether unshare(CLONE_NEWUSER) is refused, tried in a child so that this process stays as it is."""
    child = os.fork()
    if child == 0:
        os._exit(0 if ctypes.CDLL(None).unshare(CLONE_NEWUSER) == 0 else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def no_github_description() -> bool:
    return not os.environ.get("TALLYMAN_GITHUB_OPENAPI")


def no_cgroup_v1() -> bool:
    return " - cgroup " not in Path("/proc/self/mountinfo").read_text()


def no_cgroup_v2() -> bool:
    return " - cgroup2 " not in Path("/proc/self/mountinfo").read_text()


def no_numa() -> bool:
    return not Path("/proc/self/numa_maps").exists()


def no_veth() -> bool:
    """Whether a virtual network device cannot be made, tried in a network namespace of a child."""
    code = "import ctypes; from tests.runtime.test_netdevices import make_device; ctypes.CDLL(None).unshare(0x40000000); make_device('x', 1400, bytes(4))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode != 0


def has_lsm() -> bool:
    return (
        Path("/sys/fs/selinux/enforce").exists() or Path("/sys/module/apparmor/parameters/enabled").exists()
    )


def not_x86_64() -> bool:
    return os.uname().machine != "x86_64"


def no_hugetlb_v2() -> bool:
    points = [
        line.split()[4]
        for line in Path("/proc/self/mountinfo").read_text().splitlines()
        if " - cgroup2 " in line
    ]
    return not any("hugetlb" in Path(point, "cgroup.controllers").read_text().split() for point in points)


PROBES: dict[str, Callable[[], bool]] = {
    probe.__name__: probe
    for probe in (
        not_root,
        no_user_namespace,
        no_github_description,
        no_cgroup_v1,
        no_cgroup_v2,
        no_hugetlb_v2,
        no_numa,
        no_veth,
        has_lsm,
        not_x86_64,
    )
}


def unexplained(reason: str) -> str | None:
    """Why a skip must not pass, or None when its kind and its fact are in order."""
    shape = re.search(r"(tool|data|host): (.+)", reason)
    if shape is None:
        return f"a skip without a kind (tests/skips.py has three): {reason}"
    if shape[1] != "host":
        return None
    fact = shape[2].split(":")[0].strip()
    listed = tomllib.loads(EXPECTED.read_text(encoding="utf-8"))
    if fact not in listed:
        return f"the fact {fact!r} is not listed in tests/expected-skips.toml: {reason}"
    if not PROBES[listed[fact]["probe"]]():
        return f"the fact {fact!r} does not hold on this host: {reason}"
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report: pytest.TestReport = yield  # type: ignore[assignment]  # pluggy sends the report in
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if problem := unexplained(reason):
            report.outcome = "failed"
            report.longrepr = problem
    return report  # type: ignore[return-value]  # a wrapper hands back what it was sent


@pytest.fixture(autouse=True)
def _own_world(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads the developer's settings, data folder or token."""
    for name in [name for name in os.environ if name.startswith("TALLYMAN_")]:
        if name not in ("TALLYMAN_TEST_DATABASE_URL", "TALLYMAN_GITHUB_OPENAPI"):
            monkeypatch.delenv(name)
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.setenv("TALLYMAN_DATA", str(tmp_path_factory.getbasetemp() / "data"))
