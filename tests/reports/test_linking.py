"""Which words of a line become links, where each leads, and which words it takes along."""

import pytest

from bot.model.meeting import Kind, Reference, Rule, Thing
from bot.reports.linking import beside, is_web, label, pieces, spelled
from tests.reports.samples import COMMIT, IMAGE, MILESTONE, SPEC, issue, item

ISSUE_412 = "https://github.com/example/runtime-spec/issues/412"


def links(text: str, *references: Reference) -> list[tuple[str, str]]:
    return [(piece.text, piece.url) for piece in pieces(text, references) if piece.url]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        pytest.param("see https://example.org/a now", "https://example.org/a", id="in the middle"),
        pytest.param("HTTPS://Example.org", "HTTPS://Example.org", id="in capitals"),
        pytest.param("(https://example.org/a)", "https://example.org/a", id="in brackets"),
        pytest.param("https://example.org/a_(b)", "https://example.org/a_(b)", id="with brackets of its own"),
        pytest.param("(see https://example.org/a_(b)).", "https://example.org/a_(b)", id="both"),
        pytest.param("https://example.org/a, or", "https://example.org/a", id="before a comma"),
        pytest.param("is it https://example.org/?a=b&c=d?", "https://example.org/?a=b&c=d", id="a question"),
        pytest.param("<https://example.org/a>", "https://example.org/a", id="in angle brackets"),
        pytest.param('"https://example.org/a"', "https://example.org/a", id="in quotes"),
        pytest.param(
            "https://example.org/#!topic/dev", "https://example.org/#!topic/dev", id="with a hash sign"
        ),
    ],
)
def test_an_address_ends_where_the_sentence_goes_on(text: str, url: str) -> None:
    assert [found for _, found in links(text)] == [url]
    assert "".join(piece.text for piece in pieces(text)) == text, "and nothing is lost"


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "mailto:a@example.org",
        "irc://example.org/x",
        "ftp://example.org",
        "https://",
        "//x",
    ],
)
def test_only_addresses_of_the_web_are_links(text: str) -> None:
    assert links(text) == []
    assert not is_web(text)


@pytest.mark.parametrize(
    "url", ["https://a b", "https://a\nb", "https://a\x00", "https://a<b>", " https://a", "https://a\u202e"]
)
def test_an_address_with_what_no_address_has_is_none(url: str) -> None:
    assert not is_web(url)


@pytest.mark.parametrize(
    ("text", "references", "expected"),
    [
        pytest.param("roll back #412 now", (issue(412),), [("#412", ISSUE_412)], id="a bare number"),
        pytest.param("runtime-spec#412", (issue(412),), [("runtime-spec#412", ISSUE_412)], id="with its repository"),
        pytest.param("example/runtime-spec#412.", (issue(412),), [("example/runtime-spec#412", ISSUE_412)], id="with its owner"),
        pytest.param("#412", (), [], id="which nobody resolved"),
        pytest.param("#4122 and a#412b", (issue(412),), [], id="another number"),
        pytest.param("other#412", (issue(412),), [], id="another repository"),
        pytest.param("#3", (issue(3), issue(3, IMAGE)), [], id="one of two: nobody guesses"),
        pytest.param("image-spec#3", (issue(3), issue(3, IMAGE)), [("image-spec#3", issue(3, IMAGE).url)], id="the named one of two"),
        pytest.param(f"{ISSUE_412} it is", (issue(412),), [("runtime-spec#412", ISSUE_412)], id="a known address by its name"),
        pytest.param("#412", (Reference(SPEC, 412, Thing.EITHER, "javascript:alert(1)", Rule.TOPIC),), [], id="an address that runs"),
    ],
)  # fmt: skip
def test_a_number_leads_to_what_it_was_resolved_to(
    text: str, references: tuple[Reference, ...], expected: list[tuple[str, str]]
) -> None:
    assert links(text, *references) == expected


@pytest.mark.parametrize(
    ("reference", "short", "full"),
    [
        pytest.param(issue(412), "runtime-spec#412", "example/runtime-spec#412", id="an issue"),
        pytest.param(MILESTONE, "runtime-spec milestone 7", "example/runtime-spec milestone 7", id="a milestone"),
        pytest.param(COMMIT, "runtime-spec@0123456789", "example/runtime-spec@0123456789", id="a commit"),
        pytest.param(Reference(SPEC, None, Thing.RELEASE, "https://github.com/example/runtime-spec/releases/tag/v1.0.0%2B1/", Rule.EXPLICIT), "runtime-spec release v1.0.0+1", "example/runtime-spec release v1.0.0+1", id="a release"),
    ],
)  # fmt: skip
def test_a_reference_has_a_short_name_and_a_full_one(reference: Reference, short: str, full: str) -> None:
    assert (label(reference), label(reference, full=True)) == (short, full)


def test_what_the_words_do_not_lead_to_stands_beside_them_once() -> None:
    found = item(1, Kind.INFO, "PR 449, like #412", references=(issue(449), issue(412), issue(449)))
    assert beside(found) == [issue(449)]
    assert spelled(found) == ["runtime-spec#449", "runtime-spec#412"], "a page without links names both"
