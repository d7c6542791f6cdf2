"""Ballots from a file: the contract's fields, and an answer in words for whatever else stands there."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.ballot import About, Early, Kind
from bot.model.errors import BadInput, WrongRequest
from bot.sources.ballots import MOST_POSTS, load_ballots, read_ballots

DATA: dict[str, Any] = {
    "project": "runtime-spec",
    "motion": "Tag it",
    "opened_at": "2025-11-03T12:00:00Z",
    "closes_at": "2025-11-10T13:00:00+01:00",
    "posts": [{"by": "ada", "at": "2025-11-03T13:00:00Z", "text": "LGTM"}],
}


def test_the_least_a_file_says_and_what_follows_from_that() -> None:
    found = read_ballots(json.dumps({k: v for k, v in DATA.items() if k != "closes_at"}))
    assert (found.motion.kind, found.motion.about, found.motion.closes_at) == (Kind.SPEC, About.RELEASE, None)
    assert found.posts is not None
    assert (found.posts[0].by, found.posts[0].commit, found.posts[0].url) == ("ada", "", "")
    assert not found.motion.is_hidden


def test_every_field_is_read() -> None:
    more = {
        **DATA,
        "kind": "project",
        "about": "security",
        "commit": "abc1234",
        "embargo": False,
        "proposed_by": "ada",
        "cosponsor": "bo",
        "early": {"by": "ada", "why": "a fix"},
        "resolutions": [{"of": "bo", "by": "ada", "at": "2025-11-04T00:00:00Z", "how": "#8"}],
        "mood": "good",
    }
    more["posts"] = [{**DATA["posts"][0], "edited_at": "2025-11-03T14:00:00Z", "edits": [{"at": "2025-11-03T13:00:00Z", "text": "hm"}], "likes": 3}]  # fmt: skip
    found = read_ballots(json.dumps(more))
    assert found.motion.closes_at == datetime(2025, 11, 10, 12, tzinfo=UTC)
    assert (found.motion.kind, found.motion.about, found.motion.is_hidden) == (
        Kind.PROJECT,
        About.SECURITY,
        False,
    )
    assert (found.early, found.resolutions[0].how) == (Early("ada", "a fix"), "#8")
    assert found.posts is not None
    assert (found.posts[0].edited_at, found.posts[0].earlier[0][1]) == (
        datetime(2025, 11, 3, 14, tzinfo=UTC),
        "hm",
    )
    assert found.unknown == ("mood", "posts[].likes")


def test_no_posts_and_no_list_of_posts_are_two_things() -> None:
    assert read_ballots(json.dumps({**DATA, "posts": []})).posts == ()
    assert read_ballots(json.dumps({**DATA, "posts": None})).posts is None


def test_a_security_motion_is_hidden_until_a_person_says_otherwise() -> None:
    assert read_ballots(json.dumps({**DATA, "about": "security"})).motion.is_hidden
    assert read_ballots(json.dumps({**DATA, "embargo": True})).motion.is_hidden


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"project": None}, "project is missing: write it in quotes", id="no project"),
        pytest.param({"project": " "}, "project is no text", id="a blank project"),
        pytest.param({"motion": ["a"]}, "motion is no text", id="a list for a motion"),
        pytest.param({"kind": "specification"}, "kind is 'specification': write one of spec, project", id="a kind"),
        pytest.param({"about": 3}, "about is '3': write one of release, roster", id="a number"),
        pytest.param({"kind": ["spec"]}, "kind is \"['spec']\"", id="a list for a word"),
        pytest.param({"opened_at": None}, "opened_at is missing", id="no opening"),
        pytest.param({"opened_at": "2025-11-03T12:00:00"}, "opened_at is no time with a zone: write it as 2016", id="no zone"),
        pytest.param({"opened_at": 1762171200}, "opened_at is no time with a zone", id="seconds"),
        pytest.param({"opened_at": "0001-01-01T00:00:00+14:00"}, "opened_at is no time with a zone", id="before time"),
        pytest.param({"closes_at": "2025-11-03T12:00:00Z"}, "closes_at is not after opened_at", id="no window"),
        pytest.param({"embargo": "no"}, "embargo is neither true nor false", id="a word for a yes"),
        pytest.param({"posts": {}}, "posts is no list of at most", id="an object of posts"),
        pytest.param({"posts": [[]]}, "posts[0] is no object", id="a list for a post"),
        pytest.param({"posts": [{"at": "2025-11-03T13:00:00Z"}]}, "posts[0].by is missing", id="nobody's post"),
        pytest.param({"posts": [DATA["posts"][0], {"by": "x", "at": "now"}]}, "posts[1].at is no time with a zone", id="now"),
        pytest.param({"posts": [{**DATA["posts"][0], "text": 5}]}, "posts[0].text is no text", id="a number for a text"),
        pytest.param({"posts": [{**DATA["posts"][0], "edits": [3]}]}, "posts[0].edits is no object", id="an edit"),
        pytest.param({"posts": [{**DATA["posts"][0], "review": "LIKED"}]}, "posts[0].review is 'LIKED': write one of APPROVED", id="no review"),
        pytest.param({"early": {"by": "ada"}}, "early.why is missing", id="early without a reason"),
        pytest.param({"resolutions": [{"of": "bo"}]}, "resolutions[0].by is missing", id="half a resolution"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput) as failed:
        read_ballots(json.dumps({**DATA, **change}), "b.json")
    assert str(failed.value).startswith("b.json: ")
    assert message in str(failed.value)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("[]", id="a list"),
        pytest.param("3", id="a number"),
        pytest.param("{", id="half"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param('{"a":' * 100_000, id="deep objects"),
        pytest.param('{"a": NaN}', id="not a number"),
        pytest.param('{"a": ' + "9" * 5_000 + "}", id="a huge number"),
        pytest.param('{"project": "a", "project": "b"}', id="twice"),
    ],
)
def test_what_is_no_document_is_said(text: str) -> None:
    with pytest.raises(BadInput):
        read_ballots(text)


def test_a_vote_cannot_be_written_twice_into_one_post() -> None:
    text = json.dumps(DATA).replace('"text": "LGTM"', '"text": "REJECT", "text": "LGTM"')
    with pytest.raises(BadInput, match="'text' stands twice in one object"):
        read_ballots(text)


def test_what_json_does_not_know_is_no_json() -> None:
    with pytest.raises(BadInput, match="NaN is no number of JSON"):
        read_ballots(json.dumps({**DATA, "mood": float("nan")}))


def test_too_many_posts_are_too_many() -> None:
    with pytest.raises(BadInput, match="posts is no list of at most 100,000 posts"):
        read_ballots(json.dumps({**DATA, "posts": [{}] * (MOST_POSTS + 1)}))


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(WrongRequest, match="cannot be read"):
        load_ballots(tmp_path / "none.json")
    with pytest.raises(WrongRequest, match="cannot be read"):
        load_ballots(tmp_path)
    (tmp_path / "latin.json").write_bytes(b'{"project": "\xe9"}')
    with pytest.raises(BadInput, match="not UTF-8"):
        load_ballots(tmp_path / "latin.json")
    (tmp_path / "bom.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(DATA).encode())
    assert load_ballots(tmp_path / "bom.json").motion.project == "runtime-spec"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*DATA, "by", "at", "text", "edits", "early", "kind"]), inner, max_size=6),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_any_json_is_read_or_refused_in_words(value: Any) -> None:
    for document in (value, {**DATA, "posts": value}, {**DATA, "posts": [value]}, {**DATA, **value} if isinstance(value, dict) else 1):  # fmt: skip
        with suppress(BadInput):
            read_ballots(json.dumps(document))
