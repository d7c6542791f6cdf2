"""GitHub's OpenAPI description as the judge of the local GitHub's answers: a fault of any answer fails its test file."""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from tests.npm import package

FILE = "generated/api.github.com.json"
Doc = dict[str, Any]


class Description:
    """The operations of GitHub's REST API, each compiled when it is first asked for."""

    def __init__(self, document: Doc) -> None:
        self._components: Doc = document["components"]
        self._operations = {
            (method.upper(), plain(path)): operation
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }
        self._validators: dict[tuple[str, str, int], Any] = {}

    def faults(self, method: str, route: str, status: int, body: bytes) -> list[str]:
        """What an answer has that GitHub's would not. `route` is a path with {names}; () for one that may stand."""
        operation = self._operations.get((method, plain(route)))
        if operation is None:
            return [f"GitHub has no {method} {route}"]
        validator = self._validator(method, route, status, operation)
        if validator is None:
            return [] if not body else self._undescribed(status, body)
        found = json.loads(body)
        return [
            f"{'/'.join(map(str, each.instance_path))}: {each.message}"[:300]
            for each in validator.iter_errors(found)
        ]

    def _undescribed(self, status: int, body: bytes) -> list[str]:
        """An error that an operation does not list must still be GitHub's error document."""
        schema = self._components["schemas"]["basic-error"]
        if status < 400:
            return [f"{status} has no body at GitHub"]
        return [each.message for each in self._compile(schema).iter_errors(json.loads(body))]

    def _validator(self, method: str, route: str, status: int, operation: Doc) -> Any:
        key = (method, plain(route), status)
        if key not in self._validators:
            answer = operation["responses"].get(str(status))
            while answer is not None and "$ref" in answer:
                answer = self._components["responses"][answer["$ref"].rpartition("/")[2]]
            content = (answer or {}).get("content", {})
            described = content.get("application/json") or next(iter(content.values()), None)
            self._validators[key] = None if described is None else self._compile(described["schema"])
        return self._validators[key]

    def _compile(self, schema: Doc) -> Any:
        reached: dict[str, Any] = {}
        top = self._converted(schema, reached)
        return jsonschema_rs.Draft202012Validator({**top, "components": {"schemas": reached}})

    def _converted(self, schema: Any, reached: dict[str, Any]) -> Any:
        """OpenAPI 3.0's `nullable` as JSON Schema's null; the schemas that are named on the way are put into `reached`."""
        if isinstance(schema, list):
            return [self._converted(each, reached) for each in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in reached:
                reached[name] = {}
                reached[name] = self._converted(self._components["schemas"][name], reached)
            return {"$ref": schema["$ref"]}
        found = {
            key: self._converted(value, reached)
            for key, value in schema.items()
            if key not in ("nullable", "example", "examples")
        }
        # The enums of nullable properties lack null, and true answers have it.
        return {"anyOf": [found, {"type": "null"}]} if schema.get("nullable") else found


def plain(route: str) -> str:
    """A path whose parameters have no names: ours are called otherwise."""
    return re.sub(r"\{[^}]*\}", "{}", route)


def judge() -> Callable[[str, str, int, bytes], list[str]]:
    """What hears every answer of the tests' GitHub; where the description cannot be had it says nothing, and
    tests/demo/test_openapi.py is skipped for that, or fails in CI."""
    try:
        return description().faults
    except (pytest.skip.Exception, pytest.fail.Exception):
        return lambda *_: []


@cache
def description() -> Description:
    """Skips (kind tool) where npm is missing."""
    folder = package("@octokit/openapi", "23.0.2", FILE)
    return Description(json.loads((folder / FILE).read_text(encoding="utf-8")))
