"""Every broken refrun turns its cases red, and the sound one leaves the same cases green."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.conformance import declare, host, rootfs, runner
from tests.conformance.broken import VARIANTS
from tests.conformance.test_harness import RUN_WHOLE
from tests.conformance.variant import Variant
from tests.skips import skip_host


def run(runtime: str, release: str, ids: set[str]) -> dict[str, dict[str, Any]]:
    cases = [case for case in declare.all_cases() if case.id in ids]
    document = runner.run(runtime, [release], cases, rootfs.find(), 2, lambda step: None)
    return {result["case"]: result for result in document["runs"][0]["results"]}


@pytest.fixture(autouse=True)
def containers_are_possible() -> None:
    if lacking := host.lacking("containers"):
        skip_host("no-user-namespace", lacking)


@pytest.fixture(scope="module", autouse=True)
def no_group_is_left_behind() -> Iterator[None]:
    """Some variants leave their groups on purpose. The names carry our pid, so that nobody else's are touched."""
    yield
    for pattern in ("*/conformance-{}-*", "*/refrun-case-{}-*", "conformance-{}-*", "refrun-case-{}-*"):
        for folder in Path("/sys/fs/cgroup").glob(pattern.format(os.getpid())):
            folder.rmdir()
    for base in [*Path("/sys/fs/cgroup").glob("*/refrun"), Path("/sys/fs/cgroup/refrun")]:
        with contextlib.suppress(OSError):  # not there, or another container is in it
            base.rmdir()


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_broken_runtime_turns_its_cases_red(variant: Variant, tmp_path: Path) -> None:
    if variant.needs_root and os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    tmp_path.chmod(0o755)
    results = run(f"{sys.executable} {variant.write(tmp_path)}", variant.release, set(variant.red))
    wrong = {
        id_: (result["outcome"], result["reason"])
        for id_, result in results.items()
        if result["outcome"] != "failed"
    }
    assert set(results) == set(variant.red)
    assert {id_: why for id_, why in wrong.items() if why[0] != "skipped" or os.geteuid() == 0} == {}


@pytest.mark.parametrize("release", sorted({variant.release for variant in VARIANTS} - set(RUN_WHOLE)))
def test_the_sound_runtime_leaves_the_same_cases_green(release: str) -> None:
    ids = {id_ for variant in VARIANTS if variant.release == release for id_ in variant.red}
    results = run("refrun", release, ids)
    assert {id_: r["reason"] for id_, r in results.items() if r["outcome"] not in ("passed", "skipped")} == {}


def test_each_case_has_a_broken_runtime_that_turns_it_red() -> None:
    assert {case.id for case in declare.all_cases()} - {
        id_ for variant in VARIANTS for id_ in variant.red
    } == set()
