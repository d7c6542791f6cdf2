"""What an attack is made of, and how one is run: hostile bundle, marker folder, and the one command."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runtime.conformance.bundles import Bundle
from tests.runtime.attacks.weakened import Defence
from tests.runtime.conftest import Yard
from tests.skips import skip_host


@dataclass(frozen=True, slots=True)
class Attack:
    """`prepare` makes the bundle hostile towards a marker folder; `succeeded` says whether the marker or the journal shows it."""

    cve: str
    prepare: Callable[[Bundle, Path], None]
    succeeded: Callable[[Bundle, Path], bool]
    defences: tuple[Defence, ...]  # more than one where one alone still holds
    options: tuple[str, ...] = ()  # of `run`
    needs_root: bool = False


def appeared(bundle: Bundle, marker: Path) -> bool:
    """Something that was not there before is in the marker folder."""
    return sorted(path.name for path in marker.iterdir()) != ["untouched"]


def overwritten(bundle: Bundle, marker: Path) -> bool:
    return (marker / "untouched").read_text() != "as it was"


def given_away(bundle: Bundle, marker: Path) -> bool:
    return (marker / "untouched").stat().st_uid != os.geteuid()


def heard(*words: str) -> Callable[[Bundle, Path], bool]:
    """The program wrote one of these words into the journal."""
    return lambda bundle, marker: any(word in line for line in bundle.lines("seen") for word in words)


def only_root() -> None:
    if os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")


def a_marker(yard: Yard) -> Path:
    """A folder of the host's that nothing in a container may touch."""
    marker = yard.root / "marker"
    marker.mkdir()
    (marker / "untouched").write_text("as it was")
    return marker


def is_as_it_was(marker: Path) -> bool:
    entries = [path.name for path in marker.iterdir()]
    file = marker / "untouched"
    return (entries, file.read_text(), file.stat().st_uid) == (["untouched"], "as it was", os.geteuid())


def attack(yard: Yard, each: Attack) -> tuple[Bundle, Path]:
    """Runs the hostile bundle; whatever it does, only the marker may show it."""
    if each.needs_root:
        only_root()
    marker = a_marker(yard)
    bundle = yard.trial.bundle()
    each.prepare(bundle, marker)
    bundle.write()
    left_open = os.open(marker, os.O_RDONLY)  # by a careless caller
    answer = yard.call(
        "run", *each.options, "--bundle", str(bundle.folder), yard.trial.new_id(), inherited=[left_open]
    )
    os.close(left_open)
    (bundle.folder / "err").write_text(answer.err)
    assert "Traceback" not in answer.err
    return bundle, marker


def words(bundle: Bundle) -> str:
    """What refrun said of it."""
    return (bundle.folder / "err").read_text()
