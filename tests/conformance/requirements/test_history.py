"""The release files: that they agree with the texts, hold no sentence of them, and what an unknown release gets."""

import re
import tomllib

import pytest

from runtime.conformance import releases
from runtime.conformance.requirements import history, record, source, summary
from runtime.conformance.requirements.identity import list_print
from runtime.conformance.requirements.keywords import STRENGTHS
from runtime.conformance.requirements.scope import DUTIES, PLATFORMS
from tests.conformance.requirements.conftest import asked, spec, statements
from tests.conformance.requirements.test_markdown import TAGS


def test_there_is_one_file_for_each_release_in_order() -> None:
    assert history.tags() == TAGS
    assert [history.load(tag).after for tag in TAGS] == ["", *TAGS[:-1]]
    assert set(releases.TAGS) <= set(TAGS)


def test_the_files_say_what_the_texts_say_and_nothing_is_undecided() -> None:
    before, after = record.EMPTY, ""
    for tag in TAGS:
        written = (history.FOLDER / f"{tag}.toml").read_text(encoding="utf-8")
        done = record.record(tag, after, before, spec(tag), written)
        assert done.text == written, (
            f"{tag}.toml: run `python -m runtime.conformance requirements record DIR`"
        )
        assert done.undecided == (), tag
        before, after = done, tag


@pytest.mark.parametrize("tag", TAGS)
def test_every_requirement_of_the_texts_has_its_id_and_no_other(tag: str) -> None:
    found = asked(tag)
    release = history.load(tag)
    assert len({each.id for each in found}) == len(found)
    assert {each.id for each in found} == set(release.known)
    for each in found:
        known = release.known[each.id]
        assert known.listed == list_print(each.statement)
        assert (known.at, known.path, known.keywords) == (each.statement.place, each.statement.path, each.statement.keywords)  # fmt: skip
        assert (known.platform, known.duty, known.refused) == (each.statement.platform, each.statement.duty, each.statement.refused)  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
def test_a_release_file_holds_no_sentence_of_the_specification(tag: str) -> None:
    written = (history.FOLDER / f"{tag}.toml").read_text(encoding="utf-8")
    words = " ".join(written.split())
    assert [each.same for each in statements(tag) if len(each.same.split()) > 5 and each.same in words] == []
    table = tomllib.loads(written)
    for row in (*table.get("added", {}).values(), *table.get("changed", {}).values()):
        assert re.fullmatch(r"[\w-]+\.md(#[\w-]+)?", row.get("at", "a.md"))
        assert set(row.get("keywords", ())) <= set(STRENGTHS)
        assert row.get("platform", "all") in PLATFORMS
        assert row.get("duty", "runtime") in DUTIES


@pytest.mark.parametrize("tag", TAGS)
def test_what_people_decided_is_about_requirements_that_exist(tag: str) -> None:
    """A decision on an id that is gone, or for a wording that does not come, decides nothing any more."""
    release = history.load(tag)
    own = tomllib.loads((history.FOLDER / f"{tag}.toml").read_text(encoding="utf-8"))
    before = history.load(release.after).known if release.after else {}
    prints = {each.fingerprint for each in release.known.values()}
    assert set(own.get("reviewed", {})) | set(own.get("notes", {})) <= set(release.known)
    assert set(release.reworded) <= prints
    assert set(release.reworded.values()) <= set(before) & set(release.known)
    assert len(set(release.reworded.values())) == len(release.reworded)
    for print_, id_ in release.unrelated:
        assert print_ in prints
        assert id_ in release.dropped
    assert all(row.get("why") for row in own.get("reviewed", {}).values())


def test_ids_stay_from_the_first_release_to_the_last() -> None:
    """Hooks in the listed order, from v0.1.1's runtime.md through runtime-config.md to config.md."""
    (first,) = (each for each in history.load("v0.1.1").known.values() if each.at == "runtime.md#hooks")
    assert [history.load(tag).known[first.id].at.split("#")[0] for tag in ("v0.2.0", "v0.3.0", "v1.3.0")] == [
        "runtime-config.md", "config.md", "config.md",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tag", "table", "name", "value"),
    [
        ("v0.1.1", "config", "version", "0.1.0"),
        ("v0.2.0", "config", "files", ["config.json", "runtime.json"]),
        ("v0.3.0", "config", "files", ["config.json"]),
        ("v0.3.0", "commands", "operations", []),
        ("v0.5.0", "commands", "operations", ["state", "start", "stop", "exec"]),
        ("v0.5.0", "state", "version_key", "ociVersion"),
        ("v1.0.0-rc4", "config", "capabilities_are", "names"),
        ("v1.0.0-rc4", "state", "bundle_key", "bundlePath"),
        ("v1.0.0-rc5", "config", "capabilities_are", "sets"),
        ("v1.3.0", "commands", "operations", ["state", "create", "start", "kill", "delete"]),
        ("v1.3.0", "state", "bundle_key", "bundle"),
        ("v1.3.0", "config", "version", "1.3.0"),
    ],
)
def test_commands_and_dialect_are_inherited_until_they_change(
    tag: str, table: str, name: str, value: object
) -> None:
    assert history.load(tag).facts[table][name] == value


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        pytest.param("v1.3.0", "v1.3.0", id="known"),
        pytest.param("v1.4.0-rc.1", "v1.3.0", id="a candidate of the next"),
        pytest.param("v1.3.0-rc.1", "v1.2.1", id="a candidate that was never recorded"),
        pytest.param("v1.2.2", "v1.2.1", id="a later patch of an older one"),
        pytest.param("1.3.0+dev", "v1.3.0", id="development after a release"),
        pytest.param("v1.1.0-rc.7", "v1.1.0-rc.3", id="one more candidate"),
        pytest.param("v0.0.1", "v0.1.1", id="older than all"),
        pytest.param("v99.0.0", "v1.3.0", id="far away"),
    ],
)
def test_an_unknown_release_is_as_its_nearest_ancestor(tag: str, expected: str) -> None:
    assert history.nearest(tag) == expected


def test_what_is_no_version_has_no_ancestor() -> None:
    with pytest.raises(ValueError, match="main is no version"):
        history.nearest("main")


DRAFT = "\n\nThe runtime MUST whistle while it works.\n"


@pytest.mark.parametrize("name", ["v1.4.0", "next", "v1.3.0"])
def test_a_draft_keeps_the_ids_of_what_it_goes_on_from(name: str) -> None:
    texts = dict(spec("v1.3.0"))
    texts["runtime.md"] += DRAFT
    texts["glossary.md"] = ""
    found = source.of_texts(texts, name)
    assert found.like == "v1.3.0"
    if name != "v1.3.0":
        assert found.release == ""
    assert [each.statement.same for each in found.fresh] == [DRAFT.strip()]
    assert [history.load("v1.3.0").known[id_].at for id_ in found.gone] == ["glossary.md#glossaryJson"] * 2


def test_like_wins_over_the_name_of_a_folder() -> None:
    found = source.of_texts(spec("v1.3.0"), "v1.3.0", like="v1.2.1")
    assert (found.release, found.like) == ("", "v1.2.1")
    assert len(found.fresh) > 79


def test_texts_without_a_version_are_like_the_release_with_most_in_common() -> None:
    texts = dict(spec("v1.0.2"))
    texts["runtime.md"] += DRAFT
    assert history.closest(texts) == "v1.0.2"
    assert history.closest(spec("v1.1.0")) == "v1.1.0"  # the same words as v1.1.0-rc.3: the newest of both


def test_a_release_is_known_by_its_file_alone_when_the_texts_are_away() -> None:
    with_texts, without = source.of_texts(spec("v1.3.0"), "v1.3.0"), source.find("v1.3.0", None)
    assert without.where == ""
    assert {each.id for each in without.requirements} == {each.id for each in with_texts.requirements}
    assert {each.statement.text for each in without.requirements} == {""}
    mine, theirs = summary.counts(without.requirements), summary.counts(with_texts.requirements)
    assert {name: mine[name] for name in mine if name != "by_kind"} == {name: theirs[name] for name in theirs if name != "by_kind"}  # fmt: skip


def test_coverage_counts_on_what_a_runtime_on_linux_has_to_do() -> None:
    found = asked("v1.3.0")
    base = summary.base(found)
    assert {each.statement.platform for each in base} == {"linux", "all"}
    assert {each.statement.strength for each in base} == {"MUST"}
    assert all(each.statement.duty == "runtime" or each.statement.refused for each in base)
    left = [e for e in found if e not in base and e.statement.strength == "MUST" and summary.is_hosted(e)]
    assert all(each.statement.duty != "runtime" for each in left)
    assert (len(base), len(left)) == (292, 17)


def test_statements_without_a_host_are_counted_and_never_dropped() -> None:
    counts = summary.counts(asked("v1.3.0"))
    others = ("solaris", "windows", "freebsd", "zos", "vm")
    assert counts["no_host"] == sum(counts["by_platform"][name] for name in others) > 100
    assert sum(counts["by_platform"].values()) == counts["statements"]
