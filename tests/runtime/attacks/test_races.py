"""Attacks that swap a directory for a link while refrun walks over it: few rounds in `make test`, many in `make soak`."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from runtime.conformance.bundles import Bundle
from tests.runtime.attacks.attack import a_marker, only_root
from tests.runtime.attacks.weakened import Defence, without
from tests.runtime.conftest import Yard
from tests.soaking import seeds

ROUNDS = seeds(15, 1500)
UNTIL_SEEN = 400
HELD = Defence("inroot.py", 'return f"/proc/self/fd/{fd}"', 'return os.readlink(f"/proc/self/fd/{fd}")')
MADE = Defence("inroot.py", "os.mkdir(part, 0o755, dir_fd=current)", 'os.mkdir(os.readlink(f"/proc/self/fd/{current}") + "/" + part, 0o755)')  # fmt: skip
RACER = """
import ctypes, sys
call = ctypes.CDLL(None).renameat2
one, other = (each.encode() for each in sys.argv[1:])
while True:
    call(-100, one, -100, other, 2)  # RENAME_EXCHANGE: at no moment is either missing
"""


@contextmanager
def exchanging(one: Path, other: Path) -> Iterator[None]:
    racer = subprocess.Popen([sys.executable, "-IS", "-c", RACER, str(one), str(other)])
    try:
        yield
        assert racer.poll() is None
    finally:
        racer.kill()
        racer.wait()


def shared_volume(yard: Yard, bundle: Bundle, marker: Path) -> tuple[Path, Path]:
    """A directory and a link to the marker, in a folder that another container may write to at the same time."""
    volume = bundle.rootfs / "volume"
    (volume / "way" / "deep").mkdir(parents=True)
    (volume / "link").symlink_to(marker)
    return volume / "way", volume / "link"


def lost_mounts(yard: Yard, marker: Path, rounds: int) -> int:
    """In how many rounds a mount did not end up in the container's root."""
    (marker / "deep").mkdir()
    bundle = yard.trial.bundle()
    pair = shared_volume(yard, bundle, marker)
    bundle.mount("/volume/way/deep", "tmpfs", "raced")
    script = 'while read -r line; do case $line in *" tmpfs raced "*) exit 0;; esac; done < /proc/self/mountinfo; exit 9'  # fmt: skip
    bundle.process["args"] = ["/bin/sh", "-c", script]
    bundle.write()
    lost = 0
    with exchanging(*pair):
        for _ in range(rounds):
            answer = yard.call("run", "--bundle", str(bundle.folder), yard.trial.new_id())
            assert answer.code in (0, 9) or "refrun: " in answer.err, answer.err
            lost += answer.code == 9
            if lost and rounds == UNTIL_SEEN:
                break
    return lost


def test_a_mount_lands_where_it_was_resolved_to(yard: Yard) -> None:
    """CVE-2021-30465: what is mounted on is a descriptor, not a name that may lead elsewhere by now."""
    only_root()
    assert lost_mounts(yard, a_marker(yard), ROUNDS) == 0


def test_it_would_land_outside_if_the_name_were_used_again(yard: Yard) -> None:
    only_root()
    weak = replace(yard, refrun=without(yard.root, HELD))
    assert lost_mounts(weak, a_marker(yard), UNTIL_SEEN) > 0


def strays(yard: Yard, marker: Path, rounds: int) -> list[str]:
    """What was made in the marker folder by mounts whose destinations had to be made."""
    bundle = yard.trial.bundle().args("exit", "0")
    pair = shared_volume(yard, bundle, marker)
    kept = list(bundle.config["mounts"])
    (bundle.folder / "file").write_text("")
    with exchanging(*pair):
        for number in range(rounds):
            bundle.config["mounts"] = list(kept)
            bundle.mount(f"/volume/way/new-{number}/below", "tmpfs", "tmpfs")
            bundle.mount(f"/volume/way/file-{number}/below", "bind", str(bundle.folder / "file"), "bind")
            yard.call("run", "--bundle", str(bundle.write().folder), yard.trial.new_id())
            found = [path.name for path in marker.iterdir() if path.name != "untouched"]
            if found:
                return found
    return []


def test_a_directory_is_made_where_it_was_resolved_to(yard: Yard) -> None:
    """CVE-2024-45310: each part of a destination is made in the directory that is held open."""
    only_root()
    assert strays(yard, a_marker(yard), ROUNDS) == []


def test_it_would_be_made_on_the_host_if_its_path_were_used(yard: Yard) -> None:
    only_root()
    weak = replace(yard, refrun=without(yard.root, MADE))
    assert strays(weak, a_marker(yard), UNTIL_SEEN) != []
