"""validate: every problem at once, each with its place in the specification; with --host what this kernel cannot grant."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime import config as configs
from runtime import host_facts, intelrdt, labels, places
from runtime.commands.validate import problems
from runtime.conformance.releases import TAGS, position
from runtime.releases import Rules
from runtime.seccomp import ACTIONS
from tests.runtime.schemas import OTHER, schema
from tests.runtime.schemas import places as schema_places
from tests.runtime.spoiling import put
from tests.runtime.test_cli import refrun
from tests.runtime.test_config import WRONG, spoil
from tests.runtime.test_fuzz import OLD, SPELLED_OTHERWISE, spelled
from tests.skips import skip_data


def written(folder: Path, config: dict[str, Any]) -> str:
    (folder / "rootfs").mkdir()
    (folder / "config.json").write_text(json.dumps(config))
    return str(folder)


def test_a_bundle_in_order_has_no_problem_and_exit_code_zero(config: dict[str, Any], tmp_path: Path) -> None:
    done = refrun("validate", written(tmp_path, config))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_problem_is_told_at_once_with_its_place(config: dict[str, Any], tmp_path: Path) -> None:
    config["process"].update(cwd="tmp", env=["NOTHING"], user={"uid": 2**32 - 1})
    config["hooks"] = {"prestart": [{"path": "a"}], "poststop": [{"path": "b"}]}
    config["linux"]["namespaces"].append({"type": "uts"})
    done = refrun("validate", written(tmp_path, config))
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "linux.namespaces names uts twice (config-linux.md#configLinuxNamespaces)",
        "the prestart hook's path 'a' is not absolute (config.md#configHooks)",
        "the poststop hook's path 'b' is not absolute (config.md#configHooks)",
        "process.cwd 'tmp' is not an absolute path (config.md#configProcess)",
        "process.env has 'NOTHING', which is not NAME=value (config.md#configProcess)",
        "process.user.uid 4294967295 is not a number from 0 to 4294967294 (config.md#configProcess)",
    ]


def test_every_wrong_type_is_told_at_once(config: dict[str, Any], tmp_path: Path) -> None:
    config["process"].update(args="sh", cwd=7)
    config["root"]["path"] = None
    found = problems(written(tmp_path, config), "", False)
    assert [anchor for anchor, _ in found] == [
        "config.md#configRoot",
        "config.md#configProcess",
        "config.md#configProcess",
    ]


@pytest.mark.parametrize(("path", "value", "said"), WRONG, ids=[f"{row[0]} {row[2][-40:]}" for row in WRONG])
def test_validate_says_what_create_would(
    config: dict[str, Any], tmp_path: Path, path: str, value: object, said: str
) -> None:
    found = problems(written(tmp_path, spoil(config, path, value)), "", False)
    assert any(problem.startswith(said) for _, problem in found)


@pytest.mark.parametrize(("release", "wrong"), [("v1.1.0", True), ("v1.2.0", False), ("v1.0.0-rc2", False)])
def test_another_release_s_rules_can_be_asked_for(
    config: dict[str, Any], tmp_path: Path, release: str, wrong: bool
) -> None:
    config["mounts"] = [{"destination": "relative", "type": "tmpfs", "source": "tmpfs"}]
    assert bool(problems(written(tmp_path, config), release.removeprefix("v"), False)) is wrong


@pytest.mark.parametrize("version", ["2.0.0", "0.3.0", "abc"])
def test_a_release_refrun_does_not_know_is_a_problem_of_the_version(
    config: dict[str, Any], tmp_path: Path, version: str
) -> None:
    found = problems(written(tmp_path, {**config, "ociVersion": version}), "", False)
    assert [anchor for anchor, _ in found] == ["config.md#configSpecificationVersion"]


HOST = [
    (
        "process.capabilities",
        {"bounding": ["CAP_OF_NO_KERNEL"]},
        "this kernel does not know the capability CAP_OF_NO_KERNEL",
    ),
    ("mounts", [{"destination": "/a", "type": "moonfs"}], "this kernel does not know the file system moonfs"),
    (
        "mounts",
        [{"destination": "/a", "source": "/no/such", "options": ["bind"]}],
        "the source /no/such of the mount on /a",
    ),
    ("hooks.prestart", [{"path": "/no/such"}], "the prestart hook /no/such is not an executable"),
    ("root.path", "nowhere", "nowhere is not a directory"),
    ("linux.resources", {"rdma": {"mlx": {"hcaHandles": 1}}}, "this host has no rdma controller"),
]


@pytest.mark.parametrize(("path", "value", "said"), HOST, ids=[row[2] for row in HOST])
def test_with_host_the_kernel_is_asked(
    config: dict[str, Any], tmp_path: Path, path: str, value: object, said: str
) -> None:
    bundle = written(tmp_path, spoil(config, path, value))
    assert problems(bundle, "", False) == []
    assert any(said in problem for _, problem in problems(bundle, "", True))


NEEDS = [  # where the kernel has it, there is nothing to say
    ("process.apparmorProfile", "p", "process.apparmorProfile needs AppArmor", lambda: "AppArmor" in labels.modules()),
    ("process.selinuxLabel", "l", "process.selinuxLabel needs SELinux", lambda: "SELinux" in labels.modules()),
    ("linux.mountLabel", "l", "linux.mountLabel needs SELinux", lambda: "SELinux" in labels.modules()),
    ("linux.intelRdt", {}, "linux.intelRdt needs a mounted resctrl", lambda: bool(intelrdt.mounted())),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "said", "here"), NEEDS, ids=[row[0] for row in NEEDS])
def test_a_module_that_the_kernel_does_not_run_is_told(
    config: dict[str, Any], tmp_path: Path, path: str, value: object, said: str, here: Callable[[], bool]
) -> None:
    bundle = written(tmp_path, spoil(config, path, value))
    assert problems(bundle, "", False) == []
    assert any(said in problem for _, problem in problems(bundle, "", True)) is not here()


def test_the_answer_may_be_json(config: dict[str, Any], tmp_path: Path) -> None:
    config["process"]["cwd"] = "tmp"
    done = refrun("validate", "--json", written(tmp_path, config))
    assert json.loads(done.stdout) == [
        {"anchor": "config.md#configProcess", "problem": "process.cwd 'tmp' is not an absolute path"}
    ]


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_a_bundle_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "config.json").write_text(content)
    done = refrun("validate", str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)


def test_every_place_stands_in_the_specification() -> None:
    places = {anchor for anchor, _ in configs.CHECKS} | set(configs.SECTIONS.values())
    everything = {"process": {"apparmorProfile": "p", "selinuxLabel": "l"}, "linux": {"mountLabel": "l"}}
    places |= {anchor for anchor, _ in labels.problems(everything, frozenset())} | {intelrdt.ANCHOR}
    places |= set(re.findall(r'"(config[a-z-]*\.md#\w+)"', Path(host_facts.__file__).read_text()))
    missing = []
    for place in sorted(places):
        file, _, anchor = place.partition("#")
        if not re.search(
            rf'name="{anchor}"|^#+ .*{anchor}',
            skip_data(f"spec/v1.3.0/{file}").read_text(),
            re.MULTILINE | re.IGNORECASE,
        ):
            missing.append(place)
    assert missing == []


def names(tag: str, file: str) -> set[str]:
    """What can be linked to in a text of the specification: its named anchors and its headings."""
    text = skip_data(f"spec/{tag}/{file}").read_text(encoding="utf-8")
    headings = [
        re.sub(r"<[^>]*>|\[([^\]]*)\]\([^)]*\)", r"\1", line)
        for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    ]
    slugs = {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'name="([^"]+)"', text))


NOT_YET = {  # places of what an older release does not know, so that nothing is told of it there
    "config-linux.md#configLinuxPersonality": "v1.0.2", "config-linux.md#configLinuxNetworkDevices": "v1.3.0",
    "config.md#configDomainname": "v1.1.0-rc.1",
}  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
def test_every_place_stands_in_the_texts_of_the_release_it_is_told_for(tag: str) -> None:
    today = {anchor for anchor, _ in configs.CHECKS} | set(configs.SECTIONS.values())
    today |= {
        "config-linux.md#configLinuxSeccomp",
        "config-linux.md#configLinuxNetworkDevices",
        "config.md#configLinuxProcess",
        "config.md#configuration",
    }
    known = {place for place in today if position(NOT_YET.get(place, tag)) <= position(tag)}
    told = {places.of(place, Rules(tag.removeprefix("v"))) for place in known}
    assert [
        place for place in sorted(told) if place.partition("#")[2] not in names(tag, place.partition("#")[0])
    ] == []


def test_an_older_release_s_problem_is_shown_where_that_release_describes_it(
    config: dict[str, Any], tmp_path: Path
) -> None:
    config["process"]["cwd"] = "tmp"
    bundle = written(tmp_path, config)
    found = {
        tag: problems(bundle, tag, False)[0][0] for tag in ("1.0.0-rc1", "1.0.0-rc4", "1.0.0-rc5", "1.3.0")
    }
    assert found == {
        "1.0.0-rc1": "config.md#process-configuration", "1.0.0-rc4": "config.md#process", "1.0.0-rc5": "config.md#configProcess",
        "1.3.0": "config.md#configProcess",
    }  # fmt: skip


def test_wrong_types_and_everything_else_are_told_together(config: dict[str, Any], tmp_path: Path) -> None:
    config["process"].update(cwd="tmp", args=["true", 7], env="A=b")
    config["hooks"] = {"prestart": [{"path": "a"}, {"args": []}]}
    config["annotations"] = {"": "x", "a": 1}
    config["linux"].update(maskedPaths=["etc", 3], seccomp={"defaultAction": "MAYBE"}, resources=[])
    assert sorted(problem for _, problem in problems(written(tmp_path, config), "", False)) == sorted([
        "process.env must be an array, not a string", "process.args[1] must be a string, not the number 7",
        "hooks.prestart[1].path is missing", "annotations.a must be a string, not the number 1",
        "linux.resources must be an object, not an array", "linux.maskedPaths[1] must be a string, not the number 3",
        "the prestart hook's path 'a' is not absolute", "annotations has an empty key", "process.cwd 'tmp' is not an absolute path",
        f"linux.seccomp.defaultAction 'MAYBE' is not one of {', '.join(ACTIONS)}", "linux.maskedPaths has etc, which is not absolute",
    ])  # fmt: skip


def test_what_is_missing_is_not_told_twice(config: dict[str, Any], tmp_path: Path) -> None:
    config["linux"]["namespaces"] = [{"type": 7}]
    del config["root"], config["process"]["cwd"]
    config["process"]["args"] = 3
    assert [problem for _, problem in problems(written(tmp_path, config), "", False)] == [
        "root is missing", "process.cwd is missing", "process.args must be an array, not the number 3",
        "linux.namespaces[0].type must be a string, not the number 7",
    ]  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
def test_several_breaches_of_the_schema_are_all_told(tag: str, tmp_path: Path) -> None:
    """Three places of the release's schema, far apart, each with a value of another type."""
    known = [
        (path, kind)
        for path, kind in schema_places(schema(tag))
        if path[0] != "platform"
        and path != ("process", "capabilities")
        and not OLD.search(spelled(path))
        and spelled(path) not in SPELLED_OTHERWISE
    ]
    for start in range(0, len(known), 11):
        document: dict[str, Any] = {
            "ociVersion": tag.removeprefix("v"),
            "root": {"path": "x"},
            "process": {"cwd": "/", "args": ["x"]},
            "linux": {"namespaces": [{"type": "mount"}]},
        }
        chosen = [known[(start + step * len(known) // 3) % len(known)] for step in range(3)]
        if any(one[0][: len(other[0])] == other[0] for one in chosen for other in chosen if one is not other):
            continue
        for path, kind in chosen:
            put(
                document,
                tuple(0 if name == "[]" else "x" if name == "*" else name for name in path),
                OTHER[kind][0],
            )
        if not isinstance(document["ociVersion"], str):
            continue
        (tmp_path / "config.json").write_text(json.dumps(document))
        told = [problem for _, problem in problems(str(tmp_path), "", False)]
        last = [next(name for name in reversed(path) if name not in ("[]", "*")) for path, _ in chosen]
        assert [name for name in last if not any(name in problem for problem in told)] == [], (chosen, told)
