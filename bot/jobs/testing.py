"""The errand of conformance: a release's cases on the project's runtimes, kept in the database; and results from elsewhere."""

from collections.abc import Sequence
from dataclasses import replace

from bot.jobs.desk import Desk
from bot.model.conformance import CaseOutcome, Vouch
from bot.records.conformance import Kept, save_document
from bot.records.engine import write_session
from bot.settings import Project
from bot.sources.conformance import Answer, run_conformance
from bot.sources.results import Results


def run(desk: Desk, project: Project, releases: Sequence[str]) -> tuple[Answer, ...]:
    """Runs the releases on each runtime of the project and keeps the results. () for a project without a suite."""
    if not project.conformance.suite or not releases:
        return ()
    answers = []
    for runtime in project.conformance.runtimes:
        answer = run_conformance(runtime, releases, clock=desk.clock)
        keep(desk, answer)
        for each in answer.runs:
            desk.say(
                f"conformance: {each.release} on {runtime}: {each.count(CaseOutcome.PASSED)} of {each.tested} tested cases pass"
            )
        answers.append(answer)
    return tuple(answers)


def keep(desk: Desk, answer: Answer) -> Kept:
    """Keeps what the runner gave, once."""
    with write_session(desk.engine) as session:
        return save_document(session, answer.runs, desk.clock(), said=answer.document)


def take_over(desk: Desk, found: Sequence[tuple[str, Results]], by: str, why: str) -> tuple[Kept, ...]:
    """Keeps the documents of other hosts with who vouches for them: all of them or, when one cannot be kept, none.

    `found` are (the file's name, what was read of it).
    """
    at = desk.clock()
    vouch = Vouch(by, why, at)
    with write_session(desk.engine) as session:
        return tuple(
            save_document(
                session,
                [replace(run, vouched=vouch) for run in each.runs],
                at,
                said=each.document,
                source=name,
            )
            for name, each in found
        )
