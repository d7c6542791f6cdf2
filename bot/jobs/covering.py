"""The errand of new requirements: what a release adds to the one before it, and which of that no case covers."""

from bot.jobs import facts
from bot.jobs.desk import Desk
from bot.judgement.versions import key
from bot.model.errors import TallymanError
from bot.records.engine import read_session, write_session
from bot.records.repository import load_repository, save_untested
from bot.settings import Project
from bot.sources.requirements import measure_coverage


def run(desk: Desk, project: Project, release: str) -> tuple[str, ...] | None:
    """Compares and keeps it. None, and nothing is kept, while the release before is not known or the suite knows one of the two not."""
    at = desk.clock()
    with read_session(desk.engine) as session:
        landed, _ = facts.past(load_repository(session, project.repo), at)
    older = [tag.tag for tag in landed or () if key(tag.tag) < key(release)]
    if not older:
        return None
    try:
        now, before = measure_coverage(release), measure_coverage(older[-1])
    except TallymanError as failed:
        desk.say(f"conformance: what {release} adds could not be compared: {failed}")
        return None
    known = {row["id"] for row in before["requirements"]}
    untested = tuple(
        sorted(
            row["id"]
            for row in now["requirements"]
            if row["counted"] and row["state"] == "untested" and row["id"] not in known
        )
    )
    with write_session(desk.engine) as session:
        save_untested(session, project.repo, release, untested, at)
    return untested
