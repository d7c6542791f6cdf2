"""What a stranger installs: locks with hashes and without addresses, and a wheel that does the whole job elsewhere."""

import json
import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_each_package_with_a_hash_and_records_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    packages = re.findall(r"^[A-Za-z0-9._-]+.*?(?=^[A-Za-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(packages) > 20
    assert [package for package in packages if "==" not in package or "--hash=sha256:" not in package] == []


def test_the_lock_holds_what_pyproject_asks_for() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[\[<>=!~ ]", each)[0].lower().replace("_", "-") for each in asked}
    locked = {
        line.split("==")[0].split("[")[0].lower()
        for line in (ROOT / LOCKS[0]).read_text().splitlines()
        if "==" in line
    }
    assert names - locked == set()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


def test_the_wheel_brings_no_top_level_templates_or_migrations(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as contents:
        names = contents.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.startswith("tallyman_bot-")} == {"bot", "runtime"}
    assert any(name.startswith("bot/_shipped/templates/") for name in names)
    assert any(name.startswith("bot/_shipped/migrations/versions/") for name in names)


def test_the_wheel_runs_the_demo_in_an_empty_environment_elsewhere(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "elsewhere"
    venv.create(home / "env", with_pip=True, symlinks=True)
    binaries = home / "env" / "bin"
    # The packages themselves were installed and checked by their hashes already: the new environment sees them
    # through a path file, so that this test needs no registry; the wheel alone is installed.
    site = next((home / "env" / "lib").glob("python3*/site-packages"))
    packages = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    without_editable = home / "packages"
    without_editable.mkdir()
    for entry in packages.iterdir():
        if not re.match(r"(_?tallyman_bot|_editable_impl_tallyman)", entry.name) and entry.suffix != ".pth":
            (without_editable / entry.name).symlink_to(entry)
    (site / "packages.pth").write_text(f"{without_editable}\n")
    subprocess.run(
        [binaries / "pip", "install", "--quiet", "--no-index", "--no-deps", wheel],
        check=True,
        capture_output=True,
        cwd=home,
    )
    facts = home / "facts.json"
    environ = {
        name: value
        for name, value in os.environ.items()
        if name in ("PATH", "LANG", "HOME", "CI", "XDG_RUNTIME_DIR")
    }
    done = subprocess.run(
        [binaries / "tallyman", "demo", "--once", "--state", home / "state", "--json", facts],
        cwd=home, env=environ, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert [post["action"] for post in json.loads(facts.read_text())["posted"]] == ["created", "created"]
    refrun = subprocess.run(
        [binaries / "refrun", "--version"], cwd=home, env=environ, capture_output=True, text=True, check=False
    )
    assert refrun.returncode == 0, refrun.stderr
    assert refrun.stdout.startswith("refrun")
