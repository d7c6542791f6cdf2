"""The harness: what an outcome means, how a wrong request is answered, and that nothing stays behind."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime.conformance import bundles, declare, host, releases, rootfs, runner
from runtime.conformance.trial import Trial
from tests.skips import skip_data, skip_host, skip_tool

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = declare.all_cases()
RUN_WHOLE = (
    "v0.4.0",
    "v1.0.0-rc1",
    "v1.0.0-rc5",
    "v1.0.2",
    "v1.3.0",
)  # the releases between which most expectations change


def conformance(*args: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runtime.conformance", *args],
        cwd=ROOT, capture_output=True, text=True, env={**os.environ, **(environ or {})}, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture
def containers() -> None:
    if lacking := host.lacking("containers"):
        skip_host("no-user-namespace", lacking)


@pytest.fixture
def root_only() -> None:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")


def one(run: Any, folder: Path, **more: Any) -> runner.Result:
    """The result of a made-up case on refrun at v1.3.0."""
    made = declare.Case(
        "made/up", "made up", "MUST", (), releases.FIRST, releases.NEWEST, more.get("needs", ()), run
    )
    document = runner.run("refrun", ["v1.3.0"], [made], rootfs.find(), 1, lambda step: None)
    return runner.Result(**document["runs"][0]["results"][0])


def raising(error: Exception) -> Any:
    def run(t: Trial) -> None:
        raise error

    return run


@pytest.mark.usefixtures("containers")
@pytest.mark.parametrize(
    ("run", "outcome", "reason"),
    [
        pytest.param(lambda t: t.check(True, ""), "passed", "", id="an assertion that holds"),
        pytest.param(lambda t: t.equal("x", 1, 2), "failed", "x: expected 2, saw 1", id="one that does not"),
        pytest.param(lambda t: None, "error", "asserted nothing", id="no assertion at all"),
        pytest.param(raising(declare.Skipped("no lamp")), "skipped", "no lamp", id="a host that cannot tell"),
        pytest.param(
            raising(declare.NotApplicable("later")), "not-applicable", "later", id="nothing to test"
        ),
        pytest.param(raising(KeyError("oops")), "error", "KeyError", id="a fault of the case itself"),
    ],
)
def test_an_outcome_says_what_happened(run: Any, outcome: str, reason: str, tmp_path: Path) -> None:
    result = one(run, tmp_path)
    assert (result.outcome, reason in result.reason) == (outcome, True)


@pytest.mark.usefixtures("containers")
def test_the_document_has_the_shape_others_rely_on() -> None:
    done = conformance("run", "--release", "v1.2.1", "--case", "process/args-reach-the-program", "--json")
    document = json.loads(done.stdout)
    run = document["runs"][0]
    assert done.returncode == 0, done.stderr
    assert set(document) == {"suite", "at", "runtime", "host", "runs"}
    assert set(document["runtime"]) == {"command", "version", "features", "name", "build", "digest", "claims"}
    assert run["release"] == "v1.2.1"
    assert set(run["results"][0]) == {
        "case",
        "requirements",
        "sections",
        "level",
        "outcome",
        "reason",
        "seconds",
        "counted",
        "explained",
        "disputed",
        "private",
        "stored",
        "output",
        "config",
        "repeat",
    }
    assert run["summary"]["passed"] == 1
    assert run["summary"]["containers_created"] >= 1
    progress = [json.loads(line)["progress"] for line in done.stderr.splitlines()]
    assert progress[-1]["done"] == progress[-1]["total"] == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param(("--release", "v0.3.0"), "known are v0.4.0", id="a release that is too old"),
        pytest.param(("--runtime", "/no/such/runtime"), "no runtime /no/such/runtime", id="no such runtime"),
        pytest.param(("--case", "process/nothing"), "no case process/nothing", id="no such case"),
        pytest.param(("--jobs", "0"), "not a number of jobs", id="no jobs"),
    ],
)
def test_a_wrong_request_is_answered_with_two_and_a_sentence(args: tuple[str, ...], said: str) -> None:
    done = conformance("run", "--case", "process/args-reach-the-program", *args)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr


@pytest.mark.usefixtures("containers")
def test_a_program_that_is_no_runtime_fails_its_cases() -> None:
    done = conformance(
        "run", "--runtime", "true", "--case", "process/args-reach-the-program", "--release", "v1.3.0"
    )
    assert (done.returncode, "process/args-reach-the-program: failed" in done.stderr) == (1, True)


LIAR = """#!/bin/sh
case "$*" in
*" state "*) echo '{"ociVersion": "1.3.0", "id": "'$4'", "status": "created", "bundle": "/", "pid": '$PPID'}' ;;
esac
"""
CREATES = [
    "process/args-reach-the-program",
    "lifecycle/create-does-not-run-the-program",
    "lifecycle/state-names-id-version-and-status",
]


@pytest.mark.usefixtures("containers")
def test_a_runtime_that_only_says_so_has_made_no_container(tmp_path: Path) -> None:
    """It ends with 0 whatever it is asked, and states a living pid: nobody saw a container."""
    liar = tmp_path / "liar"
    liar.write_text(LIAR)
    liar.chmod(0o755)
    chosen = [case for case in CASES if case.id in CREATES]
    for runtime, count in (("true", 0), (str(liar), 0), ("refrun", 4)):  # one more tries the version
        document = runner.run(runtime, ["v1.3.0"], chosen, rootfs.find(), 1, lambda step: None)
        assert document["runs"][0]["summary"]["containers_created"] == count, runtime


@pytest.mark.usefixtures("containers", "root_only")
def test_a_group_that_a_failing_runtime_left_is_taken_away(tmp_path: Path) -> None:
    groups = next(path for path in (Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup")) if path.is_dir())
    program = tmp_path / "messy"
    program.write_text(
        f'#!/bin/sh\nfor id; do :; done\ncase "$*" in *create*|*run*) mkdir {groups}/"$id"; exit 1;; esac\necho messy 1\n'
    )
    program.chmod(0o755)
    case = next(case for case in CASES if case.id == "process/args-reach-the-program")
    runner.run(str(program), ["v1.3.0"], [case], rootfs.find(), 1, lambda step: None)
    assert list(groups.glob(f"case-{os.getpid()}-*")) == []


@pytest.mark.usefixtures("containers")
@pytest.mark.parametrize("release", RUN_WHOLE)
def test_refrun_passes_every_case_it_is_asked(release: str) -> None:
    document = runner.run("refrun", [release], CASES, rootfs.find(), 2, lambda step: None)
    bad = {
        r["case"]: r["reason"] for r in document["runs"][0]["results"] if r["outcome"] in ("failed", "error")
    }
    assert bad == {}
    assert document["runs"][0]["summary"]["passed"] > 30


@pytest.mark.usefixtures("containers")
def test_the_cases_run_on_the_host_s_interpreter_too() -> None:
    chosen = [case for case in CASES if case.id.startswith(("process/", "mounts/"))]
    document = runner.run("refrun", ["v1.3.0"], chosen, rootfs.find("host"), 2, lambda step: None)
    outcomes = {r["case"]: (r["outcome"], r["reason"]) for r in document["runs"][0]["results"]}
    assert {id_: why for id_, why in outcomes.items() if why[0] in ("failed", "error")} == {}


@pytest.mark.usefixtures("root_only")
def test_runc_gives_real_results_with_its_known_differences() -> None:
    skip_tool("runc")
    everything = f"{releases.FIRST}..{releases.NEWEST}"  # more than it claims
    document = runner.run("runc", ["v1.3.0"], CASES, rootfs.find(), 2, lambda step: None, everything)
    outcomes = {r["case"]: r["outcome"] for r in document["runs"][0]["results"]}
    # runc allows both on purpose, as ../shared/reference/runtime.md measured
    assert outcomes["lifecycle/delete-of-a-created-container-is-an-error"] == "failed"
    assert outcomes["mounts/relative-masked-paths-are-an-error"] == "failed"
    assert list(outcomes.values()).count("passed") > 70


@pytest.mark.usefixtures("root_only")
@pytest.mark.parametrize("runtime", ["runc", "crun"])
def test_a_runtime_is_not_held_to_releases_older_than_it_claims(runtime: str) -> None:
    skip_tool(runtime)
    document = runner.run(runtime, ["v0.4.0", "v0.5.0"], CASES, rootfs.find(), 2, lambda step: None)
    for run in document["runs"]:
        outcomes = {result["outcome"] for result in run["results"]}
        assert outcomes == {"not-claimed", "not-applicable"}
        assert run["summary"]["not-claimed"] > 40


@pytest.mark.usefixtures("containers")
def test_what_an_old_release_has_no_operation_for_does_not_apply() -> None:
    chosen = [
        case
        for case in CASES
        if case.id in ("lifecycle/create-does-not-run-the-program", "process/args-reach-the-program")
    ]
    document = runner.run("refrun", ["v0.5.0"], chosen, rootfs.find(), 1, lambda step: None)
    create, args = document["runs"][0]["results"]
    assert (create["outcome"], "has no create" in create["reason"]) == ("not-applicable", True)
    assert (args["outcome"], args["reason"]) == ("passed", "")


def leftovers(pid: int, temporary: Path) -> list[str]:
    """What a run of the cases by process `pid` left: folders, groups, mounts and processes that name it."""
    mine = f"case-{pid}-"
    groups = [
        str(path)
        for where in ("*/refrun-", "refrun-", "*/", "")
        for path in Path("/sys/fs/cgroup").glob(f"{where}{mine}*")
    ]
    mounts = [
        line for line in Path("/proc/self/mountinfo").read_text().splitlines() if str(temporary) in line
    ]
    processes = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            if str(temporary).encode() in (words := path.read_bytes()) or mine.encode() in words:
                processes.append(f"{path}: {words!r}")
    return [*(str(path) for path in temporary.iterdir()), *groups, *mounts, *processes]


INTERRUPTED = {
    "Ctrl-C": signal.SIGINT,
    "SIGTERM": signal.SIGTERM,
    "the end of the run": None,
}


@pytest.mark.usefixtures("containers")
@pytest.mark.parametrize("how", INTERRUPTED)
def test_a_run_leaves_nothing_behind_however_it_ends(how: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    child = subprocess.Popen(
        [sys.executable, "-m", "runtime.conformance", "run", "--release", "v1.3.0", "--json",
         "--case", "cgroups/the-pids-limit-is-the-config-s", "--case", "lifecycle/a-second-start-is-an-error",
         "--case", "hooks/poststop-runs-in-delete", "--case", "lifecycle/kill-sends-the-signal-that-was-asked-for"],
        cwd=ROOT, env={**os.environ, "TMPDIR": str(tmp_path)}, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert child.stderr is not None
    first = child.stderr.readline()  # one case is done, others run
    number = INTERRUPTED[how]
    if number is not None:
        child.send_signal(number)
    rest = child.stderr.read()
    child.stderr.close()
    assert (child.wait(60), "progress" in first) == (0 if number is None else 3, True), rest
    assert leftovers(child.pid, tmp_path) == []


def test_there_are_at_least_forty_cases_with_a_sentence_each() -> None:
    assert len(CASES) >= 40
    assert [case.id for case in CASES if len(case.title) < 15 or not case.title.endswith(".")] == []


@pytest.mark.parametrize("tag", releases.TAGS)
def test_no_release_is_wholly_without_cases(tag: str) -> None:
    assert sum(releases.within(tag, case.since, case.until) for case in CASES) > 60


def slug(heading: str) -> str:
    """GitHub's anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_every_anchor_stands_in_the_text_of_its_newest_release() -> None:
    missing = []
    for case in CASES:
        for each in case.spec:
            file, _, anchor = each.partition("#")
            text = skip_data(f"spec/{case.until}/{file}").read_text(encoding="utf-8")
            headings = {
                slug(re.sub(r"<[^>]*>", "", line.lstrip("#")))
                for line in text.splitlines()
                if line.startswith("#")
            }
            if anchor not in headings:
                missing.append((case.id, each, case.until))
    assert missing == []


def test_the_runner_s_releases_are_those_that_were_published() -> None:
    published = {
        line.split()[0] for line in skip_data("spec/TAGS").read_text().splitlines() if line.startswith("v")
    }
    assert set(releases.TAGS) == published - {"v0.1.1", "v0.2.0", "v0.3.0"}  # they have no operations to try


@pytest.mark.parametrize(
    ("tag", "key", "present"),
    [
        pytest.param("v1.0.0-rc4", "list", True, id="rc4 has an array of capabilities"),
        pytest.param("v1.0.0-rc5", "list", False, id="rc5 has an object"),
        pytest.param("v1.0.0-rc5", "platform", True, id="rc5 has a platform"),
        pytest.param("v1.0.0-rc6", "platform", False, id="rc6 has none"),
        pytest.param("v1.0.0-rc5", "oom-in-resources", True, id="rc5 has oomScoreAdj among the resources"),
        pytest.param("v1.0.0-rc6", "oom-in-resources", False, id="rc6 has it in the process"),
        pytest.param("v0.4.0", "list", True, id="v0.4.0 has an array of capabilities"),
        pytest.param("v1.0.0-rc5", "prefix", True, id="rc5 has blkioWeight"),
        pytest.param("v1.0.0-rc6", "prefix", False, id="rc6 has weight"),
        pytest.param(
            "v1.0.0-rc6", "killer-in-resources", True, id="rc6 has disableOOMKiller among the resources"
        ),
        pytest.param("v1.0.0", "killer-in-resources", False, id="v1.0.0 has it in memory"),
    ],
)
def test_a_bundle_is_written_in_the_dialect_of_its_release(
    tag: str, key: str, present: bool, tmp_path: Path
) -> None:
    bundle = bundles.Bundle(tmp_path / "b", rootfs.find(), tag, releases.version(tag))
    bundle.process["capabilities"] = {"bounding": ["CAP_KILL"]}
    bundle.process["oomScoreAdj"] = 5
    bundle.linux["resources"] = {"blockIO": {"weight": 10}, "memory": {"disableOOMKiller": True}}
    config = bundle.translated()
    resources = config["linux"]["resources"]
    seen = {
        "prefix": resources["blockIO"] == {"blkioWeight": 10},
        "killer-in-resources": resources.get("disableOOMKiller") is True and resources["memory"] == {},
        "list": isinstance(config["process"]["capabilities"], list),
        "platform": "platform" in config,
        "oom-in-resources": "oomScoreAdj" in config["linux"].get("resources", {}),
    }
    assert seen[key] is present
