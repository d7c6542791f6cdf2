"""The command line: runc's words, signals by every name, and errors as one sentence on stderr and in the log."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runtime import options, signals
from runtime.commands import NAMES
from runtime.faults import Fault

ROOT = Path(__file__).resolve().parent.parent.parent


def refrun(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-IS", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); from runtime.cli import main; sys.exit(main(sys.argv[1:]))", *words],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def spellings(number: signal.Signals) -> list[str]:
    return [str(int(number)), number.name, number.name.removeprefix("SIG"), number.name.lower()]


@pytest.mark.parametrize("number", sorted(signal.Signals), ids=lambda number: number.name)
def test_a_signal_is_known_by_number_and_name(number: signal.Signals) -> None:
    assert {signals.number_of(word) for word in spellings(number)} == {int(number)}


@pytest.mark.parametrize(
    ("word", "number"),
    [("RTMIN+3", 37), ("SIGRTMAX-2", 62), ("IOT", 6), ("CLD", 17), ("POLL", 29), ("64", 64)],
)
def test_the_other_names_of_signals_are_known_too(word: str, number: int) -> None:
    assert signals.number_of(word) == number


@pytest.mark.parametrize(
    "word",
    ["", "0", "65", "-9", "9x", "SIG", "NOSUCH", "SIG_IGN", "SIG_DFL", "RTMIN+99", "RTMAX+1", "KILL+1", "٩"],
)
def test_another_word_is_no_signal(word: str) -> None:
    with pytest.raises(Fault, match="there is no signal"):
        signals.number_of(word)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("fly",), "there is no command fly", id="an unknown command"),
        pytest.param(("state",), "the container's id is missing", id="no id"),
        pytest.param(("state", "a", "b"), "one container's id, not a b", id="two ids"),
        pytest.param(("state", "nobody"), "the container nobody does not exist", id="an unknown container"),
        pytest.param(("create", "--fly", "x"), "unknown option --fly", id="an unknown option"),
        pytest.param(("create", "--bundle"), "--bundle needs a value", id="an option without its value"),
        pytest.param(("create", "-b", "/no/such", "x"), "/no/such/config.json cannot be read", id="no bundle"),
        pytest.param(("create", "--preserve-fds", "x", "y"), "--preserve-fds x is not a number", id="not a number"),
        pytest.param(("kill", "x", "NOSUCH"), "there is no signal NOSUCH", id="an unknown signal"),
        pytest.param(("delete",), "the container's id is missing", id="delete of nothing"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_one_sentence_and_exit_code_one(
    words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    done = refrun("--root", str(tmp_path / "root"), *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("refrun: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_error_stands_in_the_log_as_well(form: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    refrun("--root", str(tmp_path), "--log", str(log), "--log-format", form, "state", "nobody")
    if form == "json":
        line = json.loads(log.read_text())
        assert (line["level"], line["msg"]) == ("error", "the container nobody does not exist")
    else:
        assert 'level=error msg="the container nobody does not exist"' in log.read_text()


def test_help_names_every_command() -> None:
    text = refrun("--help").stdout
    assert [name for name in NAMES if name not in text] == []


def test_options_may_be_spelled_with_an_equals_sign_or_stand_behind_words() -> None:
    given, words = options.parse(
        ["a", "--root=/x", "--debug", "b", "--", "--root"], {"--debug"}, {"--root"}, {}
    )
    assert (given, words) == ({"--root": "/x", "--debug": "true"}, ["a", "b", "--root"])


def test_spec_writes_a_bundle_s_config_once(tmp_path: Path) -> None:
    assert refrun("spec", "-b", str(tmp_path)).returncode == 0
    assert json.loads((tmp_path / "config.json").read_text())["ociVersion"] == "1.3.0"
    again = refrun("spec", "-b", str(tmp_path))
    assert (again.returncode, "config.json exists" in again.stderr) == (1, True)
