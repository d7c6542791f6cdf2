"""Whether a release's JSON schema says of a property what its text says: that it is there, is required, and of which type.

What has no host here (Windows, Solaris, FreeBSD, z/OS, VM) is checked in no other way.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from runtime.conformance.requirements.source import Source
from runtime.conformance.requirements.statements import Statement
from runtime.conformance.requirements.texts import LARGEST

FOLDER = "schema"
ROOTS = ("config-schema.json", "schema.json")  # the second until v1.0.0-rc1
FEATURES, STATE = "features-schema.json", "state-schema.json"
WORDS = ("agrees", "not required", "another type", "not there")
TYPE = re.compile(r"\*?\(?\b(array|string|bool(?:ean)?|object|u?int(?:eger)?\d*)\b")
TYPES = {"array": {"array"}, "string": {"string"}, "object": {"object"}, "bool": {"boolean"}}
UNWRITTEN = ("containerProcessState", "linux.seccomp.listenerPath.")  # no file describes it
DEEPEST = 40  # references that lead to references
Schema = Mapping[str, Any]


def read(folder: Path) -> dict[str, Schema]:
    """The schema's files by name; {} for a release without one, and for one that cannot be read: the text is what counts."""
    found: dict[str, Schema] = {}
    for path in sorted((folder / FOLDER).glob("*.json")):
        if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
            continue
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError):
            return {}
        if isinstance(document, dict):
            found[path.name] = document
    return found


def words(found: Source) -> tuple[str | None, ...]:
    """What `check` says of each requirement of a source; nothing where its texts are not at hand."""
    files = read(Path(found.where)) if found.where else {}
    return tuple(check(files, each.statement) for each in found.requirements)


def check(files: Mapping[str, Schema], statement: Statement) -> str | None:
    """One of WORDS for a statement with a property; None for one without, and where there is no schema to ask."""
    if not statement.path:
        return None
    name, path = _document(statement.path)
    if path.startswith(UNWRITTEN):
        return None
    root = next((each for each in (ROOTS if name == "" else (name,)) if each in files), None)
    if root is None:
        return None
    found = {_word(files, root, one, statement) for one in _spelled(path)}
    return next(word for word in (*WORDS[:0:-1], WORDS[0]) if word in found)  # the gravest


def _document(path: str) -> tuple[str, str]:
    head, _, rest = path.partition(".")
    if head in ("features", "state"):
        return (FEATURES if head == "features" else STATE), rest
    return "", path


def _spelled(path: str) -> Iterator[str]:
    """Each property of one that stands for several: `(uid|gid)Mappings`, `a|b[].c`, `major, minor`."""
    for part in path.split("."):
        bare = part.removesuffix("[]").removesuffix("{}")
        several = [bare]
        if found := re.fullmatch(r"(.*)\(([^()]+)\)(.*)", bare):
            several = [f"{found[1]}{one}{found[3]}" for one in found[2].split("|")]
        elif "|" in bare or ", " in bare:
            several = re.split(r"\||, ", bare)
        if several != [bare]:
            for one in several:
                spelled = one.strip() + part[len(bare) :]
                yield from _spelled(path.replace(part, spelled, 1))
            return
    yield path


def _word(files: Mapping[str, Schema], root: str, path: str, statement: Statement) -> str:
    parents: list[Schema] = [files[root]]
    here = [(files[root], root)]
    parts = [part for part in path.split(".") if part]
    if not parts:
        return WORDS[0]
    kind = WORDS[0]
    for part in parts:
        name, _, index = part.replace("{}", "[}").partition("[")
        parents = [each for schema, at in here for each, _ in _alternatives(files, schema, at)]
        here = [found for schema, at in here for found in _below(files, schema, at, name)]
        if not here:
            return "not there"
        if index in ("]", "}"):
            inside = [
                found for schema, at in here for found in _items(files, schema, at, is_map=index == "}")
            ]
            if not inside:
                kind = "another type"  # the text has a list, the schema the thing itself
            here = inside or here
        elif index:
            break  # options[ro], annotations[key]: the schema has no word for a value
    if "REQUIRED" in statement.keywords and statement.kind == "property" and _is_plain(statement):
        name = re.sub(r"\[\]|\{\}", "", parts[-1])
        if not any(name in each.get("required", ()) for each in parents):
            return "not required"
    return kind if kind != WORDS[0] else _type(files, here, statement, parts[-1])


def _is_plain(statement: Statement) -> bool:
    """`REQUIRED unless ...` and `REQUIRED when ...` are more than a schema's list says."""
    return not re.search(r"REQUIRED\s+(?:unless|when|if|on)\b", statement.text)


def _type(
    files: Mapping[str, Schema], here: list[tuple[Schema, str]], statement: Statement, last: str
) -> str:
    said = TYPE.search(statement.text.partition(")")[0]) if statement.kind == "property" else None
    if said is None or last.endswith("]"):
        return WORDS[0]
    word = said[1]
    wanted = TYPES.get("bool" if word.startswith("bool") else word, {"integer", "number"})
    have = {
        name
        for schema, at in here
        for each, _ in _alternatives(files, schema, at)
        for name in ([each["type"]] if isinstance(each.get("type"), str) else each.get("type", ()))
    }
    return WORDS[0] if not have or have & wanted else "another type"


def _alternatives(
    files: Mapping[str, Schema], schema: Schema, file: str, depth: int = 0
) -> Iterator[tuple[Schema, str]]:
    """A schema and everything that it refers to or is made of, with the file that each stands in."""
    if depth > DEEPEST or not isinstance(schema, dict):
        return
    yield schema, file
    if isinstance(reference := schema.get("$ref"), str):
        name, _, pointer = reference.partition("#")
        target: Any = files.get(name.rpartition("/")[2] or file)
        for step in pointer.strip("/").split("/"):
            target = target.get(step) if isinstance(target, dict) and step else target
        if isinstance(target, dict):
            yield from _alternatives(files, target, name.rpartition("/")[2] or file, depth + 1)
    for word in ("allOf", "oneOf", "anyOf"):
        for each in schema.get(word, ()):
            yield from _alternatives(files, each, file, depth + 1)


def _below(files: Mapping[str, Schema], schema: Schema, file: str, name: str) -> Iterator[tuple[Schema, str]]:
    """The property of that name; of a map whose keys anybody may choose, what it holds."""
    for each, at in _alternatives(files, schema, file):
        properties = each.get("properties")
        if isinstance(properties, dict) and isinstance(properties.get(name), dict):
            yield properties[name], at
        elif not isinstance(properties, dict):
            yield from ((inside, at) for inside in _values(each))


def _items(
    files: Mapping[str, Schema], schema: Schema, file: str, *, is_map: bool
) -> Iterator[tuple[Schema, str]]:
    """What a list or a map holds. A list of schemas is how the files of some releases write one."""
    for each, at in _alternatives(files, schema, file):
        items = each.get("items", ())
        named = each.get("properties") if is_map else None  # a map whose few keys are all written down
        for inside in (
            *(items if isinstance(items, list | tuple) else [items]),
            *_values(each),
            *(named.values() if isinstance(named, dict) else ()),
        ):
            if isinstance(inside, dict):
                yield inside, at


def _values(schema: Schema) -> Iterator[Schema]:
    found = [schema.get("additionalProperties")]
    if isinstance(patterns := schema.get("patternProperties"), dict):
        found += patterns.values()
    yield from (each for each in found if isinstance(each, dict))
