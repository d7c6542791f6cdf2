"""How alike a promise and a title are: real promises of OCI's meetings beside real titles of its trackers."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.meetings.wording import FITS, fit, words

HOOKS = "wking to file a hook-dropping PR"
ROLL_BACK = "wking to roll back #412 namespace description"
REROLL = "wking to reroll runtime-spec#391 to include multiple examples and add it to a runtime-spec subdir"
TITLES = [  # of runtime-spec: pull requests, issues and lines of its ChangeLog
    "*: Remove hooks",
    "Drop hooks (now that we have a create/start split)",
    "config: Drop v0.x compatibility statement",
    "config: Explicitly put hooks in the runtime namespace",
    "config-linux: Extend no-tweak requirement to runtime namespaces",
    "config-linux: Consistent namespace description wording",
    "glossary: Remove \"leaf\" and \"hierarchy\" from container namespace definition",
    "examples/exec: Describe how to emulate 'exec' with 'start'",
    "Bind this repository (or a branch) to runtime-spec releases",
    "schema: Add hook.timeout",
    "*: add support for cgroup namespace",
    "README: Change meeting time from 10am to 2pm Pacific",
    "Add bind mount example",
    "runtime: fail when a poststart hook fails",
]  # fmt: skip


@pytest.mark.parametrize(
    ("promise", "fitting"),
    [
        pytest.param(HOOKS, {TITLES[0]: 99, TITLES[1]: 78}, id="the hooks: #483, and the issue behind it, #473"),
        pytest.param(ROLL_BACK, {TITLES[5]: 73}, id="a namespace's description, as another title has it too"),
        pytest.param(REROLL, {}, id="what is not in a title is not found by its words"),
        pytest.param("more discussion in ocitools#83", {}, id="one word says nothing"),
        pytest.param("mrunalp will add an example for bind mounts", {TITLES[12]: 99}, id="other forms of the words"),
        pytest.param("duglin to change the time of the meeting", {TITLES[11]: 77}, id="three words of eight"),
        pytest.param("vbatts to cut a release", {}, id="no title of a release"),
    ],
)  # fmt: skip
def test_of_real_titles_those_fit_that_a_person_would_take(promise: str, fitting: dict[str, int]) -> None:
    names = ("wking", "mrunalp", "duglin", "vbatts")
    scores = {title: fit(promise, title, names) for title in TITLES}
    assert {title: score for title, score in scores.items() if score >= FITS} == fitting


def test_one_word_in_common_is_too_few_even_when_it_is_the_only_one() -> None:
    assert fit("more discussion in ocitools#83", "Discussion") == 0
    assert fit("more discussion of hooks", "Discussion of hooks") == 99


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("wking to file a hook-dropping PR", ("hook", "remov"), id="dropping is removing"),
        pytest.param("roll back #412 namespace description", ("remov", "namespac", "description"), id="so is rolling back"),
        pytest.param("Document processes and their classes", ("describ", "process", "class"), id="plurals"),
        pytest.param("see https://x.example/a#b and quayside/runtime-spec#4", ("see",), id="links and references"),
        pytest.param("Zoë schließt die Häfen", ("zoë", "schliesst", "die", "häfen"), id="letters of all kinds"),
        pytest.param("to the of", (), id="small words"),
    ],
)  # fmt: skip
def test_words_are_stems_of_what_a_text_is_about(text: str, found: tuple[str, ...]) -> None:
    assert words(text, ("wking",)) == found


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=300), st.text(max_size=300))
def test_every_two_texts_can_be_compared(text: str, title: str) -> None:
    assert 0 <= fit(text, title) <= 99
    assert fit(text, title) == fit(text, title)


@pytest.mark.parametrize("part", ["a", "a://", "#", "x#1", "drop hooks "])
def test_an_endless_text_costs_no_time(part: str) -> None:
    before = time.perf_counter()
    fit(part * 10**6, part * 10**6)
    assert time.perf_counter() - before < 1
