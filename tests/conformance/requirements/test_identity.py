"""Which statement is which: by wording, by section, by the reviewed map, by having moved; and what nobody decided."""

import tomllib

import pytest

from runtime.conformance.requirements import record
from runtime.conformance.requirements.identity import (
    Known,
    best,
    fingerprint,
    identify,
    moved,
    new_ids,
    pairs,
)
from runtime.conformance.requirements.statements import Statement, extract


def of(text: str, file: str = "runtime.md") -> tuple[Statement, ...]:
    return extract({file: text})


def known(statements: tuple[Statement, ...], ids: str) -> list[Known]:
    return [
        Known(id_, fingerprint(s), s.place, s.path, s.keywords, s.platform, s.duty, s.refused)
        for id_, s in zip(ids.split(), statements, strict=True)
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("It MUST be\nso.", "It MUST be so.", id="rewrapped"),
        pytest.param("It MUST [fail](#errors).", "It MUST fail.", id="a link"),
        pytest.param("It MUST `x` **y**.", "It MUST x y.", id="emphasis"),
        pytest.param("It MUST not.", "It MUST NOT.", id="MUST not"),
        pytest.param('# <a name="a" />A\nIt MUST.', "# B\nIt MUST.", id="another section"),
    ],
)
def test_a_fingerprint_survives(before: str, after: str) -> None:
    assert fingerprint(of(before)[0]) == fingerprint(of(after)[0])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(of("It MUST."), of("It SHOULD."), id="another keyword"),
        pytest.param(of("It MUST be."), of("It MUST see."), id="another word"),
        pytest.param(of("It MUST."), of("It MUST.", "bundle.md"), id="another file"),
        pytest.param(
            of("It MUST."), of("# State\n* **`id`** (string) x.\n  It MUST."), id="another property"
        ),
    ],
)
def test_a_fingerprint_does_not_survive(before: tuple[Statement, ...], after: tuple[Statement, ...]) -> None:
    assert fingerprint(before[0]) != fingerprint(after[-1])


THRICE = "# Start\nIt MUST fail.\n# Kill\nIt MUST fail.\n# Delete\nIt MUST fail."


def test_the_same_sentence_in_three_sections_is_told_apart_by_the_section() -> None:
    before, after = (
        of(THRICE),
        of("# Delete\nIt MUST fail.\n# New\nIt MUST fail.\n# Kill\nIt MUST fail.\n# Start\nIt MUST fail."),
    )
    assert identify(after, known(before, "start kill delete")) == {0: "delete", 2: "kill", 3: "start"}


def test_a_section_that_gets_an_explicit_anchor_is_still_the_same() -> None:
    after = of('# Delete\nIt MUST fail.\n# <a name="runtimeKill" />Kill\nIt MUST fail.')
    assert identify(after, known(of(THRICE), "start kill delete")) == {0: "delete", 1: "kill"}


def test_within_one_section_the_order_decides() -> None:
    before = of("# A\nIt MUST. It MUST.")
    assert identify(of("# B\nIt MUST. It MUST. It MUST."), known(before, "one two")) == {0: "one", 1: "two"}


def test_new_ids_are_the_fingerprint_then_with_the_section_then_with_a_number() -> None:
    found = of("# A\nIt MUST. It MUST. It MUST. It MUST.")
    ids = new_ids(found, range(4), taken=())
    assert ids[0] == fingerprint(found[0])
    assert len(set(ids.values())) == 4
    assert ids == new_ids(found, range(4), taken=())
    assert new_ids(found, [0], taken=[ids[0]]) == {0: ids[1]}


def test_what_moved_is_found_where_only_one_can_be_meant() -> None:
    old = {"a": of("It MUST go.")[0], "b": of("They MUST.")[0], "c": of("# C\nThey MUST.")[0]}
    new = {0: of("It MUST go.", "bundle.md")[0], 1: of("They MUST.", "bundle.md")[0]}
    assert moved(old, new) == {0: "a"}


def test_what_moved_with_its_property_is_found_first() -> None:
    text = "# State\n* **`a`** (x, REQUIRED) y.\n  It MUST.\n* **`b`** (x, REQUIRED) y.\n  It MUST."
    old = dict(zip("ABCD", of(text), strict=True))
    new = dict(enumerate(of(text.replace("State", "Manifest version").replace("`a`", "`state.a`").replace("`b`", "`state.b`"), "config.md")))  # fmt: skip
    assert moved({"B": old["B"], "D": old["D"]}, {1: new[1], 3: new[3]}) == {1: "B", 3: "D"}


def test_each_statement_is_in_one_pair_and_the_most_similar_win() -> None:
    old = {
        "a": of("The runtime MUST start the container at once.")[0],
        "b": of("Other words SHOULD stand here.")[0],
    }
    new = dict(enumerate(of("The runtime MUST start the container now. The runtime MUST start the container at last.")))  # fmt: skip
    found = pairs(old, new)
    assert [(id_, place) for _, id_, place in found] == [("a", 1), ("a", 0)]
    assert [(id_, place) for _, id_, place in best(found)] == [("a", 1)]


def test_no_statement_is_in_two_pairs() -> None:
    found = [(0.9, "a", 0), (0.8, "b", 0), (0.7, "a", 1), (0.7, "b", 2)]
    assert best(found) == [(0.9, "a", 0), (0.7, "b", 2)]


BEFORE = {"runtime.md": "The runtime MUST start the container at once.\n\nThe runtime MUST stop."}
AFTER = {"runtime.md": "The runtime MUST start the container now.\n\nThe runtime MUST stop."}


def recorded(hand: str = "") -> tuple[record.Recorded, record.Recorded]:
    first = record.record("v9.0.0", "", record.EMPTY, BEFORE, "")
    return first, record.record("v9.0.1", "v9.0.0", first, AFTER, hand)


def test_a_rewording_that_nobody_reviewed_is_reported() -> None:
    _, second = recorded()
    ((ratio, old, new, _),) = second.undecided
    assert ratio > 0.65
    assert (old.same.split()[-1], new.same.split()[-1]) == ("once.", "now.")
    table = tomllib.loads(second.text)
    assert (len(table["added"]), len(table["dropped"])) == (1, 1)


@pytest.mark.parametrize("kept", ["reworded", "unrelated"])
def test_a_decision_settles_it_and_is_kept(kept: str) -> None:
    first, open_ = recorded()
    ((_, _, new, id_),) = open_.undecided
    value = f'"{id_}"' if kept == "reworded" else f'["{id_}"]'
    _, second = recorded(f"[{kept}]\n{fingerprint(new)} = {value}\n")
    assert second.undecided == ()
    table = tomllib.loads(second.text)
    assert kept in table
    if kept == "reworded":
        assert "added" not in table
        assert set(second.known) == set(first.known)
        assert table["changed"][id_]["fingerprint"] == fingerprint(new)
    else:
        assert set(table["added"]) == {fingerprint(new)}


def test_what_people_wrote_stays_letter_for_letter() -> None:
    hand = '[commands]\noperations = ["a"]\n[reviewed]\nx = { duty = "platform", why = "a \\"b\\" \\\\ c" }\n[notes]\nx = "first\\nsecond"\n"a b" = "c"\n'
    _, second = recorded(hand)
    assert {name: tomllib.loads(second.text)[name] for name in ("commands", "reviewed", "notes")} == tomllib.loads(hand)  # fmt: skip
    assert recorded(second.text)[1].text == second.text


def test_a_duty_that_a_person_corrected_is_recorded() -> None:
    first, _ = recorded()
    id_ = next(iter(first.known))
    again = record.record("v9.0.0", "", record.EMPTY, BEFORE, f'[reviewed]\n{id_} = {{ duty = "platform", why = "x" }}\n')  # fmt: skip
    assert (first.known[id_].duty, again.known[id_].duty) == ("runtime", "platform")
