"""The errand of speaking: what waits in the outbox is said, one thing after the other."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.jobs.desk import Desk
from bot.model.errors import MustWait, PublicationFailed, TallymanError
from bot.model.outgoing import Kind, Outgoing, Posted
from bot.records.engine import read_session, write_session
from bot.records.outbox import load_outbox, load_posted, save_failure, save_posted, save_wait

if TYPE_CHECKING:
    from bot.publication.publisher import Speaker


def run(desk: Desk, project: str | None = None) -> tuple[Posted, ...]:
    """Says what waits. What fails stays in the outbox and does not stop the others; a limit of GitHub's stops them all.

    At most `service.most_writes` changes are made; the rest waits for the next run. Raises the first failure when nothing
    at all could be said.
    """
    with read_session(desk.engine) as session:
        waiting = load_outbox(session, project)
    if not waiting:
        return ()
    speaker = desk.publisher()
    done: list[Posted] = []
    failed: list[TallymanError] = []
    for position, outgoing in enumerate(waiting):
        if speaker.writes >= desk.settings.service.most_writes:
            desk.say(f"publish: {len(waiting) - position} more wait for the next run")
            break
        try:
            done.append(_say(desk, speaker, outgoing))
        except MustWait as limit:
            failed.append(limit)
            with write_session(desk.engine) as session:
                save_wait(session, outgoing, str(limit))
            desk.say(f"publish: {limit}")
            break
        except PublicationFailed as failure:
            failed.append(failure)
            with write_session(desk.engine) as session:
                save_failure(session, outgoing, str(failure))
            desk.say(f"publish: {failure}")
    if failed and not done:
        raise failed[0]
    return tuple(done)


def _say(desk: Desk, speaker: "Speaker", outgoing: Outgoing) -> Posted:
    posted = speaker.publish(_linked(desk, outgoing), desk.clock())
    with write_session(desk.engine) as session:
        save_posted(session, outgoing, posted)
    desk.say(
        f"publish: {posted.action} {posted.url}" if posted.url else f"publish: {posted.action} {posted.kind}"
    )
    return posted


def _linked(desk: Desk, outgoing: Outgoing) -> Outgoing:
    """A check leads to the report's comment, whose address is known only once it was posted."""
    if outgoing.kind != Kind.CHECK:
        return outgoing
    with read_session(desk.engine) as session:
        report = load_posted(
            session, outgoing.repo, outgoing.number, Kind.READINESS, outgoing.project, outgoing.release
        )
    if report is None or not report.url.startswith("http"):
        return outgoing
    return replace(outgoing, body=json.dumps({**json.loads(outgoing.body), "url": report.url}))
