"""docs/implementers-notes.md is what the release files and recorded runs say, and each entry leads to its requirement."""

import re
from pathlib import Path

import pytest

from runtime.conformance.requirements import differing, history, notes
from tests.conformance.requirements.conftest import asked, spec
from tests.conformance.requirements.test_markdown import anchors_of

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE, PEERS = DOCS / "implementers-notes.md", DOCS / "measured" / "runtime-peers.json"


def test_the_page_is_what_the_release_files_and_the_record_say() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert notes.page(differing.read([PEERS])) == written, (
        "run `python -m runtime.conformance requirements notes docs/measured/runtime-peers.json > docs/implementers-notes.md`"
    )
    for note in history.load(history.tags()[-1]).notes.values():
        assert note in written


def test_every_link_of_the_page_finds_its_section() -> None:
    found = re.findall(r"/blob/(v[^/]+)/([\w.-]+\.md)#([\w-]+)\)", PAGE.read_text(encoding="utf-8"))
    named = {*history.load(history.tags()[-1]).notes, *differing.by_requirement(differing.read([PEERS]))}
    assert len(found) == len(named) > 100
    for tag, file, anchor in found:
        assert anchor in anchors_of(spec(tag)[file]), (tag, file, anchor)


@pytest.mark.parametrize(
    ("last", "id_", "line"),
    [
        pytest.param("v1.3.0", "634a446842", "since v1.0.0-rc6", id="never changed"),
        pytest.param("v1.3.0", "8c6412859e", "since v1.0.0-rc6, reworded in v1.1.0-rc.1", id="reworded"),
        pytest.param("v1.3.0", "8f015df055", "since v0.2.0, weakened in v1.3.0", id="weakened"),
        pytest.param(
            "v1.3.0",
            "1456fa1b96",
            "since v0.2.0, strengthened in v0.3.0",
            id="strengthened, and moved to another file",
        ),
        pytest.param("v1.2.1", "46116c04d1", "from v1.1.0-rc.1 to v1.2.1", id="gone"),
    ],
)
def test_the_history_of_a_requirement(last: str, id_: str, line: str) -> None:
    assert notes.lifetime(last, id_) == line


def test_a_requirement_carries_its_note() -> None:
    noted = {each.id: each.note for each in asked("v1.3.0") if each.note}
    assert noted == {id_: note for id_, note in history.load("v1.3.0").notes.items() if id_ in history.load("v1.3.0").known}  # fmt: skip
    assert "634a446842" in noted
    assert {each.id for each in asked("v1.0.0-rc5") if each.note} <= set(history.load("v1.0.0-rc5").notes)


def test_the_trickiest_of_the_newest_release_have_a_note() -> None:
    newest = history.load("v1.3.0")
    assert len(newest.notes.keys() & newest.known.keys()) >= 60
    assert max(map(len, newest.notes.values())) < 400, "a note is a few sentences"
