"""What changed between two releases: each kind from made-up texts, and the changes that a maintainer would name."""

from itertools import pairwise

import pytest

from runtime.conformance.requirements import history
from runtime.conformance.requirements.diff import MOST_PAIRS, Difference, diff, marked, word_diff
from runtime.conformance.requirements.identity import Requirement, fingerprint
from runtime.conformance.requirements.statements import extract
from tests.conformance.requirements.conftest import asked
from tests.conformance.requirements.test_markdown import TAGS


def made(*sentences: str, ids: str = "", file: str = "runtime.md") -> list[Requirement]:
    """Requirements of some sentences; `ids` names them, else their fingerprints do."""
    found = extract({file: "\n\n".join(sentences)})
    names = ids.split() or [fingerprint(each) for each in found]
    return [Requirement(id_, fingerprint(each), each) for id_, each in zip(names, found, strict=True)]


LONG = "The runtime {} start the container {}."


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        pytest.param(made("It MUST.", ids="a"), made("It MUST.", ids="a"), "", id="nothing"),
        pytest.param([], made("It MUST."), "added", id="one came"),
        pytest.param(made("It MUST."), [], "removed", id="one went"),
        pytest.param(made("It MUST x.", ids="a"), made("It MUST y.", ids="a"), "reworded", id="by the map: reworded"),
        pytest.param(made("It SHOULD.", ids="a"), made("It MUST.", ids="a"), "strengthened", id="by the map: strengthened"),
        pytest.param(made("It MUST.", ids="a"), made("It MAY.", ids="a"), "weakened", id="by the map: weakened"),
        pytest.param(made("It MAY.", ids="a"), made("It is OPTIONAL.", ids="a"), "reworded", id="another word of the same strength"),
        pytest.param(made("It MUST."), made("It MUST.", file="bundle.md"), "moved", id="to another file"),
        pytest.param(made(LONG.format("MUST", "now")), made(LONG.format("MUST", "then")), "reworded", id="alike"),
        pytest.param(made(LONG.format("SHOULD", "now")), made(LONG.format("MUST", "now")), "strengthened", id="alike and stronger"),
    ],
)  # fmt: skip
def test_kinds(before: list[Requirement], after: list[Requirement], kind: str) -> None:
    found = diff(before, after)
    kinds = (
        ["added"] * len(found.added)
        + ["removed"] * len(found.removed)
        + [each.kind for each in found.changed]
    )
    assert kinds == [kind] * bool(kind)


def test_a_pair_that_only_looks_alike_says_so() -> None:
    before, after = made(LONG.format("MUST", "now")), made(LONG.format("MUST", "then"))
    assert [change.reviewed for change in diff(before, after).changed] == [False]
    after = made(LONG.format("MUST", "then"), ids=before[0].id)
    assert [change.reviewed for change in diff(before, after).changed] == [True]


def test_a_pair_that_a_person_kept_apart_is_no_pair() -> None:
    before, after = made(LONG.format("MUST", "now")), made(LONG.format("MUST", "then"))
    found = diff(before, after, frozenset({(after[0].fingerprint, before[0].id)}))
    assert (len(found.added), len(found.removed), found.changed) == (1, 1, ())


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        pytest.param("a b c", "a x c", "a [-b-] {+x+} c", id="one word"),
        pytest.param("a b", "b", "[-a-] b", id="gone"),
        pytest.param("a", "a b c", "a {+b c+}", id="come"),
        pytest.param("a", "a", "a", id="the same"),
    ],
)
def test_a_word_diff_reads_as_wdiff_writes_it(old: str, new: str, line: str) -> None:
    assert marked(word_diff(old, new)) == line


def test_a_list_that_changes_is_a_rewording() -> None:
    before, after = made("It MUST supply:\n\n* a\n* b"), made("It MUST supply:\n\n* a\n* c")
    (change,) = diff(before, after).changed
    assert (change.kind, marked(change.words)) == ("reworded", "It MUST supply: a; [-b-] {+c+}")


def test_when_all_is_different_nobody_looks_for_pairs() -> None:
    n = int(MOST_PAIRS**0.5) + 1
    before = made(*(f"It MUST do a{i}." for i in range(n)))
    after = made(*(f"It MUST do b{i}." for i in range(n)))
    found = diff(before, after)
    assert (found.complete, len(found.added), len(found.removed), found.changed) == (False, n, n, ())


def test_sentences_without_an_end_are_not_compared_word_by_word() -> None:
    """Two of fifty thousand words: nobody would wait for the square of that."""
    before, after = made("It MUST " + "a " * 50_000, ids="x"), made("It MUST " + "a " * 50_001, ids="x")
    (change,) = diff(before, after).changed
    assert [mark for mark, _ in change.words] == ["-", "+"]
    assert diff(before, made("It MUST " + "a " * 50_001)).changed == ()


def between(old: str, new: str) -> Difference:
    return diff(asked(old), asked(new), history.unrelated())


@pytest.mark.parametrize(
    ("old", "new", "kind", "path", "words"),
    [
        pytest.param("v1.2.1", "v1.3.0", "reworded", "", "poststart hook fails", id="1.3.0: a failing poststart hook is an error"),
        pytest.param("v1.2.1", "v1.3.0", "weakened", "linux.resources.pids.limit", "tasks", id="1.3.0: pids.limit may be left out"),
        pytest.param("v1.1.0-rc.1", "v1.1.0-rc.2", "reworded", "linux.namespaces[].type", "SHOULD be supported", id="rc.2: one more namespace in the list"),
        pytest.param("v1.1.0", "v1.2.0", "weakened", "mounts[].destination", "absolute", id="1.2.0: a relative destination"),
        pytest.param("v1.0.2", "v1.1.0", "reworded", "process.capabilities", "warning", id="1.1.0: a capability that cannot be granted"),
        pytest.param("v1.0.1", "v1.0.2", "weakened", "process.args", "args (", id="1.0.2: args are optional"),
        pytest.param("v1.0.0-rc5", "v1.0.0-rc6", "weakened", "process", "process (", id="rc6: a container without a process"),
        pytest.param("v1.0.0-rc4", "v1.0.0-rc5", "weakened", "", "following filesystems", id="rc5: default filesystems"),
        pytest.param("v1.0.0-rc4", "v1.0.0-rc5", "reworded", "state.bundle", "bundle", id="rc5: bundlePath is called bundle"),
        pytest.param("v0.2.0", "v0.3.0", "strengthened", "process.cwd", "cwd (", id="0.3.0: cwd is required"),
    ],
)  # fmt: skip
def test_the_changes_that_people_remember(old: str, new: str, kind: str, path: str, words: str) -> None:
    found = [each for each in between(old, new).of(kind) if each.new.path == path and words in each.new.same]
    assert len(found) == 1
    assert found[0].reviewed


@pytest.mark.parametrize(("old", "new"), list(pairwise(TAGS)))
def test_between_neighbours_every_pair_was_reviewed_and_the_numbers_add_up(old: str, new: str) -> None:
    found = between(old, new)
    assert found.complete
    assert all(each.reviewed for each in found.changed)
    assert len(history.load(old).known) - len(found.removed) + len(found.added) == len(
        history.load(new).known
    )


def test_v1_1_0_asks_what_its_last_candidate_asked() -> None:
    assert between("v1.1.0-rc.3", "v1.1.0") == Difference((), (), (), True)


def test_across_many_releases_ids_hold_as_between_neighbours() -> None:
    """v1.0.0 to v1.3.0 in one step: whatever is in both by id is no addition and no removal."""
    found = between("v1.0.0", "v1.3.0")
    both = set(history.load("v1.0.0").known) & set(history.load("v1.3.0").known)
    assert len(both) > 200
    assert not both & {each.id for each in (*found.added, *found.removed)}
