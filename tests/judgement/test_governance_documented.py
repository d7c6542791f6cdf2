"""docs/governance.md: its tables are made from the rule sets (GOLDEN=write makes them anew), and each feature has its test."""

import re
import tomllib
from pathlib import Path

from bot.judgement import rules
from bot.model.ballot import Outcome
from tests.goldens import IS_WRITING

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "governance.md"
BEGIN, END = "<!-- rules -->\n", "<!-- /rules -->"


def tables() -> str:
    """One table for each family: every rule and clause it ever had."""
    made = []
    for family in rules.families():
        data = tomllib.loads(rules.text_of(family))
        head = f"### {data['title']} (`{family}`)\n\n| id | force | says | stands in | in force |\n|---|---|---|---|---|\n"
        made.append(head + "\n".join(map(_row, (*data["clause"], *data["rule"]))))
    return "\n\n".join(made) + "\n"


def _row(row: dict[str, object]) -> str:
    until = f" to {row['until']}" if "until" in row else ""
    given = row.get("parameters", {})
    assert isinstance(given, dict)
    numbers = ", ".join(f"{name} {value}" for name, value in given.items() if type(value) is int)
    only = ", ".join((*row.get("releases", ()), *row.get("projects", ())))  # type: ignore[misc]
    says = str(row["text"]) + (f" ({numbers})" if numbers else "") + (f" For {only}." if only else "")
    return (
        f"| {row['id']} | {row['force']} | {says} | {row['source']} | since {row['in_force_from']}{until} |"
    )


def test_the_tables_are_those_of_the_rule_sets() -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    expected = f"{before}{BEGIN}{tables()}{END}{after}"
    if IS_WRITING:
        PAGE.write_text(expected, encoding="utf-8")
        text = expected
    assert text == expected, "write them anew with GOLDEN=write"


def test_every_feature_has_its_test() -> None:
    named = re.findall(r"`(test_\w+)` \|$", PAGE.read_text(encoding="utf-8"), re.M)
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) >= 21
    assert [name for name in named if f"def {name}(" not in written] == []


def test_every_outcome_is_told() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [outcome for outcome in Outcome if f"| `{outcome}` |" not in text] == []


def test_every_row_says_something_of_each_bot() -> None:
    rows = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.search(r"`test_\w+` \|$", line)
    ]
    assert {row.count("|") for row in rows} == {12}
    cells = [cell.strip() for row in rows for cell in row.split("|")[2:-2]]
    assert {cell.split(" ")[0] for cell in cells} <= {"yes", "no", "partly"}
