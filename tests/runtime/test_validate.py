"""validate: every problem at once, each with its place in the specification; with --host what this kernel cannot grant."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime import config as configs
from runtime import former, host_facts, intelrdt, labels, places
from runtime.commands.validate import problems
from runtime.conformance.releases import TAGS, position
from runtime.releases import Rules
from runtime.seccomp import ACTIONS
from tests.runtime import texts
from tests.runtime.schemas import OTHER, schema
from tests.runtime.schemas import places as schema_places
from tests.runtime.spoiling import put
from tests.runtime.test_cli import refrun
from tests.runtime.test_config import WRONG, spoil
from tests.runtime.test_fuzz import as_a_rule, spelled
from tests.runtime.texts import counts, names
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


NOT_YET = {  # places of what an older release does not know, so that nothing is told of it there
    "config-linux.md#configLinuxMaskedPaths": "v0.5.0", "config-linux.md#configLinuxPersonality": "v1.0.2", "config-linux.md#configLinuxNetworkDevices": "v1.3.0",
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
    known |= {
        place
        for first, end, place, _ in former.FORBIDDEN
        if position(f"v{first}") <= position(tag) < position(f"v{end}")
    }
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
        tag: [anchor for anchor, problem in problems(bundle, tag, False) if "cwd" in problem]
        for tag in ("1.0.0-rc1", "1.0.0-rc4", "1.0.0-rc5", "1.3.0")
    }
    assert found == {
        "1.0.0-rc1": ["config.md#process-configuration"], "1.0.0-rc4": ["config.md#process"], "1.0.0-rc5": ["config.md#configProcess"],
        "1.3.0": ["config.md#configProcess"],
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


def test_an_older_release_s_wrong_types_are_told_in_its_spelling_together_with_all_else(
    tmp_path: Path,
) -> None:
    config = {
        "ociVersion": "1.0.0-rc2", "root": {"path": "/x", "readonly": 1}, "hostname": 7,
        "platform": {"os": "plan9", "arch": "amd64"},
        "process": {"cwd": "tmp", "args": ["x"], "env": ["a.b=1", 2], "capabilities": {"bounding": []}},
        "mounts": [{"destination": "/a", "source": "a"}, {"destination": "/b", "type": "tmpfs", "source": "b", "options": ["ro", "rw", 1]}],
        "hooks": {"prestart": [{"path": "a"}, {"args": []}]},
        "linux": {
            "namespaces": [{"type": "mount"}, {"type": "time"}, {"type": 7}], "uidMappings": [{"containerID": 0, "hostID": 0, "size": 1}],
            "rootfsPropagation": "unbindable", "seccomp": {"defaultAction": "SCMP_ACT_LOG", "syscalls": [{"names": ["mkdir"]}]},
            "resources": {"oomScoreAdj": "x", "disableOOMKiller": 1, "cpu": {"quota": -1}, "blockIO": {"blkioWeight": "1"}},
        },
    }  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(config))
    found = problems(str(tmp_path), "", False)
    wanted = [
        ("config.md#root-configuration", "root.readonly must be true or false,"),
        ("config.md#hostname", "hostname must be a string, not"),
        ("config.md#process-configuration", "process.env[1] must be a string, not"),
        ("config.md#process-configuration", "process.capabilities must be an array, not"),
        ("config.md#mounts", "mounts[0].type is missing"),
        ("config.md#mounts", "mounts[1].options[2] must be a string, not"),
        ("config.md#hooks", "hooks.prestart[1].path is missing"),
        ("config-linux.md#namespaces", "linux.namespaces[2].type must be a string, not"),
        ("config-linux.md#seccomp", "linux.seccomp.syscalls[0].action is missing"),
        ("config-linux.md#seccomp", "linux.seccomp.syscalls[0].name is missing"),
        ("config-linux.md#control-groups", "linux.resources.oomScoreAdj must be a whole number"),
        ("config-linux.md#control-groups", "linux.resources.disableOOMKiller must be true or false,"),
        ("config-linux.md#control-groups", "linux.resources.cpu.quota must be a whole number"),
        ("config-linux.md#control-groups", "linux.resources.blockIO.blkioWeight must be a whole number"),
        ("config.md#platform", "platform plan9/amd64 is not this host's"),
        ("config.md#process-configuration", "process.env has 'a.b=1': until v1.0.0-rc3 a"),
        ("config-linux.md#namespaces", "linux.namespaces.type 'time' is not in"),
        ("config-linux.md#linux-specific-container-configuration", "linux.rootfsPropagation 'unbindable' is not in v1.0.0-rc2:"),
        ("config-linux.md#seccomp", "linux.seccomp.defaultAction 'SCMP_ACT_LOG' is not in"),
        ("config.md#hooks", "the prestart hook's path 'a' is"),
        ("config.md#process-configuration", "process.cwd 'tmp' is not an absolute"),
    ]  # fmt: skip
    assert [
        (place, problem[: len(said)]) for (place, problem), (_, said) in zip(found, wanted, strict=True)
    ] == wanted


@pytest.mark.parametrize(("path", "first"), texts.SHOWN_ONLY.items())
def test_a_text_requires_what_older_ones_only_show(path: str, first: str) -> None:
    before = TAGS[TAGS.index(first) - 1]
    assert (texts.says_required(before, path), texts.says_required(first, path)) == (False, True)


@pytest.mark.parametrize(("path", "releases"), texts.SCHEMA_ALONE.items())
def test_a_text_says_otherwise_than_its_schema_or_nothing(path: str, releases: tuple[str, str]) -> None:
    nothing = rf"(?s)^(?!.*\*\*`{path.rpartition('.')[2]}`\*\*)"
    for tag in releases:
        said = texts.section(tag, places.of(configs.anchor(path), Rules(tag.removeprefix("v"))))
        assert re.search(texts.IN_THE_TEXT.get(path, nothing), said)


def test_what_is_missing_is_not_told_twice(config: dict[str, Any], tmp_path: Path) -> None:
    config["linux"]["namespaces"] = [{"type": 7}]
    del config["root"], config["process"]["cwd"]
    config["process"].update(args=3, env=["NOTHING"])
    assert [problem for _, problem in problems(written(tmp_path, config), "", False)] == [
        "root is missing", "process.cwd is missing", "process.args must be an array, not the number 3",
        "linux.namespaces[0].type must be a string, not the number 7", "process.env has 'NOTHING', which is not NAME=value",
    ]  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
def test_several_breaches_of_the_schema_are_all_told(tag: str, tmp_path: Path) -> None:
    """Three places of the release's schema, far apart, each with a value of another type."""
    known = [
        (path, kind) for path, kind in schema_places(schema(tag)) if counts(tag, as_a_rule(spelled(path)))
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
        wanted = [spelled(path) for path, _ in chosen]
        assert [each for each in wanted if not any(one.startswith(f"{each} ") for one in told)] == [], told
