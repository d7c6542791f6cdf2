"""Whatever stands in config.json, process.json, resources, a state file or on the command line: a sentence, never a traceback.

Nothing is left behind, what `validate` calls fine is not refused for its type, and what the schema allows is not either.
"""

import copy
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runtime import (
    capabilities,
    cgroups,
    config,
    dialects,
    limits,
    mount_options,
    options,
    seccomp,
    shape,
    spelling,
)
from runtime import places as anchors
from runtime.commands import NAMES
from runtime.conformance.releases import TAGS, position
from runtime.faults import Fault
from runtime.releases import Rules
from tests.runtime.conftest import Yard, groups
from tests.runtime.schemas import OTHER, places, schema, values
from tests.runtime.spoiling import OLDER, RICH, WORDS, configs, many, put, spoiled
from tests.runtime.texts import SCHEMA_ALONE, counts, must_be_there, names
from tests.soaking import seeds

# --- read, not run


def problems(document: dict[str, Any]) -> list[tuple[str, str]]:
    """(anchor, sentence) of each, as `validate` tells them."""
    try:
        rules = Rules(document.get("ociVersion"))
    except Fault as fault:
        return [("config.md#configSpecificationVersion", str(fault))]
    if rules.is_old:
        return dialects.judged(copy.deepcopy(document), rules)[0]
    return list(config.problems(document, rules))


def spelled(path: tuple[str, ...]) -> str:
    return "".join("[0]" if name == "[]" else f".{'x' if name == '*' else name}" for name in path).lstrip(".")


def as_a_rule(path: str) -> str:
    return re.sub(r"\[\d+\]", "[]", path)


@pytest.mark.parametrize("tag", TAGS)
def test_a_value_of_another_type_than_the_schema_s_is_refused_by_name(tag: str) -> None:
    silent, told = [], set()
    for path, kind in places(schema(tag)):
        where = spelled(path)
        for value in OTHER[kind]:
            document = {
                "ociVersion": tag.removeprefix("v"), "root": {"path": "x"}, "process": {"cwd": "/", "args": ["x"]},
                "linux": {"namespaces": [{"type": "mount"}]},
            }  # fmt: skip
            put(document, tuple(0 if name == "[]" else "x" if name == "*" else name for name in path), value)
            said = problems(document)
            told |= {anchor for anchor, _ in said}
            found = [problem for _, problem in said]
            if not any(each.startswith(f"{where} ") for each in found):
                silent.append((where, value, found))
    assert [each for each in silent if counts(tag, as_a_rule(each[0]))] == []
    alone = {
        each
        for each, (first, last) in SCHEMA_ALONE.items()
        if position(first) <= position(tag) <= position(last)
    }
    assert alone <= {as_a_rule(where) for where, _, _ in silent}  # an exception that is needed
    assert lost(told, Rules(tag.removeprefix("v"))) == []


def lost(told: set[str], rules: Rules) -> list[str]:
    """Those anchors that the texts of the release do not have."""
    there = [anchors.of(each, rules).split("#") for each in sorted(told)]
    return ["#".join(each) for each in there if each[1] not in names(f"v{rules.version}", each[0])]


@pytest.mark.parametrize("tag", TAGS)
def test_what_the_schema_allows_is_not_refused_for_its_type(tag: str) -> None:
    known = {name: each for name, each in schema(tag)["properties"].items() if name != "ociVersion"}
    allowed = values({"type": "object", "properties": known, "required": []})
    rules = Rules(tag.removeprefix("v"))
    types = spelling.of(rules)

    @settings(many, max_examples=seeds(25, 1500))
    @given(allowed)
    def check(document: dict[str, Any]) -> None:
        document |= {"ociVersion": tag.removeprefix("v"), "root": {"path": "x"}}
        found = [as_a_rule(each) for each in shape.problems(document, types)]
        wrong = [each for each in found if not each.endswith(" is missing") and counts(tag, each.split()[0])]
        missing = {each.split()[0] for each in found if each.endswith(" is missing")}
        assert (wrong, [each for each in missing if not must_be_there(tag, each)]) == ([], [])
        if not found:
            carried = dialects.carried_over(document, rules) if rules.is_old else document
            assert list(shape.problems(carried, shape.CONFIG)) == []

    check()


@pytest.mark.parametrize("tag", TAGS)
def test_validate_and_create_agree_and_every_anchor_is_one_of_the_release(tag: str) -> None:
    rules = Rules(tag.removeprefix("v"))

    @settings(many, max_examples=seeds(40, 4000))
    @given(spoiled(RICH, shape.CONFIG) | spoiled(OLDER, spelling.of(rules)))
    def check(document: dict[str, Any]) -> None:
        document["ociVersion"] = tag.removeprefix("v")
        found = problems(document)
        said = said_of(lambda: created(copy.deepcopy(document), rules))
        assert (bool(found), lost({place for place, _ in found}, rules)) == (said != "done", []), (
            said,
            found,
        )

    check()


def created(document: dict[str, Any], rules: Rules) -> None:
    """As `create` asks it."""
    config.check(dialects.translate(document, rules) if rules.is_old else document, rules)


@settings(many, max_examples=seeds(400, 100_000))
@given(configs())
@example({**RICH, "linux": {**RICH["linux"], "cgroupsPath": "/."}})
def test_whatever_is_read_the_answer_is_a_fault_or_a_plan(document: dict[str, Any]) -> None:
    assert said_of(lambda: planned(copy.deepcopy(document)))


def said_of(ask: Callable[[], object]) -> str:
    """The words of a Fault, or "done"."""
    try:
        ask()
    except Fault as fault:
        return str(fault)
    return "done"


def planned(document: dict[str, Any]) -> None:
    rules = Rules(document.get("ociVersion"))
    document = dialects.translate(document, rules)
    config.check(document, rules)
    process, linux = document.get("process") or {}, document.get("linux") or {}
    capabilities.sets(process, rules["unknown_capability_fails"], lambda text: None)
    limits.plan(linux.get("resources") or {}, {"memory", "cpu", "pids"}, {"hugetlb"})
    for folder in cgroups.paths(document, "barge").values():
        assert not {"..", "."} & set(folder.split("/"))
    for each in document.get("mounts") or []:
        mount_options.parse(each.get("options") or [])
    if linux.get("seccomp"):
        seccomp.compile_rules(linux["seccomp"], "x86_64")


@settings(many, max_examples=seeds(300, 20_000))
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | st.text("[]{},:\"'\\ue01-.", max_size=60).map(str.encode)
)
def test_whatever_the_file_holds_it_is_an_object_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.json"
    path.write_bytes(content)
    said = said_of(lambda: config.load(str(path.parent), str(path)))
    if said == "done":
        assert type(json.loads(content.decode("utf-8-sig"))) is dict
    else:
        assert str(path) in said


@settings(many, max_examples=seeds(300, 20_000))
@given(
    st.lists(
        st.sampled_from(
            [
                *NAMES,
                *WORDS,
                "--root",
                "--root=",
                "-b",
                "--",
                "-",
                "--force",
                "-f",
                "--pid-file",
                "--format",
                "--help",
                "-h",
                "--all",
                "id",
            ]
        )
        | st.text(max_size=5),
        max_size=6,
    )
)
def test_whatever_words_are_parsed(words: list[str]) -> None:
    flags, valued = {"--force", "--all"}, {"--root", "--format", "--pid-file"}
    assert said_of(lambda: options.parse(words, flags, valued, {"-b": "--root", "-f": "--force"}))


# --- run

UNNAMED = (
    r"refrun: (the kernel|unshare|setns|prctl|move_mount|mount_setattr|personality|capset|keyctl|-?\d|None)\b"
)
TYPE = r"must be (a string|true or false|a whole number|an array|an object), not"


def in_order(code: int, err: str) -> list[str]:
    """What is wrong with an answer."""
    found = [
        f"it shows {seen[0]!r}: {err[-600:]}"
        for seen in [re.search(r"Traceback|\b[A-Z]\w+(Error|Exception)\b|Exception ignored", err)]
        if seen
    ]
    lines = [
        line
        for line in err.splitlines()
        if line.startswith("refrun: ") and not line.startswith("refrun: warning: ")
    ]
    if code == 1 and len(lines) != 1:
        found.append(f"{len(lines)} sentences: {err[-600:]}")
    if re.search(UNNAMED, err) and " cannot be read: " not in err:
        found.append(f"no property is named: {err[-600:]}")
    return found


def kept_at_home(document: dict[str, Any], bundle: Path) -> dict[str, Any]:
    """A root elsewhere than in the bundle is the host's, where nothing shall be made."""
    root = document.get("root")
    if isinstance(root, dict) and isinstance(path := root.get("path"), str):
        inside = os.path.realpath(bundle / "rootfs")
        if "\0" not in path and path.isascii() and not os.path.realpath(bundle / path).startswith(inside):
            root["path"] = "rootfs"
    return document


def test_whatever_is_run_leaves_a_sentence_and_nothing_else(yard: Yard) -> None:
    bundle = yard.trial.bundle()
    needed = [each for each in bundle.config["mounts"] if each["destination"] not in ("/proc", "/dev")]
    before = set(Path("/dev").iterdir())

    @settings(many, max_examples=seeds(30, 3000))
    @given(configs())
    def check(document: dict[str, Any]) -> None:
        document = kept_at_home(copy.deepcopy(document), bundle.folder)
        if isinstance(document.get("mounts"), list):
            document["mounts"] += needed
        (bundle.folder / "config.json").write_text(json.dumps(document))
        judged = yard.call("validate", str(bundle.folder))
        id_ = yard.trial.new_id()
        answer = yard.call("run", "--bundle", str(bundle.folder), id_)
        wrong = [*in_order(0 if judged.out else judged.code, judged.err), *in_order(answer.code, answer.err)]
        if judged.ok and re.search(TYPE, answer.err):
            wrong.append(f"validate is content, run says {answer.err}")
        if not judged.ok and answer.ok:
            wrong.append(f"it runs, but validate says {judged.out}")
        assert (wrong, yard.ids(), groups(id_)) == ([], [], [])

    check()
    assert set(Path("/dev").iterdir()) == before


def test_whatever_process_is_asked_for_exec_answers_in_a_sentence(yard: Yard) -> None:
    container = yard.trial.running(yard.trial.bundle())
    file = yard.root / "process.json"

    @settings(many, max_examples=seeds(25, 2000))
    @given(spoiled(RICH["process"], shape.PROCESS))
    def check(process: dict[str, Any]) -> None:
        file.write_text(json.dumps(process))
        answer = yard.call("exec", "--process", str(file), container.id)
        assert in_order(answer.code, answer.err) == []

    check()
    assert container.status == "running"


def test_whatever_limits_are_asked_for_update_answers_in_a_sentence(yard: Yard) -> None:
    container = yard.trial.running(yard.trial.bundle())
    file = yard.root / "resources.json"
    good = {"pids": {"limit": 60}, "cpu": {"shares": 200}, "memory": {"limit": 2**27}}

    @settings(many, max_examples=seeds(25, 2000))
    @given(spoiled(good, shape.RESOURCES))
    def check(resources: dict[str, Any]) -> None:
        file.write_text(json.dumps(resources))
        answer = yard.call("update", "--resources", str(file), container.id)
        assert in_order(answer.code, answer.err) == []

    check()
    assert container.status in ("running", "stopped")  # a program may well end for lack of memory


STATE = {
    "id": "x", "version": "1.3.0", "bundle": "/b", "pid": 1, "started": 5, "cgroups": {"pids": "/sys/fs/cgroup/pids/nowhere"}, "creating": False,
    "creator": [1, 2], "groups_made": ["/sys/fs/cgroup/pids/nowhere"], "annotations": {"a": "b"}, "created": 5, "rootfs": "/b/rootfs",
}  # fmt: skip


def test_whatever_the_state_files_hold_list_goes_on_and_delete_force_cleans_up(yard: Yard) -> None:
    other = yard.trial.running(yard.trial.bundle())

    @settings(many, max_examples=seeds(20, 1000))
    @given(
        spoiled(STATE, shape._object(**dict.fromkeys(STATE, shape.STRING))).map(json.dumps)
        | st.text(max_size=20)
        | st.integers(0, 300).map(lambda half: json.dumps(STATE)[:half]),
        spoiled(RICH, shape.CONFIG).map(json.dumps) | st.sampled_from(["", "{", "[]", "null"]),
    )
    def check(state: str, kept: str) -> None:
        folder = yard.root / "state" / "damaged"
        folder.mkdir()
        (folder / "state.json").write_text(state, errors="surrogatepass")
        if len(kept) % 3:
            (folder / "config.json").write_text(kept)
        wrong = []
        for words in (["state", "damaged"], ["list"], ["list", "-f", "json"], ["kill", "damaged"], ["start", "damaged"], ["ps", "damaged"],
                      ["update", "--pids-limit", "5", "damaged"], ["pause", "damaged"], ["exec", "damaged", "x"], ["delete", "--force", "damaged"]):  # fmt: skip
            answer = yard.call(*words)
            wrong += [f"{words}: {each}" for each in in_order(answer.code, answer.err)]
            if words[0] == "list" and (
                not answer.ok or "damaged" not in answer.out or other.id not in answer.out
            ):
                wrong.append(f"{words}: {answer}")
        assert (wrong, yard.ids()) == ([], [other.id]), answer

    check()
    assert other.status == "running"


def test_whatever_stands_on_the_command_line(yard: Yard) -> None:
    bundle = yard.trial.bundle().args("exit", "0").write()
    words = ["id", "..", "a/b", "", "-", "--", "--force", "--all", "-f", "--format", "json", "--pid-file", str(yard.root / "pid"), "--bundle",
             str(bundle.folder), "--preserve-fds", "-1", "99999999999", "--cap", "--user", "4294967295", "0:0", "--resources", "/dev/null", "--memory", "1g",
             "9" * 30, "--interval", "0s", "--stats", "--help", "\udcff", "--process", "KILL", "--console-socket", "/nowhere", "--detach", "--cgroup", "ä"]  # fmt: skip

    @settings(many, max_examples=seeds(40, 3000))
    @given(
        st.sampled_from([name for name in NAMES if name not in ("features", "spec")]),
        st.lists(st.sampled_from(words), max_size=4),
    )
    def check(name: str, more: list[str]) -> None:
        answer = yard.call(name, *more)
        wrong = in_order(answer.code, answer.err)
        for id_ in yard.ids():
            assert yard.call("delete", "--force", id_).ok
        assert (wrong, yard.ids()) == ([], [])

    check()
