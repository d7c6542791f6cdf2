"""docs/gates.md: its tables are made from the gates and the named facts; GOLDEN=write makes them anew."""

import importlib
import tomllib
from pathlib import Path

import pytest

from bot.judgement import rules
from bot.judgement.gates import gates
from bot.judgement.named import NAMES
from tests.goldens import IS_WRITING

PAGE = Path(__file__).resolve().parents[2] / "docs" / "gates.md"


def gate_table() -> str:
    asked: dict[str, list[str]] = {name: [] for name in gates()}
    for family in rules.families():
        data = tomllib.loads(rules.text_of(family))
        for row in (*data["rule"], *(each for each in data["clause"] if "gate" in each)):
            asked[row["gate"]].append(f"{family} {row['id']}")
    lines = ["| gate | asks | asked by |", "|---|---|---|"]
    for name in sorted(gates()):
        says = (importlib.import_module(f"bot.judgement.gates.{name}").__doc__ or "").splitlines()[0]
        by = ", ".join(dict.fromkeys(asked[name])) or "a project itself"
        lines.append(f"| `{name}` | {says} | {by} |")
    return "\n".join(lines) + "\n"


def fact_table() -> str:
    lines = ["| name | |", "|---|---|"]
    for name, fact in NAMES.items():
        lines.append(f"| `{name}` | {fact.means}{', a list' if fact.is_list else ''} |")
        mark = "[]" if fact.is_list else ""
        lines += [f"| `{name}{mark}.{field}` | {means} |" for field, means in fact.fields.items()]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("mark", "table"), [("gates", gate_table()), ("facts", fact_table())])
def test_the_tables_are_those_of_the_code(mark: str, table: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(f"<!-- {mark} -->\n")
    _, _, after = rest.partition(f"<!-- /{mark} -->")
    expected = f"{before}<!-- {mark} -->\n{table}<!-- /{mark} -->{after}"
    if IS_WRITING:
        PAGE.write_text(expected, encoding="utf-8")
        text = expected
    assert text == expected, "write them anew with GOLDEN=write"
