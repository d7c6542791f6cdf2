"""In the shadow everything stands on one private page and nothing anywhere else."""

import stat
from pathlib import Path

import pytest

from bot.model.errors import PublicationFailed, WrongRequest
from bot.model.outgoing import Action, Outgoing
from bot.publication.github import Connection
from bot.publication.shadow import ShadowFile, ShadowIssue
from tests.hubs import NOON, Hub
from tests.publication.test_comment import AT, comments, report, seen


@pytest.fixture
def page(hub: Hub) -> str:
    """An issue of a private repository."""
    private = f"{hub.repo}-private"
    hub.store.add_repo(private, at=NOON, is_private=True)
    return f"{private}#{hub.store.add_issue(private, 'Shadow', by='ada', at=NOON)['number']}"


def shadow(hub: Hub, page: str) -> ShadowIssue:
    return ShadowIssue(page, Connection(hub.url, hub.token, wait=lambda _: None))


def things(hub: Hub) -> list[Outgoing]:
    return [
        report(hub, 7, "Not ready."),
        report(hub, 8, "Not ready."),
        report(hub, 8, "A vote was opened.", kind="event", key="opened"),
        report(hub, 8, '{"how": "status"}', kind="check"),
    ]


def test_each_thing_is_a_comment_of_the_private_issue_and_says_where_it_would_stand(
    hub: Hub, page: str
) -> None:
    speaker = shadow(hub, page)
    for _ in range(2):
        posted = [speaker.publish(outgoing, AT) for outgoing in things(hub)]
    assert {each.action for each in posted} == {Action.UNCHANGED}
    assert [(each.kind, each.repo, each.number) for each in posted] == [
        (each.kind, each.repo, each.number) for each in things(hub)
    ]
    assert comments(hub) == []
    said = [doc["body"] for doc in hub.store.all("comment", page.partition("#")[0])]
    assert len(said) == 4
    assert said[0].startswith(f"_A comment (readiness) that would stand on `{hub.repo}#7`:_\n\nNot ready.\n")
    assert speaker.writes == 4


def test_a_changed_text_is_edited_there(hub: Hub, page: str) -> None:
    shadow(hub, page).publish(report(hub, 7, "Not ready."), AT)
    assert shadow(hub, page).publish(report(hub, 7, "Ready.", 2), AT).action is Action.EDITED
    (found,) = hub.store.all("comment", page.partition("#")[0])
    assert "Ready." in found["body"]


def test_a_public_page_is_no_shadow(hub: Hub) -> None:
    with pytest.raises(WrongRequest, match="is in a public repository"):
        shadow(hub, f"{hub.repo}#{hub.issue()}").publish(report(hub, 7), AT)
    assert seen(hub) == []


def test_what_is_no_issue_is_refused(hub: Hub) -> None:
    with pytest.raises(WrongRequest, match=r"write it as owner/repo#12"):
        shadow(hub, "somewhere")


def test_a_file_has_a_section_for_each_thing_and_only_its_owner_reads_it(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "shadow.md"
    first = [ShadowFile(path).publish(outgoing, AT).action for outgoing in things(hub)]
    text = path.read_text()
    again = [ShadowFile(path).publish(outgoing, AT).action for outgoing in things(hub)]
    assert (first, again) == ([Action.CREATED] * 4, [Action.UNCHANGED] * 4)
    assert path.read_text() == text
    assert text.count("that would stand on") == 4
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    edited = ShadowFile(path).publish(report(hub, 7, "Ready.\n\n---\n\nor not", 2), AT)
    assert edited.action is Action.EDITED
    assert (
        ShadowFile(path).publish(report(hub, 7, "Ready.\n\n---\n\nor not", 3), AT).action is Action.UNCHANGED
    )
    assert path.read_text().count("that would stand on") == 4
    assert [each.name for each in path.parent.iterdir()] == ["shadow.md"]


def test_a_file_that_cannot_be_written_says_so(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(PublicationFailed, match=r"Is a directory\): name another file with service.shadow"):
        ShadowFile(tmp_path).publish(report(hub, 7), AT)
