"""A project's own expressions, evaluated in a process of their own that may take little time and memory.

The language is CEL (https://cel.dev), by common-expression-language: Rust's cel interpreter, typed and well kept, in one
wheel. It has no loops, no names but those it is given, and nothing to reach the machine with; what a comprehension over
long lists may cost is bounded here. Run as a module, this file is that process.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from bot.model.errors import WorldFailed
from bot.model.evidence import Answer

MOST_CHARACTERS = 1000
MOST_SECONDS = 2
MOST_MEMORY = 768 * 1024 * 1024  # bytes of address space
PARSE = re.compile(r"<input>:(\d+):(\d+):\s*(.*)")


def evaluate(
    expressions: Mapping[str, str], values: Mapping[str, Any], missing: Mapping[str, str]
) -> dict[str, Answer]:
    """What each expression gives over these facts, by its name; what is wrong with one never spoils another.

    `missing` are names that are not known, with why. Raises WorldFailed when no process can be started.
    """
    return {name: _one(text, values, missing) for name, text in expressions.items()}


def _one(text: str, values: Mapping[str, Any], missing: Mapping[str, str]) -> Answer:
    if len(text) > MOST_CHARACTERS:
        return Answer(
            None, f"the expression has more than {MOST_CHARACTERS} characters, at 1:{MOST_CHARACTERS + 1}"
        )
    given = json.dumps({"expression": text, "values": values, "missing": missing})
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", __spec__.name],
            input=given.encode(),
            capture_output=True,
            timeout=MOST_SECONDS * 5,  # of the clock; of the processor the child bounds itself
        )
    except subprocess.TimeoutExpired:
        return Answer(None, f"the expression takes more than {MOST_SECONDS} seconds, at 1:1")
    except OSError as failed:
        raise WorldFailed(f"no process can be started ({failed.strerror})") from None
    try:
        answer = json.loads(done.stdout)
        return Answer(answer["holds"], str(answer["problem"]))
    except (ValueError, KeyError, TypeError):
        why = "takes more than" if done.returncode < 0 else "broke the interpreter, within"
        return Answer(None, f"the expression {why} {MOST_SECONDS} seconds or its memory, at 1:1")


def main() -> None:
    """Reads one document of `expression`, `values` and `missing`, and answers with `holds` and `problem`."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    given = json.loads(sys.stdin.buffer.read())
    holds, problem = _evaluated(given["expression"], given["values"], given["missing"])
    print(json.dumps({"holds": holds, "problem": problem}))


def _evaluated(text: str, values: dict[str, Any], missing: dict[str, str]) -> tuple[bool | None, str]:
    import cel

    try:
        program = cel.compile(text)
    except ValueError as broken:
        found = PARSE.search(str(broken))
        if found is None:
            return None, "the expression cannot be read, at 1:1"
        return (
            None,
            f"the expression cannot be read, at {found[1]}:{found[2]}: {found[3].split(' expecting ')[0][:200]}",
        )
    names = program.variables()
    for name in names:
        if name in missing:
            return None, f"{name} is not known, at {_place(text, name)}: {missing[name]}"
    try:
        found_value = program.execute(values)
    except KeyError as absent:
        field = str(absent.args[0]) if absent.args else ""
        return None, f"there is no field {field}, at {_place(text, field)}"
    except Exception as failed:
        strange = next((name for name in _quoted(str(failed)) if name in text), "")
        why = f"there is no {strange}" if strange else str(failed).split(". ")[0]
        return None, f"{why[:300]}, at {_place(text, strange)}"
    if not isinstance(found_value, bool):
        return None, f"the expression gives {type(found_value).__name__}, not true or false, at 1:1"
    return found_value, ""


def _quoted(words: str) -> list[str]:
    return re.findall(r"'([^']{1,100})'", words)


def _place(text: str, name: str) -> str:
    """`1:14`: the line and column where a name first stands as a whole word; 1:1, the whole expression, without one."""
    found = re.search(rf"\b{re.escape(name)}\b", text) if name else None
    before = text[: found.start()] if found else ""
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


if __name__ == "__main__":
    main()
