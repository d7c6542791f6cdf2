"""The dashboard's pages and the report as HTML: whole, and nothing that anybody typed runs or leads astray."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from bot.model.meeting import Kind
from bot.model.release import Force, Link, Outcome, Verdict
from bot.model.tracker import State
from bot.reports.pages import (
    HomePage,
    MilestoneLine,
    MilestonePage,
    ProjectLines,
    render_home,
    render_milestone,
)
from bot.reports.readiness import Report, render
from tests import goldens
from tests.judgement.made import NOON, REPO, WEB, ago, issue, milestone, rule, run, said, target
from tests.reports.variants import NOT_READY, READY, UNSURE, judged

GOLDENS = frozenset({"home.html", "home.empty.html", "milestone.html", "milestone.empty.html"})
HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)>"\' onclick="alert(1) &lt; {{ 7 * 7 }} \x1b[2J \u202e'
RELEASE = milestone(due_on=NOON)
OURS = tuple(
    f"{{{{ {name} }}}}" for name in ("home", "log", "minutes", "page", "stylesheet")
)  # where the caller put them


def milestone_page() -> MilestonePage:
    return MilestonePage(
        "spec",
        RELEASE,
        (
            issue(5, title="Umask?", assignees=("bo", "cyd")),
            issue(7, title="Say it", is_pull=True),
            issue(3, closed=True),
        ),
        judged(*NOT_READY),
        (
            said("bo to mend #5", ago(days=5), Kind.ACTION, assignees=("bo",)),
            said("read #7", ago(days=5), Kind.ACTION),
        ),
        (run("PPPFENNSCD"),),
        ago(hours=1),
    )


def home_page() -> HomePage:
    lines = (
        MilestoneLine(RELEASE, 6, 3, judged(*NOT_READY)),
        MilestoneLine(milestone("v1.1.0", 2), 2, 2, judged(*READY)),
        MilestoneLine(milestone("v1.2.0", 3), 2, 0, judged(*UNSURE)),
        MilestoneLine(milestone("v0.9.0", 4, state=State.CLOSED), 0, 0, None),
    )
    return HomePage(
        (
            ProjectLines("spec", REPO, ago(hours=1), lines),
            ProjectLines("image", "quay/image", None, ()),
            ProjectLines("text", "quay/text", ago(hours=1), ()),
        )
    )


def test_pages_look_like_their_golden_files() -> None:
    goldens.check("milestone.html", render_milestone(milestone_page()))
    goldens.check(
        "milestone.empty.html", render_milestone(MilestonePage("spec", milestone(), (), None, (), (), None))
    )
    goldens.check("home.html", render_home(home_page()))
    goldens.check("home.empty.html", render_home(HomePage(())))


class Tags(HTMLParser):
    """Every tag with its attributes, every address, and the text between the tags."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.text = ""
        self.depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses |= {value or "" for name, value in attrs if name in ("href", "src")}

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile_pages() -> dict[str, str]:
    """Every page with hostile text wherever anybody else has a say."""
    verdicts = tuple(
        Verdict(
            rule(f"gate{n}", force), outcome, HOSTILE, (Link(HOSTILE, url), Link(HOSTILE, url)), (HOSTILE,)
        )
        for n, (force, outcome, url) in enumerate(
            [
                (Force.MUST, Outcome.FAILED, "javascript:alert(1)"),
                (Force.MUST, Outcome.UNKNOWN, f'{WEB}/" onmouseover="alert(1)'),
                (Force.SHOULD, Outcome.FAILED, "data:text/html,<script>alert(1)</script>"),
                (Force.INFO, Outcome.FAILED, f"{WEB}/issues/1"),
            ]
        )
    )
    one = (
        Verdict(rule("only", Force.MUST), Outcome.FAILED, HOSTILE, (Link(HOSTILE, "javascript:alert(2)"),)),
    )
    evil = milestone(HOSTILE, url="javascript:alert(3)")
    about = replace(target(milestone=evil, notes=(HOSTILE,)), tag=HOSTILE, project=HOSTILE)
    readiness = replace(judged(*verdicts, *one, note=HOSTILE), target=about, family=HOSTILE)
    runs = (replace(run("PF", runtime=HOSTILE, release=HOSTILE), runtime_version=HOSTILE, host=HOSTILE),)
    issues = (issue(1, title=HOSTILE, assignees=(HOSTILE,), url="javascript:alert(4)"),)
    actions = (said(HOSTILE, NOON, Kind.ACTION, assignees=(HOSTILE,)),)
    return {
        "readiness": render(Report(readiness, runs, judged(*verdicts[:1])), "html"),
        "milestone": render_milestone(MilestonePage("spec", evil, issues, readiness, actions, runs, NOON)),
        "home": render_home(
            HomePage((ProjectLines("spec", REPO, NOON, (MilestoneLine(evil, 1, 0, readiness),)),))
        ),
    }


@pytest.mark.parametrize("name", ["readiness", "milestone", "home"])
def test_what_anybody_typed_is_text(name: str) -> None:
    page = Tags(hostile_pages()[name])
    assert page.names.isdisjoint({"script", "img", "iframe", "object", "form", "base"})
    assert not {attribute for attribute in page.attributes if attribute.startswith("on")}
    assert page.addresses <= {
        "/",
        "/tallyman.css",
        "/favicon.ico",
        f"{WEB}/issues/1",
        "/projects/spec/milestones/1",
    } | {f"#{id_}" for id_ in ("GATE0", "GATE1", "GATE2", "GATE3", "ONLY")}
    shown = HOSTILE.replace("\x1b", "\ufffd").replace("\u202e", "")
    assert shown in page.text, "it can be read, to the letter"
    assert "49" not in page.text.replace(shown, ""), "nothing typed is a template"


@pytest.mark.parametrize("form", ["markdown", "html", "text"])
def test_no_form_prints_what_steers_a_terminal(form: str) -> None:
    readiness = replace(judged(*READY, notes=(HOSTILE + "\nnote: all is well",)), family="quay")
    text = render(Report(readiness), form)
    assert "\x1b" not in text
    assert "\u202e" not in text
    if form == "text":
        assert "\nnote: all is well" not in text, "one line stays one line"


def test_no_template_writes_an_address_past_the_check() -> None:
    """An `href` with a variable in it is one of our own paths, one of our own pages (OURS), or was set by `| web`."""
    folder = goldens.FOLDER.parent.parent / "templates"
    for path in folder.glob("*.html.j2"):
        text = path.read_text(encoding="utf-8")
        for part in text.split('href="')[1:]:
            address = part.split('"')[0]
            is_set = address == "{{ to }}" and "set to = url | web" in text
            is_ours = address.startswith(("/", "#", *OURS))
            assert is_ours or "| web" in address or is_set, f"{path.name}: {address}"
