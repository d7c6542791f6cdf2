"""The launcher: this environment's own interpreter by its absolute path, nothing looked up, `site` not imported."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runtime import VERSION
from runtime.commands import NAMES
from tests.runtime.conftest import Yard

ROOT = Path(__file__).resolve().parent.parent.parent
SLOW = {"_collections_abc", "_socket", "argparse", "ctypes", "fcntl", "os", "resource", "select", "dataclasses", "enum", "json", "logging", "pathlib", "re", "shutil", "site", "subprocess", "tempfile", "typing"}  # fmt: skip


def written(folder: Path) -> Path:
    """The launcher of a development install, as `make install` writes it."""
    done = subprocess.run(
        [sys.executable, "-m", "runtime.launcher", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "refrun"


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "with a space"
    folder.mkdir()
    return folder


def test_the_launcher_is_two_lines_and_the_first_names_the_interpreter_by_its_absolute_path(
    bin_folder: Path,
) -> None:
    first, _ = written(bin_folder).read_text().splitlines()
    if first != "#!/bin/sh":  # its path is too long or has a blank
        python, words = first.removeprefix("#!").split(" ")
        assert (os.path.realpath(python), words) == (os.path.realpath(sys.executable), "-IS")


@pytest.mark.parametrize("name", ["with a blank", "long" * 40])
def test_an_interpreter_that_a_first_line_cannot_name_is_executed_by_a_shell(
    tmp_path: Path, name: str
) -> None:
    folder = copied(tmp_path / name)
    first, second = (folder / "refrun").read_text().splitlines()
    python = interpreter(folder)
    assert (first, second.startswith(f"exec {shlex.quote(str(python))} -IS -c ")) == ("#!/bin/sh", True)
    assert first_line(folder, "--version") == f"refrun version {VERSION}"


def interpreter(folder: Path) -> Path:
    """The one that the launcher of a copy names."""
    return next((folder / "runtime" / "__pycache__").glob("refrun.*/python"))


def said(folder: Path, program: str) -> str:
    """What the launcher's interpreter prints for a line of Python."""
    words = [str(interpreter(folder)), "-IS", "-c", program]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def test_the_interpreter_starts_with_one_encoding_and_finds_the_others(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    assert said(folder, "import encodings; print(encodings.__file__)").endswith("/encodings.pyc")
    assert (
        said(folder, "import sys; print(sys.stdout.encoding, '\\u00fc'.encode('utf-8'))")
        == "utf-8 b'\\xc3\\xbc'"
    )
    assert said(folder, "print('\\u0171'.encode('iso8859-2'), b'\\xfb'.decode('cp1250'))").split() == [
        "b'\\xfb'",
        "\u0171",
    ]
    asks = "import io; print(io.TextIOWrapper(io.BytesIO(b'a\\xc3\\xbc\\xff'), encoding='UTF-8', errors='replace').read())"
    assert said(folder, asks) == "a\u00fc\ufffd"


@pytest.mark.parametrize("what", ["encodings.aliases", "locale", "subprocess", "encodings.idna", "json"])
def test_the_interpreter_imports_what_asks_more_of_encodings(tmp_path: Path, what: str) -> None:
    folder = copied(tmp_path)
    program = f"import {what}, encodings; print(encodings.normalize_encoding('a b'))"
    assert said(folder, program) == "a_b"


def test_where_the_interpreter_cannot_start_so_the_environment_s_own_is_used(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "runtime" / "launcher" / "utf8.py").write_text("raise OSError")
    subprocess.run([sys.executable, "-m", "runtime.launcher", str(folder)], cwd=folder, check=True)
    text = (folder / "refrun").read_text()
    assert (sys.executable in text, str(interpreter(folder)) in text) == (True, False)
    assert first_line(folder, "--version") == f"refrun version {VERSION}"


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({}, id="an empty environment"),
        pytest.param(
            {"PATH": "/nowhere", "PYTHONHOME": "/nowhere", "PYTHONPATH": "/nowhere"}, id="a hostile one"
        ),
    ],
)
def test_the_launcher_needs_nothing_of_its_environment(bin_folder: Path, environ: dict[str, str]) -> None:
    done = subprocess.run(
        [written(bin_folder), "--version"], env=environ, cwd="/", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"refrun version {VERSION}", "spec: 1.3.0"]


def test_a_module_beside_the_caller_cannot_stand_in_for_the_runtime_s(bin_folder: Path) -> None:
    (bin_folder / "os.py").write_text("raise SystemExit('taken over')")
    (bin_folder / "runtime.py").write_text("raise SystemExit('taken over')")
    done = subprocess.run(
        [written(bin_folder), "--version"], cwd=bin_folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("argv", [[], ["/no/such/folder"], ["/tmp", "/tmp"]])
def test_the_writer_refuses_anything_but_one_folder(argv: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runtime.launcher", *argv],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "usage: python -m runtime.launcher BIN_DIR\n")


def copied(folder: Path) -> Path:
    """A copy of the runtime to change, and its launcher. Returns the folder of both."""
    shutil.copytree(
        ROOT / "runtime", folder / "runtime", ignore=shutil.ignore_patterns("__pycache__", "conformance")
    )
    subprocess.run([sys.executable, "-m", "runtime.launcher", str(folder)], cwd=folder, check=True)
    return folder


def first_line(folder: Path, *args: str) -> str:
    done = subprocess.run([folder / "refrun", *args], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.splitlines()[0]


def linked_modules(folder: Path) -> set[str]:
    """The modules that a call had at its end, and whether they came from the linked program (then without an origin)."""
    asks = "import sys; print(*sorted(n for n, m in sys.modules.items() if n.startswith('runtime') and m.__spec__ is None))"
    cli = folder / "runtime" / "commands" / "features.py"
    cli.write_text(cli.read_text() + f"\n\ndef command(root, args, log):\n    {asks}\n")
    subprocess.run([sys.executable, "-m", "runtime.launcher", str(folder)], cwd=folder, check=True)
    return set(first_line(folder, "features").split())


def test_the_modules_come_from_the_linked_program(tmp_path: Path) -> None:
    found = linked_modules(copied(tmp_path))
    assert {"runtime", "runtime.cli", "runtime.commands.features"} <= found
    assert not any(name.startswith(("runtime.conformance", "runtime.launcher")) for name in found)


def test_what_no_command_needs_is_left_out(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "runtime" / "shelf").mkdir()
    (folder / "runtime" / "shelf" / "book.py").write_text("raise SystemExit('read')")
    subprocess.run([sys.executable, "-m", "runtime.launcher", str(folder)], cwd=folder, check=True)
    (folder / "runtime" / "shelf" / "book.py").unlink()
    assert first_line(folder, "help").startswith("refrun [--root DIR]")


def test_a_changed_source_is_what_runs(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    assert first_line(folder, "--version") == f"refrun version {VERSION}"
    source = folder / "runtime" / "__init__.py"
    source.write_text(source.read_text().replace(VERSION, "9.9.9"))
    assert first_line(folder, "--version") == "refrun version 9.9.9"


def test_a_source_changed_to_the_same_length_is_what_runs(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    source = folder / "runtime" / "__init__.py"
    source.write_text(source.read_text().replace(VERSION, VERSION[::-1].replace("0", "7")))
    assert first_line(folder, "--version") != f"refrun version {VERSION}"


@pytest.mark.parametrize("what", ["missing", "moved"])
def test_without_a_linked_program_the_modules_are_read_one_by_one(tmp_path: Path, what: str) -> None:
    folder = copied(tmp_path)
    program = next((folder / "runtime" / "__pycache__").glob("refrun.*"))
    if what == "missing":
        program.unlink()
    else:
        (folder / "runtime" / "faults.py").touch()
    assert first_line(folder, "--version") == f"refrun version {VERSION}"


def test_help_has_the_words_of_each_command(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    lines = subprocess.run([folder / "refrun", "--help"], capture_output=True, text=True, check=True).stdout
    assert [name for name in NAMES if not lines.count(f"\n  {name}")] == []
    assert first_line(folder, "create", "--help").startswith("refrun create [-b BUNDLE]")


TELLS_ITS_HOME = """

def command(root, args, log):
    from runtime import dialects

    dialects.translate
    print(*(n for n, m in __import__("sys").modules.items() if n.startswith("runtime") and m.__spec__ is not None))
"""


@pytest.mark.parametrize("changed", [False, True])
def test_what_few_forms_of_a_command_need_comes_from_the_linked_program_too(
    tmp_path: Path, changed: bool
) -> None:
    folder = copied(tmp_path)
    source = folder / "runtime" / "commands" / "features.py"
    source.write_text(source.read_text() + TELLS_ITS_HOME)
    subprocess.run([sys.executable, "-m", "runtime.launcher", str(folder)], cwd=folder, check=True)
    if changed:  # then what was linked is not what it says
        (folder / "runtime" / "spelling.py").touch()
    found = first_line(folder, "features").split()
    assert ("runtime.dialects" in found) == changed


def test_output_that_cannot_be_written_is_an_error(bin_folder: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [written(bin_folder), "--version"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1


TELLS = """

really = command


def command(root, args, log):
    code = really(root, args, log)
    import sys

    print(*sys.modules, "bodies:", *(n for n, m in sys.modules.items() if len(vars(m)) > 12))
    return code
"""


@pytest.mark.parametrize(
    ("file", "words", "unread"),
    [
        pytest.param("state", ("state",), {"runtime.lifecycle", "runtime.kernel"}, id="state"),
        pytest.param("list", ("list", "--quiet"), {"runtime.lifecycle", "runtime.kernel"}, id="list"),
        pytest.param("run", ("run",), {"runtime.seccomp", "runtime.terminal", "runtime.netdevices", "runtime.scheduling", "runtime.dialects"}, id="run"),
    ],
)  # fmt: skip
def test_a_call_reads_what_it_needs(
    yard: Yard, tmp_path: Path, file: str, words: tuple[str, ...], unread: set[str]
) -> None:
    """No slow module of the standard library, and of ours none that a plain container has no use for."""
    folder = copied(tmp_path / "copy")
    source = folder / "runtime" / "commands" / f"{file}.py"
    source.write_text(source.read_text() + TELLS)
    subprocess.run([sys.executable, "-m", "runtime.launcher", str(folder)], cwd=folder, check=True)
    there_is = yard.trial.created(yard.trial.bundle().args("stay"))
    more = [there_is.id] if file == "state" else []
    if file == "run":
        bundle = yard.trial.bundle().args("say", "done")
        # as in the bundle that `spec` writes; with CAP_SYS_PTRACE the interpreter is sealed first, which reads more
        bundle.process["capabilities"] = {"bounding": ["CAP_KILL"], "permitted": ["CAP_KILL"]}
        bundle.write()
        more = ["--bundle", str(bundle.folder), yard.trial.new_id()]
    done = subprocess.run(
        [folder / "refrun", "--root", str(yard.root / "state"), *words, *more],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    there, _, bodies = done.stdout.partition("bodies:")
    assert SLOW & set(there.split()) == set()
    assert unread & set(bodies.split()) == set()
    assert "runtime.options" in bodies.split()
