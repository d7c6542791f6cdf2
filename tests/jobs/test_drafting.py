"""A pull request's texts are read once, compared with the release before, and kept; nothing of it is ever run."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.demo.github.code import add_commit, commit_at
from bot.jobs import drafting, laying, sync
from bot.jobs.desk import Desk
from bot.model.conformance import Level
from bot.model.errors import WrongRequest
from bot.model.texts import Added
from bot.records.engine import read_session
from bot.records.texts import load_draft, load_sentences
from bot.sources.conformance import run_conformance
from tests.world import World

REPO = "quayside/runtime-spec"
PULL = 43
MARKER = "the-case-was-run"
CASE_OF_OURS = "process/args-reach-the-program"
CASE = """\
from pathlib import Path
from runtime.conformance.declare import case

Path({marker!r}).write_text("at import")

@case("config.md#configRoot", since="v1.3.0")
def it_writes(trial):
    '''It leaves a mark.'''
    Path({marker!r}).write_text("at run")
"""
COVERS = '["lending/it-writes"]\nb9ef3956e7 = ""\n'


def requests(world: World) -> int:
    import httpx

    return sum(httpx.get(f"{world.url}/_count", params={"reset": "1"}).json().values())


def push(world: World, files: dict[str, str], *, number: int = PULL, parent: str = "main") -> str:
    """A new head of a pull request, as a force-push makes it."""
    before = commit_at(world.store, REPO, f"pull/{PULL}/head")
    at = datetime.fromisoformat(before["at"])
    sha = add_commit(
        world.store, REPO, {**before["files"], **files}, "again", by="ada", at=at,
        parent=commit_at(world.store, REPO, parent)["sha"], refs=(f"pull/{number}/head",),
    )  # fmt: skip
    with world.store.change():
        doc = world.store.get("issue", REPO, number)
        doc["pull"]["head"] = sha
        world.store.put("issue", REPO, number, doc)
    return sha


def test_the_draft_of_a_release_is_compared_with_the_release_before(desk: Desk) -> None:
    draft = drafting.draft(desk, desk.settings.project[0], PULL)
    assert (draft.version, draft.before, draft.reworded) == ("1.3.0", "v1.2.1", 1)
    assert draft.added == (
        Added(Level.MUST, 7, 7, 5, 0),
        Added(Level.SHOULD, 1, 1, 0, 0),
        Added(Level.MAY, 3, 0, 0, 0),
    )
    assert draft.sentence == "the draft adds 7 MUST, 5 with a case; 1 SHOULD, none with a case"
    assert len(draft.untested) == 3


def test_it_is_kept_with_its_sentences_and_read_once(world: World, desk: Desk) -> None:
    project = desk.settings.project[0]
    requests(world)
    first = drafting.draft(desk, project, PULL)
    assert requests(world) == 7, "the pull request, the tags, the tag, and two archives of two requests each"
    again = drafting.draft(desk, project, PULL)
    assert requests(world) == 3, "what stands where; the archives are known"
    assert (again.head, again.added) == (first.head, first.added)
    with read_session(desk.engine) as session:
        assert load_draft(session, REPO, PULL) == first
        assert load_draft(session, REPO, 40) is None
        sentences = load_sentences(session, REPO, f"#{PULL}")
        assert "put each device" in sentences["b9ef3956e7"]
        assert "b9ef3956e7" not in load_sentences(session, REPO, "v1.2.1")
        assert load_sentences(session, REPO, "v0.0.1") == {}


def test_a_force_push_is_another_draft(world: World, desk: Desk) -> None:
    project = desk.settings.project[0]
    drafting.draft(desk, project, PULL)
    head = push(world, {"glossary.md": "The runtime MUST whistle.\n"})
    again = drafting.draft(desk, project, PULL)
    assert (again.head, again.added[0].total) == (head, 8)
    with read_session(desk.engine) as session:
        kept = load_draft(session, REPO, PULL)
        assert kept is not None
        assert kept.head == head
        assert any("whistle" in each for each in load_sentences(session, REPO, f"#{PULL}").values())


def test_other_pull_requests_are_compared_with_where_they_began(world: World, desk: Desk) -> None:
    """What has landed on the main branch since is none of their doing."""
    main = commit_at(world.store, REPO, "main")
    push(world, {"runtime.md": main["files"]["runtime.md"] + "\nThe runtime MUST whistle.\n", "config.md": main["files"]["config.md"]}, number=40)  # fmt: skip
    landed = {**main["files"], "config.md": "The runtime MUST hum.\n"}
    add_commit(world.store, REPO, landed, "meanwhile", by="bo", at=datetime.fromisoformat(main["at"]), parent=main["sha"], refs=("heads/main",))  # fmt: skip
    draft = drafting.draft(desk, desk.settings.project[0], 40)
    assert (draft.version, draft.before, draft.removed) == ("", main["sha"][:12], 0)
    assert draft.sentence == "the draft adds 1 MUST, none with a case"


def test_the_errand_reads_what_is_in_play_once_and_says_what_cannot_be_read(world: World, desk: Desk) -> None:
    project = desk.settings.project[0]
    assert drafting.run(desk, project) == (), "nothing is in play before the first sync"
    sync.run(desk, project)
    assert [each.number for each in drafting.run(desk, project)] == [PULL]
    assert any(
        "draft: quayside/runtime-spec#43 for v1.3.0: the draft adds 7 MUST" in line for line in world.told
    )
    requests(world)
    assert len(drafting.run(desk, project)) == 1
    assert requests(world) == 0, "the head is the one that was read"
    push(world, {"config.md": "\0"})
    sync.run(desk, project)
    assert drafting.run(desk, project) == ()
    assert "could not be read (the repository's archive has a NUL in config.md" in world.told[-1]


def test_a_case_of_an_unmerged_pull_request_is_read_as_data_and_never_run(
    world: World, desk: Desk, tmp_path: Path
) -> None:
    marker = tmp_path / MARKER
    code = CASE.format(marker=str(marker))
    push(world, {"conformance/cases/lending.py": code, "conformance/covers.toml": COVERS})
    project = desk.settings.project[0]
    draft = drafting.draft(desk, project, PULL)
    assert draft.added[0].with_case == 1, "the case is seen in the file's syntax"
    with pytest.raises(WrongRequest, match="not merged, so they are not run"):
        laying.merged_suite(desk, REPO, f"#{PULL}").__enter__()
    for ref in (draft.head, f"pull/{PULL}/head"):
        with pytest.raises(WrongRequest, match="not merged, so they are not run"):
            laying.merged_suite(desk, REPO, ref).__enter__()
    world.store.edit_issue(REPO, PULL, {"title": "version: release v1.5.0"}, by="ada", at=desk.clock())
    sync.run(desk, project)
    answer = run_conformance("refrun", ["v1.5.0"], clock=desk.clock, cases=[CASE_OF_OURS])
    laying.name_untested(desk, project, answer.document)
    assert len(answer.document["runs"][0]["untested"]) > 7, "its texts were read"
    assert not marker.exists()
    main = commit_at(world.store, REPO, f"pull/{PULL}/head")
    add_commit(world.store, REPO, main["files"], "merged", by="ada", at=datetime.fromisoformat(main["at"]), parent=main["sha"], refs=("heads/main",))  # fmt: skip
    with laying.merged_suite(desk, REPO, "main") as folder:
        assert (folder / "conformance" / "cases" / "lending.py").read_text() == code
    assert not marker.exists(), "laying it out is not running it"


def test_a_release_that_nobody_has_seen_is_read_from_its_tag_or_its_pull_request(
    world: World, desk: Desk
) -> None:
    project = desk.settings.project[0]
    main = commit_at(world.store, REPO, "main")
    text = {"runtime.md": "The runtime MUST whistle.\n"}
    at = datetime.fromisoformat(main["at"])
    add_commit(world.store, REPO, text, "next", by="ada", at=at, parent=main["sha"], refs=("tags/v1.4.0",))
    document = seen("v1.3.0", "v1.4.0", "v1.5.0")
    laying.name_untested(desk, project, document)
    known, tagged, missing = document["runs"]
    assert "untested" not in known
    assert len(tagged["untested"]) == 1
    assert (missing["untested"], "what v1.5.0 adds is unknown" in world.told[-1]) == (None, True)
    doc = world.store.add_pull(REPO, "version: release v1.5.0", by="ada", at=at)
    add_commit(world.store, REPO, text, "draft", by="ada", at=at, parent=main["sha"], sha=doc["pull"]["head"])
    sync.run(desk, project)
    laying.name_untested(desk, project, document)
    assert missing["untested"] == tagged["untested"]


def seen(*releases: str) -> dict[str, Any]:
    """What a run's document says of releases: v1.3.0 is known, what the others add is not."""
    runs = [{"release": tag, **({} if tag == "v1.3.0" else {"untested": None})} for tag in releases]
    return {"runs": runs}


def test_what_its_own_cases_cover_is_not_called_untested(world: World, desk: Desk) -> None:
    project = desk.settings.project[0]
    draft = commit_at(world.store, REPO, f"pull/{PULL}/head")
    at = datetime.fromisoformat(draft["at"])
    add_commit(world.store, REPO, draft["files"], "merged", by="ada", at=at, parent=draft["parent"], refs=("heads/main", "tags/v1.9.0"))  # fmt: skip
    alone, with_cases = seen("v1.9.0"), seen("v1.9.0")
    laying.name_untested(desk, project, alone)
    with laying.merged_suite(desk, REPO, "main") as folder:
        laying.name_untested(desk, project, with_cases, folder)
    assert len(alone["runs"][0]["untested"]) - len(with_cases["runs"][0]["untested"]) == 5
