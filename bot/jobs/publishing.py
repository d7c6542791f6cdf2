"""The errand of speaking: what waits in the outbox is posted, one comment after the other."""

from bot.jobs.desk import Desk
from bot.model.errors import PublicationFailed, TallymanError
from bot.model.outgoing import Posted
from bot.records.engine import read_session, write_session
from bot.records.judgements import load_outbox, save_failure, save_posted


def run(desk: Desk, project: str | None = None) -> tuple[Posted, ...]:
    """Posts everything that waits. One that fails stays in the outbox and does not stop the others.

    Raises the first failure when nothing at all could be posted.
    """
    with read_session(desk.engine) as session:
        waiting = load_outbox(session, project)
    if not waiting:
        return ()
    publisher = desk.publisher()
    done: list[Posted] = []
    failed: list[TallymanError] = []
    for outgoing in waiting:
        try:
            posted = publisher.publish(outgoing, desk.clock())
        except PublicationFailed as failure:
            failed.append(failure)
            with write_session(desk.engine) as session:
                save_failure(session, outgoing.sequence, str(failure))
            desk.say(f"publish: {failure}")
            continue
        with write_session(desk.engine) as session:
            save_posted(session, posted)
        desk.say(f"publish: {posted.action} {posted.url}")
        done.append(posted)
    if failed and not done:
        raise failed[0]
    return tuple(done)
