"""What the text says of a property and what the release's own JSON schema says are compared, with or without a host to try it on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.conformance.requirements import schemas, source, summary
from tests.conformance.requirements.conftest import asked
from tests.skips import skip_data

ROOT = Path(__file__).resolve().parents[3]
TEXT = """\
# <a name="configWindows" />Windows
* **`windows`** (object, OPTIONAL) x.
    * **`list`** (array of objects, REQUIRED) x.
        * **`id`** (string, REQUIRED) x.
    * **`map`** (object, OPTIONAL) x.
        * **`any`** (string, OPTIONAL) x.
    * **`number`** (uint32, OPTIONAL) x.
    * **`gone`** (string, OPTIONAL) x.
    * **`loose`** (string, REQUIRED) x.
    * **`sometimes`** (string, REQUIRED unless it rains) x.
"""
SCHEMA = {
    "config-schema.json": {"properties": {"windows": {"$ref": "config-windows.json#/windows"}}},
    "config-windows.json": {
        "windows": {
            "required": ["list"],
            "properties": {
                "list": {"type": "array", "items": {"$ref": "#/definitions/Item"}},
                "map": {"type": "object", "additionalProperties": {"type": "string"}},
                "number": {"oneOf": [{"type": "null"}, {"type": "integer"}]},
                "loose": {"type": "string"},
                "sometimes": {"type": ["string", "null"]},
            },
        },
        "definitions": {"Item": {"allOf": [{"required": ["id"], "properties": {"id": {"type": "string"}}}]}},
    },
}


def lay(folder: Path, files: dict[str, object]) -> Path:
    (folder / "schema").mkdir(parents=True)
    (folder / "config.md").write_text(TEXT)
    for name, document in files.items():
        (folder / "schema" / name).write_text(document if isinstance(document, str) else json.dumps(document))
    return folder


def words(folder: Path) -> dict[str, str | None]:
    found = source.find(str(folder), None)
    return {each.statement.path.rpartition(".")[2]: word for each, word in zip(found.requirements, schemas.words(found), strict=True)}  # fmt: skip


def test_a_property_is_found_through_references_lists_and_maps(tmp_path: Path) -> None:
    assert words(lay(tmp_path / "draft", dict(SCHEMA))) == {
        "windows": "agrees", "list": "agrees", "id": "agrees", "map": "agrees", "any": "agrees", "number": "agrees",
        "gone": "not there", "loose": "not required", "sometimes": "agrees",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind", "word"),
    [
        pytest.param("number", "string", "another type", id="a number that is a text"),
        pytest.param("map", "array", "another type", id="an object that is a list"),
        pytest.param("list", "object", "another type", id="a list that is an object"),
    ],
)
def test_another_type_is_said(tmp_path: Path, name: str, kind: str, word: str) -> None:
    changed = json.loads(json.dumps(SCHEMA))
    changed["config-windows.json"]["windows"]["properties"][name] = {"type": kind}
    assert words(lay(tmp_path / "draft", changed))[name] == word


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="no schema"),
        pytest.param({"config-schema.json": "{"}, id="no JSON"),
        pytest.param({"config-schema.json": "[]"}, id="another shape"),
        pytest.param({"config-schema.json": "[" * 100_000}, id="too deep"),
    ],
)
def test_without_a_schema_nothing_is_said(tmp_path: Path, files: dict[str, object]) -> None:
    assert set(words(lay(tmp_path / "draft", files)).values()) == {None}


def test_references_that_go_round_end(tmp_path: Path) -> None:
    loop = {"properties": {"windows": {"$ref": "#/properties/windows"}}}
    assert words(lay(tmp_path / "draft", {"config-schema.json": loop}))["list"] == "not there"


@pytest.mark.parametrize(
    ("tag", "differing"),
    [
        pytest.param("v0.3.0", set(), id="no schema yet"),
        pytest.param("v1.0.0-rc4", {"windows.network", "windows.network.egressBandwidth", "process.user.username"}, id="three that nobody put in"),
        pytest.param("v1.0.0", set(), id="in full"),
        pytest.param("v1.2.1", {"windows.resources.cpu.affinity", "windows.resources.cpu.affinity[].mask", "windows.resources.cpu.affinity[].group"}, id="a list that is an object"),
        pytest.param("v1.3.0", {"freebsd.devices[].path", "windows.resources.cpu.affinity", "windows.resources.cpu.affinity[].mask", "windows.resources.cpu.affinity[].group"}, id="the newest"),
    ],
)  # fmt: skip
def test_what_has_no_host_is_checked_against_each_releases_schema(tag: str, differing: set[str]) -> None:
    files = schemas.read(skip_data("spec") / tag)
    without = [each for each in asked(tag) if not summary.is_hosted(each)]
    found = {each.statement.path: schemas.check(files, each.statement) for each in without}
    assert {path for path, word in found.items() if word not in ("agrees", None)} == differing


def test_coverage_counts_them_by_platform_and_never_drops_one() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runtime.conformance", "coverage", "v1.3.0", "--specs", str(skip_data("spec")), "--json"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    document = json.loads(done.stdout)
    platforms = document["platforms"]
    assert sum(each["statements"] for each in platforms.values()) == document["no_host"] == 134
    assert platforms["windows"]["schema"] == {
        "agrees": 41,
        "not required": 2,
        "another type": 1,
        "not there": 0,
    }
    for counts in platforms.values():
        assert counts["statements"] == counts["MUST"] + counts["SHOULD"] + counts["MAY"]
        assert counts["statements"] == sum(counts["schema"].values()) + counts["unchecked"]
