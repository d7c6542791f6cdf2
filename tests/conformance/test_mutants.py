"""Every case can fail: each mutant turns its cases red and leaves the others alone, and the sound runtime leaves them green."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runtime.conformance import declare, host, mutants, rootfs, runner
from runtime.conformance.mutants import kept, matrix, program, traces
from tests.conformance.test_harness import RUN_WHOLE
from tests.skips import skip_host

MUTANTS = mutants.load()
BY_NAME = {mutant.name: mutant for mutant in MUTANTS}
CASES = {case.id: case for case in declare.all_cases()}
SAMPLE = ("no-hostname", "hooks-in-reverse")  # those that run on all cases here; `mutants` runs every one


@pytest.fixture
def containers() -> None:
    if lacking := host.lacking("containers"):
        skip_host("no-user-namespace", lacking)


def run(runtime: str, release: str, ids: set[str]) -> dict[str, dict[str, Any]]:
    cases = [case for case in declare.all_cases() if case.id in ids]
    document = runner.run(runtime, [release], cases, rootfs.find(), 2, lambda step: None)
    return {result["case"]: result for result in document["runs"][0]["results"]}


@pytest.mark.usefixtures("containers")
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_kills_its_cases(mutant: mutants.Mutant, tmp_path: Path) -> None:
    if mutant.root and os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    tmp_path.chmod(0o755)
    runtime = program.write(tmp_path, mutant.name, mutant.code)
    here = Path("/proc/sys/kernel/hostname").read_text()
    results = program.run(runtime, mutant.release, mutant.kills, 2)
    wrong = {id_: outcome for id_, outcome in results.items() if outcome != "failed"}
    assert set(results) == set(mutant.kills)
    assert {id_: why for id_, why in wrong.items() if why != "skipped" or os.geteuid() == 0} == {}
    assert Path("/proc/sys/kernel/hostname").read_text() == here, (
        "whatever it is wrong about, the host keeps its name"
    )


@pytest.mark.usefixtures("containers")
@pytest.mark.parametrize("release", sorted({mutant.release for mutant in MUTANTS} - set(RUN_WHOLE)))
def test_the_sound_runtime_leaves_the_same_cases_green(release: str) -> None:
    ids = {id_ for mutant in MUTANTS if mutant.release == release for id_ in mutant.kills}
    results = run("refrun", release, ids)
    assert {id_: r["reason"] for id_, r in results.items() if r["outcome"] not in ("passed", "skipped")} == {}


def test_what_is_kept_shows_that_every_case_can_fail() -> None:
    assert list(kept.gaps(kept.load(kept.FILE), MUTANTS)) == [], (
        "python -m runtime.conformance mutants runs what changed"
    )


@pytest.mark.usefixtures("containers")
def test_a_mutant_fails_no_other_case_than_was_kept() -> None:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    done = conformance(*(word for name in SAMPLE for word in ("--mutant", name)), "--json", "--jobs", "2")
    known = {name: kept.load(kept.FILE).rows[name].named("killed") for name in SAMPLE}
    rows = {row["mutant"]: row for row in json.loads(done.stdout)["mutants"]}
    assert {name: sorted(row["killed"] + row["also"]) for name, row in rows.items()} == known
    assert [(row["alive"], row["errors"], row["left"] >= mutants.LEAST) for row in rows.values()] == [
        ([], [], True)
    ] * 2
    assert done.returncode == 0


def conformance(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runtime.conformance", "mutants", *words],
        cwd=program.HOME, capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("--mutant", "nobody"), "there is no mutant nobody", id="a mutant that there is not"),
        pytest.param(("--case", "no/case"), "there is no case no/case", id="a case that there is not"),
        pytest.param(("--jobs", "0"), "0 is not a number of jobs", id="no job"),
    ],
)
def test_a_wrong_request_is_answered_with_a_sentence(words: tuple[str, ...], said: str) -> None:
    done = conformance(*words)
    assert (done.returncode, said in done.stderr, done.stdout) == (2, True, "")


@pytest.mark.parametrize(
    "text", ["", "[]", '{"cases": {}}', '{"mutants": {"a": 1}, "cases": {}, "idle": {}}']
)
def test_a_damaged_file_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text(text)
    done = conformance("--keep", str(tmp_path / "kept.json"))
    assert (done.returncode, "remove it" in done.stderr) == (2, True)


def test_what_is_kept_comes_back_as_it_was(tmp_path: Path) -> None:
    before = kept.load(kept.FILE)
    kept.save(tmp_path / "again.json", before)
    assert kept.load(tmp_path / "again.json") == before


# --- what is missing or too broad


def judged(*rows: tuple[str, dict[str, str]], mutant: mutants.Mutant | None = None) -> list[str]:
    """What is said of a matrix with these rows, less what it says of all the cases and mutants that are not in it."""
    digests = {id_: kept.digest_of(case) for id_, case in CASES.items()}
    given = mutant or BY_NAME["no-hostname"]
    made = {name: kept.Row(given.digest, given.release, cells) for name, cells in rows}
    said = kept.gaps(kept.Matrix(digests, {given.release: []}, made), [given])
    return [each for each in said if given.name in each or ("blind" in each and given.kills[0] in each)]


def cells(killed: int, *more: str) -> dict[str, str]:
    """Every case passes but the mutant's own and so many others."""
    own = BY_NAME["no-hostname"].kills[0]
    others = sorted(set(CASES) - {own})
    return dict.fromkeys(CASES, "passed") | dict.fromkeys([*others[:killed], *more], "killed")


def test_a_row_that_is_whole_says_nothing() -> None:
    assert judged(("no-hostname", cells(0, *BY_NAME["no-hostname"].kills))) == []


def test_a_mutant_that_kills_one_in_five_is_too_broad() -> None:
    (said,) = judged(("no-hostname", cells(len(CASES) // 5, *BY_NAME["no-hostname"].kills)))
    assert said.startswith(("no-hostname leaves 79.", "no-hostname leaves 80."))


def test_a_case_that_passes_on_every_mutant_is_blind() -> None:
    own = BY_NAME["no-hostname"].kills[0]
    assert judged(("no-hostname", cells(0))) == [
        f"no-hostname is for {own} and does not kill it",
        f"{own} is blind: it passes on every mutant",
    ]


def test_a_mutant_that_was_changed_was_not_run() -> None:
    other = replace(BY_NAME["no-hostname"], code="syscalls.sethostname = print")
    whole = kept.Row(BY_NAME["no-hostname"].digest, "v1.3.0", cells(0, *other.kills))
    digests = {id_: kept.digest_of(case) for id_, case in CASES.items()}
    said = list(kept.gaps(kept.Matrix(digests, {"v1.3.0": []}, {"no-hostname": whole}), [other]))
    assert "no-hostname was not run as it is now" in said


def test_a_case_that_was_changed_was_not_run() -> None:
    digests = {id_: kept.digest_of(case) for id_, case in CASES.items()} | {
        "hooks/hooks-run-in-the-listed-order": "old"
    }
    row = kept.Row(BY_NAME["no-hostname"].digest, "v1.3.0", cells(0, *BY_NAME["no-hostname"].kills))
    said = list(
        kept.gaps(kept.Matrix(digests, {"v1.3.0": []}, {"no-hostname": row}), [BY_NAME["no-hostname"]])
    )
    assert "no-hostname was not run on hooks/hooks-run-in-the-listed-order as they are now" in said


@pytest.mark.usefixtures("containers")
def test_only_what_is_missing_is_run() -> None:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    whole = kept.load(kept.FILE)
    mutant, lost = BY_NAME["no-hostname"], BY_NAME["no-hostname"].kills[0]
    row = whole.rows[mutant.name]
    less = replace(row, cells={id_: each for id_, each in row.cells.items() if id_ != lost})
    said: list[str] = []
    found = matrix.bring_up_to_date(
        replace(whole, rows={mutant.name: less}), [mutant], 1, said.append, lambda each: None
    )
    assert found.rows[mutant.name].cells == row.cells
    assert said == [f"1 of 1: no-hostname killed {len(row.named('killed'))} of {len(row.cells)}"]


# --- the mutants themselves


def test_a_mutant_stands_with_the_first_case_that_it_is_for() -> None:
    assert [m.name for m in MUTANTS if m.topic != m.kills[0].partition("/")[0]] == []
    assert [m.name for m in MUTANTS if len(m.wrong.split()) < 3 or m.wrong.endswith(".")] == []


def test_no_two_mutants_do_the_same() -> None:
    assert len({mutant.digest for mutant in MUTANTS}) == len(MUTANTS)


def made(code: str, **more: Any) -> mutants.Mutant:
    return mutants.Mutant("made-up", "hooks", "is made up", ("hooks/none",), code, **more)


@pytest.mark.parametrize(
    ("code", "functions"),
    [
        pytest.param("hooks.run = print", ("runtime/hooks.py:run",), id="a function"),
        pytest.param("state.Container.status = print", ("runtime/state.py:Container.status",), id="a method"),
        pytest.param(
            "hooks.dumps = print", ("runtime/jsontext.py:dumps",), id="a function by its other name"
        ),
        pytest.param("releases.TABLE['bundle_key'] = ()", None, id="a row of a table"),
        pytest.param("dialects.STEPS = ()", None, id="a table"),
        pytest.param(
            "from runtime import lean_os\nlean_os.execve = print", None, id="a function of the interpreter"
        ),
        pytest.param(
            "import sys\nhooks.run = print if 'x' in sys.argv else hooks.run", None, id="by the command line"
        ),
        pytest.param("real = hooks.run", None, id="nothing"),
        pytest.param("1 / 0", None, id="what fails"),
    ],
)
def test_what_a_mutant_replaces_is_known(code: str, functions: tuple[str, ...] | None) -> None:
    assert traces.replaced(made(code)) == functions


@pytest.mark.usefixtures("containers")
def test_what_a_case_calls_is_known_on_both_sides_of_its_namespaces() -> None:
    calls = traces.called("namespaces/hostname-is-the-config-s", "v1.3.0")
    assert {
        "runtime/lifecycle.py:create",
        "runtime/process.py:execute",
        "runtime/syscalls.py:sethostname",
    } <= set(calls)
    assert "runtime/seccomp.py:Filter.load" not in calls
    assert traces.touched(("runtime/syscalls.py:sethostname",), calls)
    assert not traces.touched(("runtime/netdevices.py:move",), calls)
    assert traces.touched(None, calls)


def test_the_code_of_a_mutant_comes_before_the_command_line(tmp_path: Path) -> None:
    path = program.write(
        tmp_path, "greets", "from runtime import cli\ncli.main = lambda argv: print(*argv, flush=True) or 7"
    )
    done = subprocess.run([str(path), "one", "two"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (7, "one two\n")


def test_a_case_s_digest_is_of_what_it_does() -> None:
    assert kept._texts("@case('x')\ndef a(t):\n    '''Says.'''\n    t.check(1, '')\n") == kept._texts(
        "@case('x')\ndef a(t):\n    '''Says more.'''  # why\n    t.check(1, '')\n"
    )
    assert kept._texts("@case('x')\ndef a(t):\n    t.check(1, '')\n") != kept._texts(
        "@case('x')\ndef a(t):\n    t.check(2, '')\n"
    )
