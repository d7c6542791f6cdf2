"""Cases in a list: each told once for the neighbouring releases at which every runtime does the same."""

import re
from dataclasses import dataclass

from bot.reports.matrix import Matrix, Row

# What differs in every run of the same failure: times, temporary folders, process ids, addresses.
PASSING = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?|/tmp/[^/\s:\"']+|conformance-\w+|bundle-\d+|0x[0-9a-f]+|/proc/\d+|\bpid:? \d+"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A case over neighbouring releases at which every cell says the same; `row` is that of the newest."""

    row: Row
    releases: tuple[str, ...]  # newest first


def entries(matrix: Matrix) -> tuple[Entry, ...]:
    """The rows, told once for neighbouring releases, in the order of the specification's places."""
    by_case: dict[str, list[Row]] = {}
    for row in matrix.rows:
        by_case.setdefault(row.case, []).append(row)
    found: list[Entry] = []
    place = {release: n for n, release in enumerate(matrix.releases)}
    for case in sorted(by_case, key=lambda case: (by_case[case][0].sections, case)):
        open_: list[Row] = []
        for row in by_case[case]:
            if open_ and (
                _signature(row) != _signature(open_[0]) or place[row.release] != place[open_[-1].release] + 1
            ):
                found.append(Entry(open_[0], tuple(each.release for each in open_)))
                open_ = []
            open_.append(row)
        found.append(Entry(open_[0], tuple(each.release for each in open_)))
    return tuple(found)


def _signature(row: Row) -> tuple[object, ...]:
    return (
        row.level,
        *(
            (
                cell.outcome,
                settled(cell.result.reason),
                cell.result.explained,
                cell.result.disputed,
                cell.regressed,
            )
            if cell.result
            else None
            for cell in row.cells
        ),
    )


def settled(reason: str) -> str:
    """A reason without what is another one in every run, so that two runs of the same failure say the same."""
    return PASSING.sub("…", reason)
