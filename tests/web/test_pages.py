"""The dashboard's pages: what they show, that hostile text is only text, and refusals in words."""

from html.parser import HTMLParser

import pytest

from tests.web.conftest import EVIL, Dashboard
from tests.world import World

MILESTONE = "/projects/runtime-spec/milestones/2"
HOSTILE = "/projects/runtime-spec/milestones/4"
ELEMENTS = set(
    "a body br code div footer h1 h2 head header html li link main meta p progress span strong table tbody td th thead title tr ul".split()
)


class Page(HTMLParser):
    """A page as a browser understands it: its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> list[str]:
        return [str(attributes["href"]) for tag, attributes in self.elements if tag == "a"]


def page(dashboard: Dashboard, path: str, status: int = 200) -> Page:
    answer = dashboard.visitor.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def test_the_first_page_leads_to_every_milestone(dashboard: Dashboard) -> None:
    home = page(dashboard, "/")
    milestones = [link for link in home.links() if "/milestones/" in link]
    assert sorted(milestones) == [f"/projects/runtime-spec/milestones/{n}" for n in (1, 2, 3, 4)]
    for link in milestones:
        page(dashboard, link)
    assert "not ready" in home.text
    assert "2 of 7" in home.text


def test_a_milestone_shows_its_gates_issues_actions_and_runs(dashboard: Dashboard, world: World) -> None:
    found = page(dashboard, MILESTONE)
    for words in (
        "1 of 6 rules that must hold is not met, 1 is unknown",
        "2 of 7 closed, 5 open. No due date is set.",
        "Network devices: who moves them back?",
        "bo to close #36",
        "Rule set oci. Only a MUST",
    ):
        assert words in found.text
    assert f"{world.url}/quayside/runtime-spec/issues/34" in found.links()


def test_a_milestone_without_a_judgement_says_so(dashboard: Dashboard) -> None:
    assert "No release of this milestone has been judged yet." in page(dashboard, HOSTILE).text


@pytest.mark.parametrize("path", ["/", MILESTONE, HOSTILE])
def test_what_people_wrote_is_shown_and_does_nothing(dashboard: Dashboard, path: str) -> None:
    found = page(dashboard, path)
    assert EVIL in found.text
    assert {tag for tag, _ in found.elements} <= ELEMENTS
    assert [name for _, attributes in found.elements for name in attributes if name.startswith("on")] == []
    assert [
        link for link in found.links() if not link.startswith(("http://127.0.0.1", "https://", "/", "#"))
    ] == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        pytest.param("/projects/runtime-spec/milestones/99", "There is no milestone 99 of runtime-spec.", id="milestone"),
        pytest.param("/projects/nowhere/milestones/1", "There is no project nowhere.", id="project"),
        pytest.param("/projects/runtime-spec/milestones/v1.3.0", "a milestone has a number", id="no number"),
        pytest.param("/projects/%3Cscript%3E/milestones/1", "There is no project <script>.", id="hostile address"),
        pytest.param("/nowhere", "There is nothing under this address.", id="any address"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_page_in_words(dashboard: Dashboard, path: str, words: str) -> None:
    found = page(dashboard, path, 404)
    assert words in found.text
    assert "/" in found.links()
    assert {tag for tag, _ in found.elements} <= ELEMENTS


def test_a_database_that_is_away_is_a_page_in_words_and_its_reason_goes_to_the_operator(
    away: Dashboard,
) -> None:
    found = page(away, "/", 503)
    assert "The records cannot be read at the moment." in found.text
    assert "sqlite" not in found.text
    assert len(away.told) == 1
    assert "gone/tallyman.db cannot be written: check the folder" in away.told[0]


def test_the_stylesheet_and_the_icon_are_files_of_the_dashboard(dashboard: Dashboard) -> None:
    found = page(dashboard, "/")
    files = [str(attributes["href"]) for tag, attributes in found.elements if tag == "link"]
    assert files == ["/tallyman.css", "/favicon.ico"]
    assert [dashboard.visitor.get(file).headers["content-type"].split(";")[0] for file in files] == [
        "text/css",
        "image/svg+xml",
    ]
