"""The errand of conformance: a release's cases on the project's runtimes, kept in the database."""

from collections.abc import Sequence

from bot.jobs.desk import Desk
from bot.model.conformance import CaseOutcome
from bot.records.conformance import save_run
from bot.records.engine import write_session
from bot.settings import Project
from bot.sources.conformance import Answer, run_conformance


def run(desk: Desk, project: Project, releases: Sequence[str]) -> tuple[Answer, ...]:
    """Runs the releases on each runtime of the project and keeps the results. () for a project without a suite."""
    if not project.conformance.suite or not releases:
        return ()
    answers = []
    for runtime in project.conformance.runtimes:
        answer = run_conformance(runtime, releases, clock=desk.clock)
        with write_session(desk.engine) as session:
            for each in answer.runs:
                save_run(session, each)
        for each in answer.runs:
            desk.say(
                f"conformance: {each.release} on {runtime}: {each.count(CaseOutcome.PASSED)} of {each.tested} tested cases pass"
            )
        answers.append(answer)
    return tuple(answers)
