"""The specification's own JSON schema of each release: documents that obey it, and places where a value of another type breaks it."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.skips import skip_data

Path_ = tuple[str, ...]  # property names; "[]" for an element of an array, "*" for a name of the author's own
ELSEWHERE = ("solaris", "windows", "vm", "zos", "freebsd")  # sections of other platforms
NUMBERS, TEXTS = ("integer", "number"), ("string",)
OTHER = {  # JSON type -> values of every other type
    "string": [0, True, {}, []], "integer": ["1", True, {}, [], 1.5], "boolean": [0, "true", {}, []],
    "array": ["a", 0, True, {}], "object": ["a", 0, True, []],
}  # fmt: skip


class Schema:
    def __init__(self, tag: str) -> None:
        self.folder = skip_data(f"spec/{tag}/schema")
        main = next(
            self.folder / name
            for name in ("config-schema.json", "schema.json")
            if (self.folder / name).exists()
        )
        self.root = self.resolve(self.read(main.name), main.name)

    @cache  # noqa: B019  # one for each release, as long as the tests run
    def read(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def resolve(self, node: Any, file: str) -> Any:
        """The node with every reference written out; what is recursive does not occur."""
        if isinstance(node, list):
            return [self.resolve(each, file) for each in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node and isinstance(node["$ref"], str):
            name, _, pointer = node["$ref"].partition("#")
            name = name.removeprefix("https://opencontainers.org/schema/bundle/") or file
            if "://" in name or not (self.folder / name).exists():
                return {}
            target = self.read(name)
            for step in filter(None, pointer.split("/")):
                target = target.get(step, {})
            return self.resolve(target, name)
        found = {key: self.resolve(each, file) for key, each in node.items() if key != "definitions"}
        for part in found.pop("allOf", []):
            found = {
                **part,
                **found,
                "properties": {**part.get("properties", {}), **found.get("properties", {})},
            }
        if isinstance(found.get("items"), list):
            found["items"] = found["items"][0]
        return found


def alternatives(node: dict[str, Any]) -> list[dict[str, Any]]:
    for word in ("oneOf", "anyOf"):
        if word in node:
            return [each for each in node[word] if each.get("type") != "null"]
    return [node]


def kind(node: dict[str, Any]) -> str:
    """The JSON type a value must have; "" where the schema says nothing or several things."""
    nodes = alternatives(node)
    if len(nodes) != 1:
        return ""
    node = nodes[0]
    if isinstance(node.get("type"), str):
        return str(node["type"])
    return "object" if "properties" in node else "array" if "items" in node else ""


def places(node: dict[str, Any], path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Every property that Linux knows, with its JSON type."""
    for each in alternatives(node):
        if path and kind(node):
            yield path, kind(node)
        for name, below in each.get("properties", {}).items():
            if path or name not in ELSEWHERE:
                yield from places(below, (*path, name))
        if isinstance(each.get("items"), dict):
            yield from places(each["items"], (*path, "[]"))
        for below in own_names(each):
            yield from places(below, (*path, "*"))


def is_clear(node: dict[str, Any]) -> bool:
    return bool(kind(node)) or len(alternatives(node)) > 1 or "enum" in node


def own_names(node: dict[str, Any]) -> list[dict[str, Any]]:
    more = node.get("additionalProperties")
    return [*node.get("patternProperties", {}).values(), *([more] if isinstance(more, dict) else [])]


def values(node: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that obey the schema."""
    found: list[st.SearchStrategy[Any]] = []
    for each in alternatives(node):
        if "enum" in each:
            found.append(st.sampled_from(each["enum"]))
        elif kind(each) == "object":
            below = {
                name: values(inner)
                for name, inner in each.get("properties", {}).items()
                if name not in ELSEWHERE and is_clear(inner)
            }
            if own_names(each):
                found.append(
                    st.dictionaries(
                        st.from_regex(r"[a-z][a-z0-9.]{0,12}", fullmatch=True),
                        values(own_names(each)[0]),
                        max_size=2,
                    )
                )
            needed = {name: below[name] for name in each.get("required", []) if name in below}
            found.append(
                st.fixed_dictionaries(
                    needed, optional={name: inner for name, inner in below.items() if name not in needed}
                )
            )
        elif kind(each) == "array" and not is_clear(each.get("items") or {}):
            found.append(st.just([]))
        elif kind(each) == "array":
            found.append(
                st.lists(
                    values(each.get("items") or {"type": "string"}),
                    min_size=each.get("minItems", 0),
                    max_size=2,
                )
            )
        elif kind(each) in NUMBERS:
            # without bounds the text has them; the first schemas are off by one, some were unsigned
            low = max(each.get("minimum", 0), -(2**63))
            high = min(each.get("maximum", 2**15), 2**63 - 1)
            found.append(st.one_of(st.integers(low, high), st.sampled_from([low, high])))
        elif kind(each) == "boolean":
            found.append(st.booleans())
        elif "pattern" in each:
            found.append(
                st.from_regex(each["pattern"]).filter(lambda text: "\0" not in text and len(text) < 50)
            )
        else:
            found.append(
                st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
                | st.sampled_from(["", "/", "/proc", "..", "a=b"])
            )
    return st.one_of(found)


@cache
def schema(tag: str) -> dict[str, Any]:
    found: dict[str, Any] = Schema(tag).root
    return found


def has_schema(tag: str) -> bool:
    return Path(skip_data("spec"), tag, "schema").is_dir()
