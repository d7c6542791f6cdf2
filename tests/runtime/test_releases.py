"""`ociVersion`: how it is read and which release's rules it chooses. What they do is in test_borders.py."""

import subprocess
import sys

import pytest

from runtime import releases
from runtime.faults import Fault
from runtime.releases import Rules
from tests.skips import skip_data


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        pytest.param("0.5.0", "1.0.0-rc1", id="v0.5 before the first candidate"),
        pytest.param("1.0.0-rc1", "1.0.0-rc2", id="candidates in the old spelling"),
        pytest.param("1.0.0-rc6", "1.0.0", id="a candidate before its release"),
        pytest.param("1.0.2", "1.1.0-rc.1", id="the new spelling of candidates"),
        pytest.param("1.1.0-rc.3", "1.1.0", id="a candidate of 1.1"),
        pytest.param("1.1.0-rc.2", "1.1.0-rc.10", id="candidates are numbers"),
        pytest.param("1.1.0-alpha", "1.1.0-rc.1", id="an alpha before the candidates"),
        pytest.param("1.2.1", "1.3.0", id="a minor version"),
    ],
)
def test_releases_are_in_order(older: str, newer: str) -> None:
    assert releases.parse(older) < releases.parse(newer)


@pytest.mark.parametrize("suffix", ["-dev", "+dev", "+build.7", "-dev+x"])
@pytest.mark.parametrize("version", ["1.2.0", "1.0.0-rc5", "0.5.0"])
def test_build_and_dev_suffixes_do_not_count(version: str, suffix: str) -> None:
    assert releases.parse(f"{version}{suffix}") == releases.parse(version)


@pytest.mark.parametrize(
    "version",
    [
        None, "", 1, "abc", "1.0", "1.0.0.0", "1.0.x", "01.0.0", "1.0.0-", "1.0.0-rc..1", "1.0.0-rc_1", "2.0.0", "2.0.0-rc1", "0.3.0", "0.1.0",
        "0.4.0-alpha", "-1.0.0", "1.٣.0", "v1.0.0", " 1.0.0", "1.0.0\n",
    ],
)  # fmt: skip
def test_another_version_is_a_fault_that_names_the_range(version: object) -> None:
    with pytest.raises(Fault, match=r"ociVersion.*0\.4\.0 to 1\.3\.0 and later 1\.x"):
        Rules(version)


@pytest.mark.parametrize(
    ("version", "known"),
    [
        ("0.4.0", "0.4.0"), ("0.4.7", "0.4.0"), ("0.6.0", "0.5.0"), ("0.99.0", "0.5.0"), ("1.0.0-alpha", "0.5.0"),
        ("1.0.0-rc1-dev", "1.0.0-rc1"), ("1.0.0-rc7", "1.0.0-rc6"), ("1.0.5", "1.0.2"), ("1.0.2-dev", "1.0.2"),
        ("1.1.0-rc.4", "1.1.0-rc.3"), ("1.1.9+dev", "1.1.0"), ("1.3.0-rc.1", "1.2.1"), ("1.3.0", "1.3.0"), ("1.99.0", "1.3.0"),
    ],
)  # fmt: skip
def test_a_config_is_read_by_the_highest_known_release_not_above_it(version: str, known: str) -> None:
    assert Rules(version).known == known


def test_the_releases_are_those_that_were_published() -> None:
    lines = skip_data("spec/TAGS").read_text().splitlines()
    published = {line.split()[0].removeprefix("v") for line in lines if line.startswith("v")}
    assert set(releases.RELEASES) == published - {"0.1.1", "0.2.0", "0.3.0"}
    assert list(releases.RELEASES) == sorted(releases.RELEASES, key=releases.parse)


@pytest.mark.parametrize("rule", releases.TABLE)
def test_the_rows_of_a_rule_are_in_order_and_begin_with_the_oldest_release(rule: str) -> None:
    since = [row[0] for row in releases.TABLE[rule]]
    assert since == sorted(since, key=releases.parse)
    assert since[0] == releases.OLDEST
    assert Rules(releases.NEWEST).value(rule) == releases.TABLE[rule][-1][1]


def test_the_newest_release_needs_no_translation() -> None:
    """Nothing of the old spellings is even loaded for a config of the newest release."""
    program = (
        "import sys; from runtime import lifecycle, joining, operations, state\n"
        "from runtime.commands import create, start, exec, validate, kill, delete\n"
        "print([n for n in ('dialects', 'since', 'former', 'spelling', 'bygone') if f'runtime.{n}' in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
