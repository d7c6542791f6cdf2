"""validate: every problem at once, each with its place in the specification; with --host what this kernel cannot grant."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime import config as configs
from runtime import host_facts, intelrdt, labels
from runtime.commands.validate import problems
from tests.runtime.test_cli import refrun
from tests.runtime.test_config import WRONG, spoil
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
